-- +goose Up
ALTER TABLE users
	ALTER COLUMN password_hash DROP NOT NULL,
	ADD COLUMN name     text   NOT NULL DEFAULT '' CHECK (char_length(name) <= 100),
	ADD COLUMN language text   NOT NULL DEFAULT '',
	ADD COLUMN state    bigint NOT NULL DEFAULT 0,
	ADD COLUMN disabled timestamptz,
	ADD COLUMN leaves   timestamptz;
COMMENT ON COLUMN users.password_hash IS 'argon2id as a PHC string, or bcrypt until the next log-in; NULL: the user logs in by mailed links only';
COMMENT ON COLUMN users.name IS 'What the user wants to be called; empty: nothing';
COMMENT ON COLUMN users.language IS 'A BCP 47 tag such as en-GB; empty: what the browser asks for';
COMMENT ON COLUMN users.state IS 'Raised when the password, an address or disabled changes: links that were made before are void';
COMMENT ON COLUMN users.disabled IS 'Since when nobody may log in; NULL: everything is all right';
COMMENT ON COLUMN users.leaves IS 'When the account is to be deleted; NULL: it stays';

CREATE INDEX users_leaves ON users (leaves) WHERE leaves IS NOT NULL;

CREATE TABLE addresses (
	address  text        NOT NULL,
	user_id  bigint      NOT NULL REFERENCES users ON DELETE CASCADE,
	main     boolean     NOT NULL,
	verified timestamptz NOT NULL
);
COMMENT ON TABLE addresses IS 'The e-mail addresses of which users have shown that they read what comes there';
COMMENT ON COLUMN addresses.address IS 'As it was typed; compared without regard to case';
COMMENT ON COLUMN addresses.main IS 'Whether notices go there; true for one of each user';

CREATE UNIQUE INDEX addresses_address ON addresses (lower(address));
CREATE UNIQUE INDEX addresses_main ON addresses (user_id) WHERE main;
CREATE INDEX addresses_user ON addresses (user_id);

INSERT INTO addresses SELECT email, id, true, created FROM users;
ALTER TABLE users DROP COLUMN email;

CREATE TABLE links (
	hash    bytea       PRIMARY KEY,
	purpose text        NOT NULL,
	user_id bigint      REFERENCES users ON DELETE CASCADE,
	address text,
	state   bigint,
	data    jsonb       NOT NULL,
	made    timestamptz NOT NULL,
	expires timestamptz NOT NULL
);
COMMENT ON TABLE links IS 'Links that were mailed and not used yet';
COMMENT ON COLUMN links.hash IS 'SHA-256 of the token, which stands in the letter only';
COMMENT ON COLUMN links.user_id IS 'Whose it is; NULL: of nobody who has an account';
COMMENT ON COLUMN links.address IS 'The address that it is about, as a rule the one to which it was sent';
COMMENT ON COLUMN links.state IS 'users.state when it was made';
COMMENT ON COLUMN links.data IS 'What its purpose needs besides';

CREATE UNIQUE INDEX links_newest ON links (purpose, coalesce(user_id::text, lower(address))); -- a newer one replaces it
CREATE INDEX links_user ON links (user_id);
CREATE INDEX links_expires ON links (expires);

CREATE TABLE tries (
	key   bytea       PRIMARY KEY,
	count bigint      NOT NULL,
	ends  timestamptz NOT NULL
);
COMMENT ON TABLE tries IS 'How often something was tried that is limited, such as to log in';
COMMENT ON COLUMN tries.key IS 'SHA-256 of what is counted: whoever tried is not to be read here';
COMMENT ON COLUMN tries.ends IS 'When it is counted anew';

CREATE INDEX tries_ends ON tries (ends);

CREATE TABLE browsers (
	user_id bigint      NOT NULL REFERENCES users ON DELETE CASCADE,
	browser bytea       NOT NULL,
	seen    timestamptz NOT NULL,
	PRIMARY KEY (user_id, browser)
);
COMMENT ON TABLE browsers IS 'In which browsers a user has logged in before';
COMMENT ON COLUMN browsers.browser IS 'SHA-256 of the browser''s cookie';
COMMENT ON COLUMN browsers.seen IS 'When he logged in there last';

CREATE TABLE waiting (
	address text        NOT NULL,
	since   timestamptz NOT NULL
);
COMMENT ON TABLE waiting IS 'Who wants an account while nobody can sign up; nobody has shown that the address is his';

CREATE UNIQUE INDEX waiting_address ON waiting (lower(address));

-- +goose Down
DROP TABLE waiting;
DROP TABLE browsers;
DROP TABLE tries;
DROP TABLE links;

ALTER TABLE users ADD COLUMN email text;
UPDATE users SET email = address FROM addresses WHERE user_id = users.id AND main;
DROP TABLE addresses;

-- The hash of who has no password is one that no password has.
UPDATE users SET password_hash = '$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
	WHERE password_hash IS NULL OR disabled IS NOT NULL;
ALTER TABLE users
	ALTER COLUMN email SET NOT NULL,
	ALTER COLUMN password_hash SET NOT NULL,
	DROP COLUMN name,
	DROP COLUMN language,
	DROP COLUMN state,
	DROP COLUMN disabled,
	DROP COLUMN leaves;
COMMENT ON COLUMN users.email IS 'As it was typed; compared without regard to case';
COMMENT ON COLUMN users.password_hash IS 'argon2id, as a PHC string: the parameters stand in front of the salt';
CREATE UNIQUE INDEX users_email ON users (lower(email));
