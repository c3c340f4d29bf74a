package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/templates"
)

// How long a session lasts, and how many a user may have. The session.Options are made of these, so that the settings
// tell users what is true.
const (
	SessionLifetime = 30 * 24 * time.Hour // at most, whatever its user does
	SessionIdle     = 14 * 24 * time.Hour // after he was last active
	SessionsAtMost  = 100                 // the one unseen longest ends for a new one
)

// sessionsOf returns what the settings say of the visitor's sessions: the one that he is asking from comes first.
func sessionsOf(ctx context.Context) (templates.Sessions, error) {
	all, err := session.Sessions(ctx)
	if here := slices.IndexFunc(all, func(s session.Info) bool { return s.Here }); here > 0 {
		all = slices.Concat(all[here:here+1], all[:here], all[here+1:])
	}
	return templates.Sessions{
		All: all, Now: time.Now(), Lifetime: SessionLifetime, Idle: SessionIdle, AtMost: SessionsAtMost,
	}, err
}

// endSession logs the user out in one of his browsers. Whether a session that is not his belongs to somebody or to
// nobody, he is told the same.
func endSession(_ *App, r *http.Request, _ session.UserID, form *page.Form) (page.Content, error) {
	id, _ := strconv.ParseInt(form.Value("session"), 10, 64) // what is no number is no session either
	err := session.DisconnectSession(r.Context(), session.ID(id))
	switch {
	case errors.Is(err, session.ErrNoSession):
		form.Wrong("", "You have no such session, or it has ended already.")
		return page.Content{}, nil
	case err != nil:
		return page.Content{}, err
	case !session.Current(r.Context()).Connected(): // it was this one
		return done(r, "You are logged out.", "/")
	}
	return done(r, "You are logged out in that browser.", "/settings#sessions")
}

// logOutOthers logs the user out in all browsers but this one.
func logOutOthers(_ *App, r *http.Request, _ session.UserID, _ *page.Form) (page.Content, error) {
	if err := session.DisconnectAll(r.Context(), session.Others(), session.UserIndep(false)); err != nil {
		return page.Content{}, err
	}
	return done(r, "You are logged out everywhere else.", "/settings#sessions")
}

// logOutEverywhere logs the user out in all browsers. What his browsers remember whoever is connected stays.
func logOutEverywhere(_ *App, r *http.Request, _ session.UserID, _ *page.Form) (page.Content, error) {
	if err := session.DisconnectAll(r.Context(), session.UserIndep(false)); err != nil {
		return page.Content{}, err
	}
	return done(r, "You are logged out everywhere.", "/")
}

// OpenTabs says how many tabs of a session are open, in words.
type OpenTabs struct {
	Session int64  `json:"session"`
	Tabs    string `json:"tabs"`
}

// openTabs counts the open tabs of each session. A tab that shows the settings asks: when its page was made it was not
// open yet.
func openTabs(ctx context.Context, _ session.UserID, _ struct{}) ([]OpenTabs, error) {
	all, err := session.Sessions(ctx)
	return tabsIn(all), err
}

func tabsIn(all []session.Info) (open []OpenTabs) {
	for _, s := range all {
		open = append(open, OpenTabs{int64(s.ID), templates.OpenTabs(s)})
	}
	return open
}
