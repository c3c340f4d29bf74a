-- +goose Up

-- The values are bytes, not jsonb: what was written comes back as it was, with the order of its keys and the digits of
-- its numbers, and what is kept aside may be anything. To read one: convert_from(value, 'UTF8').
CREATE TABLE ocsigo_states (
	kind      text        NOT NULL,
	number    bigint      NOT NULL,
	browser   bytea       NOT NULL,
	name      text        NOT NULL CHECK (name <> ''),
	value     bytea,
	aside     bytea,
	written   timestamptz NOT NULL,
	orphaned  timestamptz CHECK (orphaned IS NULL OR kind = 'session'),
	PRIMARY KEY (kind, number, browser, name),
	CONSTRAINT ocsigo_states_holder_check CHECK (
		CASE WHEN kind IN ('session', 'user') THEN number <> 0 AND length(browser) = 0
		     WHEN kind IN ('nobody', 'browser') THEN number = 0 AND length(browser) = 32
		     ELSE false END)
);
COMMENT ON TABLE ocsigo_states IS 'What stored references remember: one value for each holder and name';
COMMENT ON COLUMN ocsigo_states.number IS 'of the session or the user; 0 for a browser';
COMMENT ON COLUMN ocsigo_states.browser IS 'SHA-256 of the browser''s cookie; empty for a session or a user';
COMMENT ON COLUMN ocsigo_states.aside IS 'what was there and was no value of the reference';
COMMENT ON COLUMN ocsigo_states.orphaned IS 'when the session was first missed';

CREATE INDEX ocsigo_states_sessions_idx ON ocsigo_states (number) WHERE kind = 'session' AND orphaned IS NULL;
CREATE INDEX ocsigo_states_orphaned_idx ON ocsigo_states (orphaned) WHERE orphaned IS NOT NULL;
CREATE INDEX ocsigo_states_written_idx ON ocsigo_states (written) WHERE kind IN ('nobody', 'browser');

-- +goose Down
DROP TABLE ocsigo_states;
