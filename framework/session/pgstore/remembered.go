package pgstore

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ocsigo/start/framework/session"
)

// Remembered is what one stored reference remembers for a user, or for one of his sessions.
type Remembered struct {
	Reference string          `json:"reference"` // its name
	Of        string          `json:"of"`        // "user" or "session"
	Value     json.RawMessage `json:"value,omitempty"`
	SetAside  json.RawMessage `json:"setAside,omitempty"` // what did not fit the reference's type any more
	Written   time.Time       `json:"written"`
}

const remembered = `SELECT name, kind, value, aside, written FROM ocsigo_states
	WHERE kind = 'user' AND number = $1
		OR kind = 'session' AND number IN (SELECT id FROM ocsigo_sessions WHERE user_id = $1)
	ORDER BY kind DESC, number, name`

// RememberedOf returns what stored references remember for a user and for his sessions that are open, for him to download:
// his own first, by their names. What browsers are remembered for is not his alone, and not here.
func RememberedOf(ctx context.Context, db database, user session.UserID) ([]Remembered, error) {
	rows, err := db.Query(ctx, remembered, user)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (r Remembered, err error) {
		var value, aside []byte
		err = row.Scan(&r.Reference, &r.Of, &value, &aside, &r.Written)
		r.Value, r.SetAside = asJSON(value), asJSON(aside)
		return r, err
	})
}

// asJSON is what is kept, which is JSON; where somebody has tampered with it, the text that it is.
func asJSON(kept []byte) json.RawMessage {
	if kept == nil || json.Valid(kept) {
		return kept
	}
	text, _ := json.Marshal(string(kept)) // a string never fails
	return text
}
