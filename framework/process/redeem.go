package process

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ocsigo/start/framework/session"
)

// A server function that logs in cannot set a cookie. Its tab is told a ticket, and redeems it with a POST to the address
// of its socket, a request of the tab as those for pages in place are. That does the whole log-in, and its answer sets
// the cookie.

const (
	ticketAtMost = 1 << 10          // bytes of the body of such a request
	redeemTime   = 30 * time.Second // for it, with all hooks
	retryAfter   = "5"              // seconds, when something could not be looked up
)

// The errors of such a request, beside those of calls.
var (
	errNoTicket = &Error{-32014, "This took too long, or somebody has logged in meanwhile. Nothing was done: try again.", Kind{Kind: "no_ticket"}}
	errNoBody   = &Error{-32600, `The body must be JSON: {"ticket": "…"}.`, Kind{Kind: "invalid_request"}}
)

// redeem answers a POST to the address of the socket. What is not from a page of this site, or malformed, is refused
// before anything has run.
func (h *Hub) redeem(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	if foreign := h.foreign(r); foreign != "" {
		h.opts.Log.WarnContext(r.Context(), "ticket refused", "why", foreign, "origin", r.Header.Get("Origin"))
		writeError(w, http.StatusForbidden, PermissionDenied)
		return
	}
	ticket, status := ticketOf(w, r)
	if status != http.StatusOK {
		writeError(w, status, errNoBody)
		return
	}
	h.sessions.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), redeemTime)
		defer cancel()
		r = r.WithContext(ctx)
		h.answerTicket(w, r, redeemed(r, ticket))
	})).ServeHTTP(w, r)
}

// ticketOf reads the body, and returns the status of the answer if that is no good. Forms of other sites cannot send
// this type.
func ticketOf(w http.ResponseWriter, r *http.Request) (ticket string, status int) {
	if sent, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || sent != "application/json" {
		return "", http.StatusUnsupportedMediaType
	}
	var body struct {
		Ticket *string `json:"ticket"`
	}
	var tooLarge *http.MaxBytesError
	err := json.UnmarshalRead(http.MaxBytesReader(w, r.Body, ticketAtMost), &body, json.RejectUnknownMembers(true))
	switch {
	case errors.As(err, &tooLarge):
		return "", http.StatusRequestEntityTooLarge
	case err != nil, body.Ticket == nil:
		return "", http.StatusBadRequest
	}
	return *body.Ticket, http.StatusOK
}

// redeemed redeems the ticket, in a request that the tab it names has made. A panic is an error.
func redeemed(r *http.Request, ticket string) (err error) {
	defer func() {
		if crash := recover(); crash != nil {
			err = fmt.Errorf("%w: %v\n%s", session.ErrPanic, crash, debug.Stack())
		}
	}()
	if err := session.JoinNamed(r); err != nil {
		return err
	}
	_, err = wrappedRedeem(r.Context(), ticket)
	return err
}

var wrappedRedeem = session.Wrap(func(ctx context.Context, ticket string) (struct{}, error) {
	return struct{}{}, session.Redeem(ctx, ticket)
})

// answerTicket tells the tab what has come of its ticket, and what it is now.
func (h *Hub) answerTicket(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, session.ErrForeignTab) {
		w.Header().Set("Ocsigo-Refused", "process")
		http.Error(w, "This is not the tab that it was. Load the page.", http.StatusConflict)
		return
	}
	if number, raised := session.Raised(r.Context()); raised {
		w.Header().Set(session.IdentityHeader, strconv.Itoa(number))
	}
	if session.LeftTab(r.Context()) {
		w.Header().Set("Ocsigo-Load", "document")
	}
	if err == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	status, failure := h.failureOf(r.Context(), err)
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", retryAfter)
	}
	writeError(w, status, failure)
}

// failureOf turns the error of a log-in into what its call fails with, and the status of the answer. A hook may answer
// an Error of its own.
func (h *Hub) failureOf(ctx context.Context, err error) (status int, failure *Error) {
	var meant *Error
	switch {
	case errors.Is(err, session.ErrPanic): // also when nobody hears it: the log has it
	case errors.As(err, &meant) && meant != nil:
		return http.StatusForbidden, meant
	case errors.Is(err, session.ErrNoTicket):
		return http.StatusForbidden, errNoTicket
	case errors.Is(err, session.ErrNotConnected), errors.Is(context.Cause(ctx), session.ErrNotConnected):
		return http.StatusForbidden, NotConnected
	case errors.Is(err, session.ErrPermissionDenied):
		return http.StatusForbidden, PermissionDenied
	case errors.Is(err, session.ErrNotRecent):
		return http.StatusForbidden, NotRecent
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return http.StatusServiceUnavailable, TimedOut
	case ctx.Err() != nil: // nobody hears it
		return http.StatusServiceUnavailable, Interrupted
	case errors.Is(err, session.ErrUnavailable):
		h.opts.Log.ErrorContext(ctx, "visitor of a ticket not checked", "error", err)
		return http.StatusServiceUnavailable, Unchecked
	}
	failed := Internal.WithID()
	h.opts.Log.ErrorContext(ctx, "ticket not redeemed", "id", failed.Kind.ID, "error", err)
	return http.StatusInternalServerError, failed
}

func writeError(w http.ResponseWriter, status int, failure *Error) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	w.Write(marshal(failure)) // an error says that the tab has gone
}
