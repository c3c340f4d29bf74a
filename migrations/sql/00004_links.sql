-- +goose Up

-- A newer link makes an older one useless without touching its row: a letter that takes long to be sent holds nobody up.
ALTER TABLE links ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY;
ALTER TABLE links ADD COLUMN used boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN links.number IS 'Of two for the same, the higher one works';
COMMENT ON COLUMN links.used IS 'It stays until it expires: an older one that comes late does not work either';
DROP INDEX links_newest;
CREATE UNIQUE INDEX links_newest ON links (purpose, coalesce(user_id::text, lower(address)), number);

-- +goose Down
DELETE FROM links WHERE used;
DELETE FROM links older USING links newer WHERE newer.purpose = older.purpose AND newer.number > older.number
	AND coalesce(newer.user_id::text, lower(newer.address)) = coalesce(older.user_id::text, lower(older.address));
DROP INDEX links_newest;
CREATE UNIQUE INDEX links_newest ON links (purpose, coalesce(user_id::text, lower(address)));
ALTER TABLE links DROP COLUMN number, DROP COLUMN used;
