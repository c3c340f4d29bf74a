package session

import "context"

// UserID is the number of a user's row. It is never 0.
type UserID int64

// Visitor is whoever made a request: a connected user, or nobody. The zero Visitor is nobody.
type Visitor struct{ user UserID }

// nobody is the session where nobody is connected.
var nobody = &Record{}

// User returns the connected user; false when it is nobody.
func (v Visitor) User() (UserID, bool) { return v.user, v.user != 0 }

// Current returns who makes this request; nobody outside requests. Before a wrapper was entered it is
// nobody too: finding the visitor is the wrapper's first step. (Ocsigen: Os_current_user.Opt.)
func Current(ctx context.Context) Visitor {
	if r := requestOf(ctx); r != nil {
		return r.visitor()
	}
	if b := behalfOf(ctx); b != nil {
		return b.as.visitor()
	}
	return Visitor{}
}

// Connected reports whether it is a user.
func (v Visitor) Connected() bool { return v.user != 0 }

// ProcessID returns the id of the tab that makes this request, a secret that only the tab and the server
// know; "" where none does, such as a page load. A page in place is a request of its tab.
func ProcessID(ctx context.Context) string {
	if r := requestOf(ctx); r != nil && r.tab != nil {
		return r.tab.id
	}
	return ""
}

// BrowserHash returns the SHA-256 of the browser's cookie: it tells browsers apart and opens nothing.
func BrowserHash(ctx context.Context) Hash {
	if r := requestOf(ctx); r != nil {
		return r.browser
	}
	return Hash{}
}
