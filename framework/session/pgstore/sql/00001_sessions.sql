-- +goose Up
CREATE TABLE ocsigo_sessions (
	id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	user_id    bigint      NOT NULL CHECK (user_id <> 0),
	token      bytea       NOT NULL UNIQUE CHECK (length(token) = 32),
	browser    bytea       NOT NULL CHECK (length(browser) = 32),
	created    timestamptz NOT NULL,
	signed_in  timestamptz NOT NULL,
	ends       timestamptz NOT NULL
);
COMMENT ON TABLE ocsigo_sessions IS 'One row for each login of one browser: the session is open while its row is there';
COMMENT ON COLUMN ocsigo_sessions.token IS 'SHA-256 of the session''s cookie';
COMMENT ON COLUMN ocsigo_sessions.browser IS 'SHA-256 of the browser''s cookie';

CREATE INDEX ON ocsigo_sessions (user_id);

-- +goose Down
DROP TABLE ocsigo_sessions;
