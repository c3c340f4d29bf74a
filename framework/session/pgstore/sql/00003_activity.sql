-- +goose Up

-- A session is one login of one browser. Log-ins sent at once may have left more: the last one stands.
DELETE FROM ocsigo_sessions older USING ocsigo_sessions newer
WHERE newer.browser = older.browser AND newer.id > older.id;
DROP INDEX ocsigo_sessions_browser_idx;
ALTER TABLE ocsigo_sessions ADD CONSTRAINT ocsigo_sessions_browser_key UNIQUE (browser);

ALTER TABLE ocsigo_sessions
	ADD COLUMN seen         timestamptz,
	ADD COLUMN idle_ends    timestamptz,
	ADD COLUMN expires      boolean,
	ADD COLUMN agent        text,
	ADD COLUMN network      text,
	ADD COLUMN issued       timestamptz,
	ADD COLUMN before       bytea,
	ADD COLUMN before_ends  timestamptz,
	ADD COLUMN nonce        bytea;
UPDATE ocsigo_sessions SET seen = created, idle_ends = ends, expires = false, agent = '', network = '', issued = created;
ALTER TABLE ocsigo_sessions
	ALTER COLUMN seen      SET NOT NULL,
	ALTER COLUMN idle_ends SET NOT NULL,
	ALTER COLUMN expires   SET NOT NULL,
	ALTER COLUMN agent     SET NOT NULL,
	ALTER COLUMN network   SET NOT NULL,
	ALTER COLUMN issued    SET NOT NULL,
	ADD CONSTRAINT ocsigo_sessions_before_check CHECK (length(before) = 32 AND before <> token),
	ADD CONSTRAINT ocsigo_sessions_before_ends_check CHECK ((before IS NULL) = (before_ends IS NULL)),
	ADD CONSTRAINT ocsigo_sessions_nonce_check CHECK (length(nonce) = 32 AND (before IS NULL) = (nonce IS NULL));
COMMENT ON COLUMN ocsigo_sessions.before IS 'SHA-256 of the cookie before the present one, good until before_ends';
COMMENT ON COLUMN ocsigo_sessions.nonce IS 'The present cookie is made of the one before and this';

DROP INDEX ocsigo_sessions_user_id_idx;
CREATE INDEX ocsigo_sessions_user_seen_idx ON ocsigo_sessions (user_id, seen, id);
CREATE INDEX ocsigo_sessions_before_idx ON ocsigo_sessions (before) WHERE before IS NOT NULL;
CREATE INDEX ocsigo_sessions_ends_idx ON ocsigo_sessions (ends);
CREATE INDEX ocsigo_sessions_idle_ends_idx ON ocsigo_sessions (idle_ends);

-- +goose Down
DROP INDEX ocsigo_sessions_idle_ends_idx, ocsigo_sessions_ends_idx, ocsigo_sessions_before_idx, ocsigo_sessions_user_seen_idx;
CREATE INDEX ON ocsigo_sessions (user_id);
ALTER TABLE ocsigo_sessions
	DROP CONSTRAINT ocsigo_sessions_browser_key,
	DROP CONSTRAINT ocsigo_sessions_before_check,
	DROP CONSTRAINT ocsigo_sessions_before_ends_check,
	DROP CONSTRAINT ocsigo_sessions_nonce_check,
	DROP COLUMN seen,
	DROP COLUMN idle_ends,
	DROP COLUMN expires,
	DROP COLUMN agent,
	DROP COLUMN network,
	DROP COLUMN issued,
	DROP COLUMN before,
	DROP COLUMN before_ends,
	DROP COLUMN nonce;
CREATE INDEX ON ocsigo_sessions (browser);
