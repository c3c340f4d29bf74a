package framework_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/a-h/templ"

	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/rpc"
	"github.com/ocsigo/start/framework/session"
)

// moments writes down the hooks as they run.
type moments struct {
	mu  sync.Mutex
	log []string
}

func (m *moments) note(what string, who ...any) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	name := what
	for _, w := range who {
		switch w := w.(type) {
		case session.Visitor:
			if user, ok := w.User(); ok {
				name += " " + strconv.Itoa(int(user))
			} else {
				name += " nobody"
			}
		case session.UserID:
			name += " " + strconv.Itoa(int(w))
		case session.Reason:
			name += " " + string(w)
		}
	}
	m.log = append(m.log, name)
	return nil
}

// take returns what has run since the last take.
func (m *moments) take() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	log := m.log
	m.log = nil
	return log
}

func (m *moments) watch(s *session.Manager) {
	s.OnRequest(func(_ context.Context, v session.Visitor) error { return m.note("OnRequest", v) })
	s.OnConnectedRequest(func(_ context.Context, me session.UserID) error { return m.note("OnConnectedRequest", me) })
	s.OnUnconnectedRequest(func(context.Context) error { return m.note("OnUnconnectedRequest") })
	s.OnDeniedRequest(func(_ context.Context, v session.Visitor) error { return m.note("OnDeniedRequest", v) })
	s.OnStartProcess(func(_ context.Context, v session.Visitor) error { return m.note("OnStartProcess", v) })
	s.OnStartConnectedProcess(func(_ context.Context, me session.UserID) error {
		return m.note("OnStartConnectedProcess", me)
	})
	s.OnStartUnconnectedProcess(func(context.Context) error { return m.note("OnStartUnconnectedProcess") })
	s.OnOpenSession(func(_ context.Context, me session.UserID) error { return m.note("OnOpenSession", me) })
	s.OnPreCloseSession(func(_ context.Context, c session.Closing) error {
		return m.note("OnPreCloseSession", c.User, c.Reason)
	})
	s.OnPostCloseSession(func(_ context.Context, c session.Closing) error {
		return m.note("OnPostCloseSession", c.User, c.Reason)
	})
}

// TestOrder is the order of the ten moments, written out.
func TestOrder(t *testing.T) {
	m := &moments{}
	server := smallSite(t, m)
	b := processtest.NewBrowser(t, server.URL)
	check := func(what string, want ...string) {
		t.Helper()
		if got := m.take(); !slices.Equal(got, want) {
			t.Errorf("%s:\n  got  %s\n  want %s", what, strings.Join(got, ", "), strings.Join(want, ", "))
		}
	}

	b.Get("/")
	check("anonymous page", "OnRequest nobody", "OnUnconnectedRequest", "home")

	tab := b.Open("/")
	check("anonymous tab", "OnRequest nobody", "OnUnconnectedRequest", "home",
		"OnStartProcess nobody", "OnStartUnconnectedProcess")

	tab.Call("who", nil, nil)
	check("anonymous server function", "OnRequest nobody", "OnUnconnectedRequest", "who")

	if p := b.Get("/mine"); p.Status != http.StatusSeeOther || p.Header.Get("Location") != "/login?next=%2Fmine" {
		t.Errorf("/mine for nobody: %d %q", p.Status, p.Header.Get("Location"))
	}
	check("page for users, asked by nobody", "OnRequest nobody", "OnUnconnectedRequest")

	if p := b.Get("/admin"); p.Status != http.StatusSeeOther || p.Header.Get("Location") != "/login?next=%2Fadmin" {
		t.Errorf("/admin for nobody: %d %q", p.Status, p.Header.Get("Location"))
	}
	check("page with an allow list, asked by nobody", "OnRequest nobody", "OnDeniedRequest nobody")

	b.Submit("/", url.Values{"user": {"7"}})
	check("log in", "OnRequest nobody", "OnUnconnectedRequest", "home",
		"OnRequest nobody", "OnUnconnectedRequest", "OnOpenSession 7")

	tab = b.Open("/mine")
	check("the page after it", "OnRequest 7", "OnConnectedRequest 7", "mine",
		"OnStartProcess 7", "OnStartConnectedProcess 7")

	tab.Call("who", nil, nil)
	check("connected server function", "OnRequest 7", "OnConnectedRequest 7", "who")

	if p := b.Get("/denies"); p.Status != http.StatusForbidden {
		t.Errorf("/denies: %d", p.Status)
	}
	check("function that returns ErrPermissionDenied",
		"OnRequest 7", "OnConnectedRequest 7", "denies", "OnDeniedRequest 7")

	tab.Call("denies", nil, nil)
	check("server function that returns ErrPermissionDenied",
		"OnRequest 7", "OnConnectedRequest 7", "OnDeniedRequest 7")

	b.Get("/admin")
	check("page of another group", "OnRequest 7", "OnDeniedRequest 7")

	b.Get("/forced")
	check("ForceUnconnected", "OnRequest nobody", "OnUnconnectedRequest", "forced")

	b.Submit("/", url.Values{"user": {"8"}})
	check("log in as another", "OnRequest 7", "OnConnectedRequest 7", "home",
		"OnRequest 7", "OnConnectedRequest 7",
		"OnPreCloseSession 7 replaced", "OnPostCloseSession 7 replaced", "OnOpenSession 8")

	b.Post("/logout", nil)
	check("log out", "OnRequest 8", "OnConnectedRequest 8",
		"OnPreCloseSession 8 logged out", "OnPostCloseSession 8 logged out")

	b.Post("/logout", nil)
	check("log out of nothing", "OnRequest nobody", "OnUnconnectedRequest")
}

