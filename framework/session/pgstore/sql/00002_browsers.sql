-- +goose Up
CREATE INDEX ON ocsigo_sessions (browser);

-- +goose Down
DROP INDEX ocsigo_sessions_browser_idx;
