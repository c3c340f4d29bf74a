package framework_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"go.uber.org/goleak"

	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/rpc"
	"github.com/ocsigo/start/framework/session"
)

// rooms is a site whose wrappers note what runs.
type rooms struct {
	moments
	url      *url.URL
	mux      *http.ServeMux
	sessions *session.Manager
	site     *page.Site
	api      *rpc.API
	opened   int // wrappers, so that each has a name of its own
}

func newRooms(t *testing.T) *rooms {
	t.Helper()
	before := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, before) })
	s := &rooms{mux: http.NewServeMux()}
	server := httptest.NewServer(s.mux)
	t.Cleanup(server.Close)
	var err error
	if s.url, err = url.Parse(server.URL); err != nil {
		t.Fatal(err)
	}
	s.sessions = session.New(&session.MemoryStore{}, session.Options{Development: true, Groups: groups})
	tabs := process.New(s.sessions, process.Options{Origin: server.URL, Limits: process.Limits{Rate: 1_000_000, Burst: 1_000_000}})
	t.Cleanup(func() {
		if err := tabs.Close(context.Background()); err != nil {
			t.Error(err)
		}
		s.sessions.Close()
	})
	s.watch(s.sessions)
	s.site, s.api = page.New(s.sessions, page.Config{URL: s.url}), rpc.New(tabs)
	s.mux.Handle("/", processtest.Pages(t, s.sessions, tabs)) // a document, log-in, the tabs' socket
	s.mux.Handle("/forced", s.site.Middleware(page.Opt(func(*http.Request, session.Visitor) (page.Content, error) {
		return page.Body("", page.Identity())
	}, session.ForceUnconnected())))
	return s
}

// groups says who is where. The users are numbered as in visitors.
func groups(_ context.Context, user session.UserID, of []session.Group) (in []session.Group, _ error) {
	for _, group := range of {
		if name := visitors[user]; name == "both" || name == string(group) {
			in = append(in, group)
		}
	}
	return in, nil
}

// runs returns what has run since the last take, with the names of the visitors.
func (s *rooms) runs() []string {
	log := s.take()
	for i, what := range log {
		for user, name := range visitors {
			if before, found := strings.CutSuffix(what, " "+strconv.Itoa(user)); found {
				log[i] = before + " " + name
			}
		}
	}
	return log
}

// guest is one of the visitors: a browser, with a tab.
type guest struct {
	browser *processtest.Browser
	tab     *processtest.Tab
	tag     map[string]string // of his forms for a page, by its option that forces it
}

// invite lets the visitors in. The wrappers are there by now.
func (s *rooms) invite(t *testing.T) map[string]guest {
	t.Helper()
	guests := map[string]guest{}
	for user, name := range visitors {
		b := processtest.NewBrowser(t, s.url.String())
		if user != 0 {
			b.Get("/in?user=" + strconv.Itoa(user))
		}
		guests[name] = guest{b, b.Open("/"), map[string]string{
			"":                   b.Get("/").IdentityTag(),
			"ForceUnconnected()": b.Get("/forced").IdentityTag(),
		}}
	}
	return guests
}

// open registers a wrapper, and returns how a guest asks it.
func (s *rooms) open(w wrapper) func(guest) string {
	s.opened++
	room, _, _ := strings.Cut(w.door, ".")
	switch room {
	case "session":
		return s.openPlain(w)
	case "rpc":
		return s.openServerFunction(w, fmt.Sprint("f", s.opened))
	default:
		method, _, _ := strings.Cut(room, " ")
		return s.openPage(w, method, fmt.Sprint("/", s.opened))
	}
}

// options are those of a wrapper; own is its deny function.
func (w wrapper) options(own session.Option) (opts []session.Option) {
	meant := map[string]session.Option{
		`Allow("admin")`:     session.Allow("admin"),
		"Allow()":            session.Allow(),
		`Deny("banned")`:     session.Deny("banned"),
		"ForceUnconnected()": session.ForceUnconnected(),
		"DenyFunc":           own,
	}
	for _, word := range w.words() {
		opts = append(opts, meant[word])
	}
	return opts
}

// run is the function of a wrapper. The answer of one that denies is nobody's business.
func (s *rooms) run(w wrapper, who any) (string, error) {
	s.note("function", who)
	if w.does == "denies" {
		return "the answer", session.ErrPermissionDenied
	}
	return "the answer", nil
}

