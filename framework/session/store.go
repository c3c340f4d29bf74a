package session

import (
	"context"
	"time"
)

// ID is the number of a session's row. It stays when the session's token changes. It is never 0.
type ID int64

// Record is one session, as a Store keeps it: one login of one browser.
type Record struct {
	ID       ID
	User     UserID
	Token    Hash      // of the session's cookie
	Browser  Hash      // of the browser's cookie: the session is only good together with it
	Created  time.Time // when the row was made
	SignedIn time.Time // when the user last proved who he is
	Ends     time.Time // from then on the session is over, whatever happens
}

// Store keeps the sessions. Truth is a row: a session is open exactly while its store holds it.
type Store interface {
	// Insert adds a session and returns its new ID. Two with the same token are an error.
	Insert(ctx context.Context, r Record) (ID, error)

	// Find returns the session with this token, or ErrNoSession.
	Find(ctx context.Context, token Hash) (Record, error)

	// Delete removes a session. It returns what this call removed: nothing when another call, or
	// another node, was first, so that one of them alone runs the closing hooks.
	Delete(ctx context.Context, id ID) ([]Record, error)

	// DeleteUser removes all the sessions of a user and returns what this call removed.
	DeleteUser(ctx context.Context, user UserID) ([]Record, error)

	// DeleteBrowser removes all the sessions of a browser and returns what this call removed.
	DeleteBrowser(ctx context.Context, browser Hash) ([]Record, error)
}
