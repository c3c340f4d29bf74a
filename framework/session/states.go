package session

import (
	"context"
	"time"
)

// States keeps what stored references remember: for each holder and each reference's name one value, as JSON.
type States interface {
	// Load returns a value; nil when there is none.
	Load(ctx context.Context, of Holder, name string) ([]byte, error)

	// Change replaces a value, nil for none, by what change makes of it. Nothing comes between, on any node.
	// change may be called again after a conflict; its error is returned, and nothing has changed then.
	Change(ctx context.Context, of Holder, name string, now time.Time, change func(before []byte) (after Stored, err error)) error

	// Drop forgets all that holders remember.
	Drop(ctx context.Context, of ...Holder) error

	// DropOrphans forgets some of what nobody can come back to: what sessions remembered that have been gone for a
	// minute or more, and what browsers remember that nobody has written since unwritten. It returns how many values.
	DropOrphans(ctx context.Context, now, unwritten time.Time, atMost int) (int, error)
}

// Stored is what becomes of a stored value.
type Stored struct {
	Value []byte // nil: none
	Aside []byte // what was there and is no value of the reference; it is kept beside for whoever wants to look
}

// Holder is who a stored value belongs to. Number is of a session or a user, Browser of a browser.
type Holder struct {
	Kind    HolderKind
	Number  int64
	Browser Hash
}

// HolderKind is what sort of thing remembers.
type HolderKind string

// The kinds of holders.
const (
	HeldBySession HolderKind = "session"
	HeldByUser    HolderKind = "user"
	HeldByNobody  HolderKind = "nobody"  // a browser while nobody is connected in it
	HeldByBrowser HolderKind = "browser" // a browser, whoever is connected in it
)