// openPlain opens a plain function, asked by a request that is no page.
func (s *rooms) openPlain(w wrapper) func(guest) string {
	opts := w.options(session.DenyFunc(func(_ context.Context, v session.Visitor) (string, error) {
		return "own answer", s.note("deny function", v)
	}))
	var f func(context.Context, struct{}) (string, error)
	switch w.door {
	case "session.Connected":
		f = session.Connected(func(_ context.Context, me session.UserID, _ struct{}) (string, error) { return s.run(w, me) }, opts...)
	case "session.Opt":
		f = session.Opt(func(_ context.Context, v session.Visitor, _ struct{}) (string, error) { return s.run(w, v) }, opts...)
	default:
		f = session.Wrap(func(ctx context.Context, _ struct{}) (string, error) { return s.run(w, session.Current(ctx)) }, opts...)
	}
	return func(g guest) (outcome string) {
		r := httptest.NewRequest(http.MethodGet, s.url.String(), nil)
		for _, c := range g.browser.Client.Jar.Cookies(s.url) {
			r.AddCookie(c)
		}
		s.sessions.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			outcome = plainOutcome(f(r.Context(), struct{}{}))
		})).ServeHTTP(httptest.NewRecorder(), r)
		return outcome
	}
}

func plainOutcome(answer string, err error) string {
	switch {
	case err == nil:
		return answer
	case answer != "":
		return fmt.Sprintf("%s, beside the error %v", answer, err)
	case errors.Is(err, session.ErrNotConnected):
		return "ErrNotConnected"
	case errors.Is(err, session.ErrPermissionDenied):
		return "ErrPermissionDenied"
	}
	return err.Error()
}

// openServerFunction opens one that tabs call.
func (s *rooms) openServerFunction(w wrapper, name string) func(guest) string {
	opts := w.options(rpc.DenyFunc(func(_ context.Context, v session.Visitor) error {
		s.note("deny function", v)
		return &rpc.Error{Kind: "own_answer"}
	}))
	switch w.door {
	case "rpc.Connected":
		rpc.Connected(s.api, name, func(_ context.Context, me session.UserID, _ struct{}) (string, error) { return s.run(w, me) }, opts...)
	case "rpc.Opt":
		rpc.Opt(s.api, name, func(_ context.Context, v session.Visitor, _ struct{}) (string, error) { return s.run(w, v) }, opts...)
	default:
		rpc.Handle(s.api, name, func(ctx context.Context, _ struct{}) (string, error) { return s.run(w, session.Current(ctx)) }, opts...)
	}
	return func(g guest) (answer string) {
		err := g.tab.Call(name, nil, &answer)
		var failure *processtest.Failure
		switch {
		case errors.As(err, &failure):
			return failure.Data.Kind
		case err != nil:
			return err.Error()
		}
		return answer
	}
}

// openPage opens a page, or what takes a form.
func (s *rooms) openPage(w wrapper, method, path string) func(guest) string {
	opts := w.options(page.DenyFunc(func(_ *http.Request, v session.Visitor) (page.Content, error) {
		s.note("deny function", v)
		return page.Body("", templ.Raw("own answer"))
	}))
	run := func(who any) (page.Content, error) {
		answer, err := s.run(w, who)
		return page.Content{Body: templ.Raw(answer)}, err
	}
	var h http.Handler
	if w.forUsers() {
		h = page.Connected(func(_ *http.Request, me session.UserID) (page.Content, error) { return run(me) }, opts...)
	} else {
		h = page.Opt(func(_ *http.Request, v session.Visitor) (page.Content, error) { return run(v) }, opts...)
	}
	s.mux.Handle(method+" "+path, s.site.Middleware(h))
	return func(g guest) string {
		if method == http.MethodPost {
			return pageOutcome(path, g.browser.Post(path, url.Values{"_identity": {g.tag[w.force]}}))
		}
		return pageOutcome(path, g.browser.Get(path))
	}
}

// pageOutcome is a page's status, where it leads to, and what of the site's own stands in it.
func pageOutcome(path string, p processtest.Page) string {
	outcome := strconv.Itoa(p.Status)
	if to := p.Header.Get("Location"); to == "/login?next="+url.QueryEscape(path) {
		outcome += " to log in and back"
	} else if to != "" {
		outcome += " to " + to
	}
	for _, words := range []string{"the answer", "own answer"} {
		if strings.Contains(p.Body, words) {
			outcome += " " + words
		}
	}
	return outcome
}
