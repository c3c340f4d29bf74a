-- +goose Up
CREATE TABLE chat_messages (
	id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	room   text        NOT NULL,
	author bigint      NOT NULL REFERENCES users ON DELETE CASCADE,
	text   text        NOT NULL CHECK (char_length(text) BETWEEN 1 AND 500),
	said   timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE chat_messages IS 'What was said last in the rooms of the demo "Chat"; older messages are deleted';

CREATE INDEX chat_messages_room ON chat_messages (room, id);
CREATE INDEX chat_messages_author ON chat_messages (author);

-- +goose Down
DROP TABLE chat_messages;
