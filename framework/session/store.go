package session

import (
	"context"
	"time"
)

// ID is the number of a session's row. It stays when the session's token changes. It is never 0.
type ID int64

// Record is one session, as a Store keeps it: one login of one browser. What a Manager knows of it is shared, and never
// changed: what is new makes another Record.
type Record struct {
	ID      ID
	User    UserID
	Token   Hash // of the session's cookie
	Browser Hash // of the browser's cookie: the session is only good together with it

	Created  time.Time // when the row was made
	SignedIn time.Time // when the user last proved who he is
	Seen     time.Time // when he last did something
	IdleEnds time.Time // from then on the session is over, unless he does something before
	Ends     time.Time // from then on it is over, whatever he does

	Expires bool      // the cookie ends when the browser exits
	Agent   string    // what the browser calls itself, in short: "Firefox on Linux"
	Network string    // from where he was last seen, without what names the machine: "192.0.2.0/24"
	Issued  time.Time // when the token was made

	// A token that was renewed opens the session for a while beside the new one, which is made of it and a nonce.
	Before     Hash // the zero Hash for none
	BeforeEnds time.Time
	Nonce      Hash
}

// Store keeps the sessions. Truth is a row: a session is open exactly while its store holds it. What it tells the
// nodes is a hint to look at the rows again; it is told in the transaction that changes them.
//
// A store calls no function of the Manager. MemoryStore is one for tests; pgstore keeps them in Postgres.
type Store interface {
	// Open adds a session, all or nothing, and returns its new ID. It removes the sessions that the browser had;
	// and of those of the user which were unseen longest as many as leave room for atMost. Two sessions with the
	// same token are an error.
	Open(ctx context.Context, r Record, atMost int, by Ending) (Opened, error)

	// Find returns the session that a token opens now, be it the one before, or ErrNoSession.
	Find(ctx context.Context, token Hash, now time.Time) (Record, error)

	// FindAll returns those of these sessions that are still there, in one question.
	FindAll(ctx context.Context, ids []ID) ([]Record, error)

	// OfUser returns the sessions of a user, the last seen first.
	OfUser(ctx context.Context, user UserID) ([]Record, error)

	// Renew gives a session another token, or another time of sign-in, if it still has the token that is renewed, and
	// tells so. It returns the session as it is then; ErrNoSession when there is none, or another was faster.
	Renew(ctx context.Context, r Renewal) (Record, error)

	// Note writes down when users were active. Sessions that are gone by now, and what is older than what was noted
	// before, are passed over.
	Note(ctx context.Context, all []Activity) error

	// Delete removes a session and tells how. It returns what this call removed: nothing when another call, or
	// another node, was first, so that one of them alone runs the closing hooks.
	Delete(ctx context.Context, id ID, how Ending) ([]Record, error)

	// DeleteUser removes the sessions of a user but one (0: all) and returns what this call removed.
	DeleteUser(ctx context.Context, user UserID, but ID, how Ending) ([]Record, error)

	// DeleteBrowser removes all the sessions of a browser and returns what this call removed.
	DeleteBrowser(ctx context.Context, browser Hash, how Ending) ([]Record, error)

	// DeleteOver removes some of the sessions whose time is over: Ends is not after now, or IdleEnds not after
	// idle. It tells nobody, for every node sees by itself that a session's time is over.
	DeleteOver(ctx context.Context, now, idle time.Time, atMost int) ([]Record, error)

	// Tell tells the nodes what has changed elsewhere.
	Tell(ctx context.Context, m Message) error

	// Listen hears what is told, by any node, until ctx or the connection ends, and returns why. It calls ready
	// once, from when on nothing is missed.
	Listen(ctx context.Context, ready func(), hear func(Message)) error

	States
}

// Opened is what came of Store.Open.
type Opened struct {
	ID       ID
	Replaced []Record // the browser had them
	Evicted  []Record // the user had too many
}

// Renewal gives a session another token.
type Renewal struct {
	ID         ID
	Token      Hash // that it has
	New        Hash // that it gets; zero: it keeps the one that it has, and all that belongs to it
	Nonce      Hash
	Issued     time.Time
	BeforeEnds time.Time // until then Token opens it too
	SignedIn   time.Time // zero: as it was
	Node       string    // who need not be told
}

// Activity is what a user was seen to do.
type Activity struct {
	Session  ID
	Seen     time.Time
	IdleEnds time.Time
	Network  string // "" where it is not known

	// If this is the session's token, the one before opens it no longer than until then. Zero: as it was.
	Used       Hash
	BeforeEnds time.Time
}

// Message is what one node tells the others.
type Message struct {
	What    Change
	User    UserID
	Session ID     // but for UserChanged
	Browser Hash   // that has it
	How     Ending // of Closed
	Node    string // who tells it
}

// Change says what a Message is about.
type Change string

// The changes.
const (
	Closed      Change = "closed"  // a session has ended
	Renewed     Change = "renewed" // a session has another token
	UserChanged Change = "user"    // a user's groups have changed, or he is gone
)
