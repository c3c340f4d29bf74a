-- +goose Up
CREATE TABLE users (
	id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	email         text        NOT NULL,
	password_hash text        NOT NULL,
	created       timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE users IS 'One row for each account';
COMMENT ON COLUMN users.email IS 'As it was typed; compared without regard to case';
COMMENT ON COLUMN users.password_hash IS 'argon2id, as a PHC string: the parameters stand in front of the salt';

CREATE UNIQUE INDEX users_email ON users (lower(email));

CREATE TABLE user_groups (
	user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
	name    text   NOT NULL CHECK (name <> ''),
	PRIMARY KEY (user_id, name)
);
COMMENT ON TABLE user_groups IS 'Who is in which group: what session.Allow and session.Deny ask about';

-- +goose Down
DROP TABLE user_groups;
DROP TABLE users;