// smallSite is a whole site: pages that note that they ran, and a few server functions.
func smallSite(t *testing.T, m *moments) *httptest.Server {
	t.Helper()
	sessions := session.New(&session.MemoryStore{}, session.Options{Development: true})
	m.watch(sessions)

	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	tabs := process.New(sessions, process.Options{Origin: server.URL})
	t.Cleanup(func() {
		if err := tabs.Close(context.Background()); err != nil {
			t.Error(err)
		}
		sessions.Close()
	})
	api := rpc.New(tabs)
	rpc.Opt(api, "who", func(context.Context, session.Visitor, struct{}) (struct{}, error) { return struct{}{}, m.note("who") })
	rpc.Handle(api, "denies", func(context.Context, struct{}) (struct{}, error) {
		return struct{}{}, session.ErrPermissionDenied
	})

	address, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	site := page.New(sessions, page.Config{URL: address})
	opt := func(name string) http.Handler {
		return page.Opt(func(*http.Request, session.Visitor) (page.Content, error) {
			m.note(name)
			return page.Body(name, page.Identity())
		})
	}
	handle := func(pattern string, h http.Handler) { mux.Handle(pattern, site.Middleware(h)) }
	mux.Handle("/process", tabs)
	handle("GET /{$}", opt("home"))
	handle("POST /{$}", page.Opt(func(r *http.Request, _ session.Visitor) (page.Content, error) {
		user, err := strconv.Atoi(r.FormValue("user"))
		if err == nil {
			err = session.Connect(r.Context(), session.UserID(user))
		}
		if err != nil {
			return page.Content{}, err
		}
		return page.Redirect("/")
	}))
	handle("POST /logout", page.Opt(func(r *http.Request, _ session.Visitor) (page.Content, error) {
		if err := session.Disconnect(r.Context()); err != nil {
			return page.Content{}, err
		}
		return page.Redirect("/")
	}, page.AnyIdentity()))
	handle("GET /mine", page.Connected(func(*http.Request, session.UserID) (page.Content, error) {
		m.note("mine")
		return page.Body("mine", templ.NopComponent)
	}))
	handle("GET /admin", page.Opt(func(*http.Request, session.Visitor) (page.Content, error) {
		m.note("admin")
		return page.Body("admin", templ.NopComponent)
	}, session.Allow("admin")))
	handle("GET /denies", page.Opt(func(*http.Request, session.Visitor) (page.Content, error) {
		m.note("denies")
		return page.Content{}, session.ErrPermissionDenied
	}))
	handle("GET /forced", page.Opt(func(*http.Request, session.Visitor) (page.Content, error) {
		m.note("forced")
		return page.Body("forced", templ.NopComponent)
	}, session.ForceUnconnected()))
	return server
}

// inPlace lets a browser's requests be those of a tab.
type inPlace struct {
	http.RoundTripper
	process string
	number  string
}

func (p inPlace) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Ocsigo-Process", p.process)
	r.Header.Set("Ocsigo-Identity", p.number)
	return p.RoundTripper.RoundTrip(r)
}

// TestOrderInPlace is the order of the moments in a tab that shows its pages in place: the user logs in and out
// there, and the process goes on in between.
func TestOrderInPlace(t *testing.T) {
	m := &moments{}
	b := processtest.NewBrowser(t, smallSite(t, m).URL)
	tab := b.Open("/")
	m.take()
	network := b.Client.Transport
	under := func(number string) *processtest.Browser {
		b.Client.Transport = inPlace{network, tab.ID, number}
		return b
	}
	check := func(what string, want ...string) {
		t.Helper()
		if got := m.take(); !slices.Equal(got, want) {
			t.Errorf("%s:\n  got  %s\n  want %s", what, strings.Join(got, ", "), strings.Join(want, ", "))
		}
	}

	in := under("0").Submit("/", url.Values{"user": {"7"}})
	if in.Status != http.StatusNoContent || in.Header.Get("Ocsigo-Identity") != "1" || in.Header.Get("Ocsigo-Load") != "" {
		t.Errorf("log in: %d %v", in.Status, in.Header)
	}
	check("log in", "OnRequest nobody", "OnUnconnectedRequest", "home",
		"OnRequest nobody", "OnUnconnectedRequest", "OnOpenSession 7", "OnStartConnectedProcess 7")

	if p := under("0").Get("/mine"); p.Status != http.StatusConflict {
		t.Errorf("a page under the old number: %d", p.Status)
	}
	if err := tab.Call("who", nil, nil); err == nil || !strings.HasPrefix(err.Error(), "identity_changed") {
		t.Errorf("a server function under the old number: %v", err)
	}
	check("under the old number")

	under("1").Get("/mine")
	check("the page after it", "OnRequest 7", "OnConnectedRequest 7", "mine")
	tab.Send(`{"jsonrpc": "2.0", "method": "$/identity", "params": {"number": 1}}`)
	if err := tab.Call("who", nil, nil); err != nil {
		t.Error(err)
	}
	check("server function", "OnRequest 7", "OnConnectedRequest 7", "who")

	if p := under("1").Post("/logout", nil); p.Header.Get("Ocsigo-Load") != "document" {
		t.Errorf("log out: %d %v", p.Status, p.Header)
	}
	check("log out", "OnRequest 7", "OnConnectedRequest 7",
		"OnPreCloseSession 7 logged out", "OnPostCloseSession 7 logged out")
	if heard := tab.WaitClose(); heard != (processtest.Closed{Code: 4501, Reason: "/"}) {
		t.Errorf("after the log-out the tab heard %v", heard)
	}
}
