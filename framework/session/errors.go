package session

import "errors"

var (
	// ErrNotConnected says that the function needs a user and nobody is connected, or that the session
	// ended meanwhile; it is then also the cause of the context's end. A page answers with a redirect to
	// log in, a server function with the typed error not_connected. (Ocsigen: Not_connected.)
	ErrNotConnected = errors.New("nobody is connected")

	// ErrPermissionDenied says that this visitor may not do this. A function may return it too: the
	// denied hooks and the deny function then run as for a group that said no. (Ocsigen: Permission_denied.)
	ErrPermissionDenied = errors.New("permission denied")

	// ErrNoUser is what the site's groups function answers for a user who is gone or disabled:
	// all the user's sessions are closed. User 0 is none either.
	ErrNoUser = errors.New("no such user")

	// ErrNotRecent says that a function wants the user to have proved lately who he is (SignedInWithin), and he has
	// not. He logs in again, or the site asks for his password and calls Reauthenticated.
	ErrNotRecent = errors.New("it is too long since the user has proved who he is")

	// ErrUnavailable says that the session, or what the site says of its user, could not be looked up. Who cannot be
	// checked is not let in: a page answers 503, a server function with the typed error unavailable.
	ErrUnavailable = errors.New("the session cannot be looked up")

	// ErrNoSession is what a Store answers when it holds no session for a token.
	ErrNoSession = errors.New("no such session")

	// ErrForeignTab says that a request names a process which is not its own: unknown, of another browser
	// or session, not started yet, ended, or under another identity number than the request knows. It is
	// the error of Join, and of a wrapper whose session ended just then. Answer it 409: nothing has run.
	ErrForeignTab = errors.New("the request is not one of this tab")

	// ErrIdentityChanged says that a call was made as somebody whom the tab no longer belongs to.
	ErrIdentityChanged = errors.New("somebody has logged in since")

	// ErrNoCookies says that the browser keeps no cookies, so that nothing can be remembered about it.
	ErrNoCookies = errors.New("the browser keeps no cookies")

	// ErrNoAnswer says that Connect was called where no cookie can be set and no ticket can be given: in the hooks of
	// a tab's start and of a session's end, and in a server function whose caller wants no answer: a notification.
	ErrNoAnswer = errors.New("only a page request or a server function can set the session's cookie")

	// ErrNoTicket says that a ticket is none of the tab that would redeem it, or is good no more: it was used, it is
	// too late, or the tab belongs to somebody else by now. Nothing has happened.
	ErrNoTicket = errors.New("the ticket is not good here, or no more")

	// ErrConnecting says that Connect was called inside a Connect of the same request, by one of its hooks.
	ErrConnecting = errors.New("this request is logging somebody in already")

	// ErrPanic says that a hook, or something else of the site's that this package calls, has panicked: its error has the
	// value and the stack. It belongs into the log also when nobody waits for the answer any more.
	ErrPanic = errors.New("panic")

	// ErrOutside says that the context comes from no request that passed Manager.Middleware and from no tab.
	ErrOutside = errors.New("called outside a request")

	// ErrTwoWrappers says that a second wrapper was entered in one request (in development only).
	ErrTwoWrappers = errors.New("a second session wrapper in one request")
)

// OutOfDate is the error of a hello whose document, or whose process, cannot go on: the tab restarts. How says
// what its page shows, as far as the identity tag of that page tells (IdentityTag):
//
//	AskFirst   what the present visitor, or anybody, may see
//	MainPage   what a user may see, and nobody is connected any more
//	SamePage   what another user may see, or there is no tag
type OutOfDate struct{ How Restart }

// Error implements error.
func (OutOfDate) Error() string { return "the document is out of date" }
