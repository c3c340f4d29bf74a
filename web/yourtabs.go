package web

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/rpc"
	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/templates"
)

// The demo "Your tabs": what a tab is, what is remembered for it, and the ten moments as they come.

// yourTabs adds all of the demo: its page, its server functions, its events and its hooks.
func (a *App) yourTabs(r chi.Router) {
	d := &yourTabs{
		moved: process.NewEvent[Moved](a.Tabs, "counters.moved"),
		fired: process.NewEvent[Fired](a.Tabs, "hooks.fired"),
	}
	a.pages = append(a.pages, templates.Link{Path: "/your-tabs", Label: "Your tabs"})
	r.Get("/your-tabs", page.Opt(func(r *http.Request, visitor session.Visitor) (page.Content, error) {
		return page.Content{
			Title: "Your tabs",
			Head:  templates.Script(a.assets.URL("js/yourtabs.js")),
			Body:  templates.YourTabs(visitor.Connected()),
		}, nil
	}))
	// Says who and what the tab is.
	rpc.Opt(a.api, "tab.who", d.who)
	// Answers all counters, as this tab sees them.
	rpc.Handle(a.api, "counters.all", d.all)
	// Adds one to a counter, and tells every tab that shares it.
	rpc.Handle(a.api, "counters.raise", d.raise)
	// Answers which hooks have run, the last ones.
	rpc.Handle(a.api, "hooks.log", d.log)
	d.watch(a.Sessions)
}

type yourTabs struct {
	moved *process.Event[Moved]
	fired *process.Event[Fired]
}

// Who says who and what the asking tab is. The process id is a secret, and the browser's hash is long: only
// their beginnings are shown.
type Who struct {
	Process string         `json:"process"`
	Browser string         `json:"browser"`
	User    session.UserID `json:"user,omitzero"`
}

func (d *yourTabs) who(ctx context.Context, visitor session.Visitor, _ struct{}) (Who, error) {
	user, _ := visitor.User()
	return Who{session.ProcessID(ctx)[:6], session.BrowserHash(ctx).String()[:6], user}, nil
}

// The five counters, one for each scope that outlives a request. Each is one reference.
var counters = map[string]counter{
	"tab":          newCounter("tab", session.PerTab),
	"browser":      newCounter("browser", session.PerBrowser),
	"user":         newCounter("user", session.PerUser),
	"tabIndep":     newCounter("tabIndep", session.PerTabUserIndep),
	"browserIndep": newCounter("browserIndep", session.PerBrowserUserIndep),
}

type counter struct {
	scope session.Scope
	value *session.Ref[int]
}

func newCounter(name string, scope session.Scope) counter {
	return counter{scope, session.NewRef("yourtabs."+name, scope, 0)}
}

// Moved is a counter with its new value.
type Moved struct {
	Counter string `json:"counter"`
	Value   int    `json:"value"`
}

// Raise names the counter to raise.
type Raise struct {
	Counter string `json:"counter"`
}

func (d *yourTabs) all(ctx context.Context, _ struct{}) ([]Moved, error) {
	var all []Moved
	for _, name := range slices.Sorted(maps.Keys(counters)) {
		all = append(all, Moved{name, counters[name].value.Get(ctx)})
	}
	return all, nil
}

// raise adds one, and tells every tab that shares the counter.
func (d *yourTabs) raise(ctx context.Context, in Raise) (int, error) {
	counter, ok := counters[in.Counter]
	if !ok {
		return 0, &rpc.Error{Kind: "no_such_counter", Message: "There is no such counter."}
	}
	value := counter.value.Update(ctx, func(n int) int { return n + 1 })
	return value, d.moved.Send(process.Sharing(ctx, counter.scope), Moved{in.Counter, value})
}

// Fired is a hook that has run.
type Fired struct {
	Hook string         `json:"hook"`
	User session.UserID `json:"user,omitzero"`
	At   int64          `json:"at"` // milliseconds since 1970
}

const firedAtMost = 50

// fired are the last hooks of a browser, whoever was connected.
var fired = session.NewRefFunc("yourtabs.fired", session.PerBrowserUserIndep, func() []Fired { return nil })

func (d *yourTabs) log(ctx context.Context, _ struct{}) ([]Fired, error) { return fired.Get(ctx), nil }

// watch notes every hook for the tabs of its browser. A browser's log begins with its first tab: page views
// alone leave nothing behind.
func (d *yourTabs) watch(s *session.Manager) {
	s.OnStartProcess(func(ctx context.Context, visitor session.Visitor) error {
		return d.note(ctx, "OnStartProcess", visitor)
	})
	s.OnStartConnectedProcess(func(ctx context.Context, me session.UserID) error {
		return d.note(ctx, "OnStartConnectedProcess", session.Current(ctx))
	})
	s.OnStartUnconnectedProcess(func(ctx context.Context) error {
		return d.note(ctx, "OnStartUnconnectedProcess", session.Visitor{})
	})
	s.OnRequest(func(ctx context.Context, visitor session.Visitor) error {
		return d.noteMore(ctx, "OnRequest", visitor)
	})
	s.OnConnectedRequest(func(ctx context.Context, _ session.UserID) error {
		return d.noteMore(ctx, "OnConnectedRequest", session.Current(ctx))
	})
	s.OnUnconnectedRequest(func(ctx context.Context) error {
		return d.noteMore(ctx, "OnUnconnectedRequest", session.Visitor{})
	})
	s.OnDeniedRequest(func(ctx context.Context, visitor session.Visitor) error {
		return d.noteMore(ctx, "OnDeniedRequest", visitor)
	})
	s.OnOpenSession(func(ctx context.Context, _ session.UserID) error {
		return d.noteMore(ctx, "OnOpenSession", session.Current(ctx))
	})
	s.OnPreCloseSession(func(ctx context.Context, _ session.Closing) error {
		return d.noteMore(ctx, "OnPreCloseSession", session.Current(ctx))
	})
	s.OnPostCloseSession(func(ctx context.Context, _ session.Closing) error {
		return d.noteMore(ctx, "OnPostCloseSession", session.Current(ctx))
	})
}

func (d *yourTabs) noteMore(ctx context.Context, hook string, visitor session.Visitor) error {
	if len(fired.Get(ctx)) == 0 {
		return nil
	}
	return d.note(ctx, hook, visitor)
}

func (d *yourTabs) note(ctx context.Context, hook string, visitor session.Visitor) error {
	user, _ := visitor.User()
	now := Fired{hook, user, time.Now().UnixMilli()}
	fired.Update(ctx, func(log []Fired) []Fired {
		log = append(slices.Clone(log), now)
		return log[max(0, len(log)-firedAtMost):]
	})
	return d.fired.Send(process.Sharing(ctx, session.PerBrowserUserIndep), now)
}
