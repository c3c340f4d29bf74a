package page

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/ocsigo/start/framework/session"
)

// A page's context may end before its answer is out: its time is over, its visitor's session has ended, or the program
// ends. What takes the page's place is made nonetheless, and as it is for nobody: a session that has ended shows
// nothing more, and what a user's layout needs may be the very thing that took so long.

type endedKey struct{}

// afterwards lets what takes the place of a page be made in a time of its own where the page's context has ended. It
// changes nothing where it has not, or where the visitor has gone: then nobody waits for it.
func afterwards(r *http.Request) (again *http.Request, done context.CancelFunc) {
	cause := context.Cause(r.Context())
	if cause == nil || errors.Is(cause, context.Canceled) {
		return r, func() {}
	}
	ctx := context.WithValue(context.WithoutCancel(r.Context()), endedKey{}, true)
	ctx, done = context.WithTimeout(ctx, insteadTime)
	return r.WithContext(ctx), done
}

// visitorOf is for whom something is made now: nobody where the page's context has ended, whatever its function said
// of that.
func visitorOf(ctx context.Context) session.Visitor {
	if ended, _ := ctx.Value(endedKey{}).(bool); ended {
		return session.Visitor{}
	}
	return session.Current(ctx)
}

// stands reports whether a user asks whose session has not ended. It may end without this request hearing of it, on
// another node, so that the store is asked.
func stands(ctx context.Context) bool {
	if !session.Current(ctx).Connected() || errors.Is(context.Cause(ctx), session.ErrNotConnected) {
		return false
	}
	all, err := session.Sessions(ctx)
	return err == nil && slices.ContainsFunc(all, func(s session.Info) bool { return s.Here })
}
