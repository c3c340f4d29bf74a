package web

import (
	"context"
	"time"

	"github.com/ocsigo/start/framework/rpc"
	"github.com/ocsigo/start/framework/session"
)

// How fast one user may talk in the demo "Chat", in all his tabs and all rooms together: so many messages at once, and then
// one more each while.
const (
	saidAtOnce = 10
	sayTime    = time.Second
)

// errTooSoon is what a user is told who is faster.
var errTooSoon = &rpc.Error{
	Kind:    "too_soon",
	Message: "You can send 10 messages at once, and then one each second. Wait a moment, then send this again.",
}

// saidUntil is when a user will have had the time for all that he has said.
var saidUntil = session.NewRef("chat.saidUntil", session.PerUser, time.Time{})

// maySay says whether the user may say one more message now, and counts it when he may.
func maySay(ctx context.Context, now time.Time) (may bool) {
	saidUntil.Update(ctx, func(until time.Time) time.Time {
		until, may = oneMore(until, now)
		return until
	})
	return may
}

// oneMore adds the time for one message to until, unless there is no room for it.
func oneMore(until, now time.Time) (time.Time, bool) {
	if until.Before(now) {
		until = now
	}
	next := until.Add(sayTime)
	if next.Sub(now) > saidAtOnce*sayTime {
		return until, false
	}
	return next, true
}
