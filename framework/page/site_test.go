package page_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/a-h/templ"

	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/session"
)

// site is a small site: anybody may log in, as whoever he says he is.
type site struct {
	*httptest.Server
	t    *testing.T
	mux  *http.ServeMux
	page *page.Site

	sessions *session.Manager
	tabs     *process.Hub
	log      journal
	done     int // how many forms were taken
}

// newSite returns a site with its usual address, unless the config has another.
func newSite(t *testing.T, config page.Config) *site {
	t.Helper()
	return newSiteOf(t, session.New(&session.MemoryStore{}, session.Options{Development: true, Build: "test"}), config)
}

func newSiteOf(t *testing.T, sessions *session.Manager, config page.Config) *site {
	t.Helper()
	s := &site{t: t, mux: http.NewServeMux()}
	s.Server = httptest.NewServer(s.mux)
	t.Cleanup(s.Close)
	if config.URL == nil {
		config.URL = address(t, s.URL)
	}
	config.Log = slog.New(slog.NewTextHandler(&s.log, nil))
	s.sessions = sessions
	t.Cleanup(sessions.Close)
	s.page = page.New(sessions, config)
	tabs := process.New(sessions, process.Options{Origin: s.URL})
	s.tabs = tabs
	t.Cleanup(func() {
		if err := tabs.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	s.mux.Handle("/process", tabs)

	s.handle("GET /{$}", page.Opt(who))
	s.handle("POST /{$}", page.Opt(s.take))
	s.handle("GET /mine", page.Connected(mine))
	s.handle("POST /mine", page.Connected(func(r *http.Request, _ session.UserID) (page.Content, error) {
		return s.take(r, session.Visitor{})
	}))
	s.handle("GET /login", page.Opt(who))
	s.handle("POST /login", page.Opt(logIn))
	s.handle("POST /logout", page.Opt(logOut, page.AnyIdentity()))
	return s
}

func (s *site) handle(pattern string, h http.Handler) { s.mux.Handle(pattern, s.page.Middleware(h)) }

// fails adds a page whose function returns this error, or panics.
func (s *site) fails(path string, f func() error) {
	s.handle(path, page.Opt(func(*http.Request, session.Visitor) (page.Content, error) {
		return page.Content{}, f()
	}))
}

// browser returns a new one; user 0 stays nobody.
func (s *site) browser(user session.UserID) *processtest.Browser {
	s.t.Helper()
	b := processtest.NewBrowser(s.t, s.URL)
	s.logIn(b, user)
	return b
}

func (s *site) logIn(b *processtest.Browser, user session.UserID) {
	s.t.Helper()
	if user == 0 {
		return
	}
	if p := b.Submit("/login", url.Values{"user": {strconv.Itoa(int(user))}}); p.Status != http.StatusSeeOther {
		s.t.Fatalf("logging in: %d %s", p.Status, p.Body)
	}
}

// send sends any request with a browser's cookies. A header "Host" is the host to ask for.
func (s *site) send(b *processtest.Browser, method, path string, header map[string]string, body string) processtest.Page {
	s.t.Helper()
	r, err := http.NewRequest(method, s.URL+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	for name, value := range header {
		r.Header.Set(name, value)
	}
	r.Host = header["Host"]
	answer, err := b.Client.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return processtest.Page{Status: answer.StatusCode, Header: answer.Header, Body: string(text)}
}

// hello starts the process of a page.
func (s *site) hello(b *processtest.Browser, p processtest.Page) error {
	s.t.Helper()
	return b.Dial(nil).Hello(p.Token(), "")
}

// withVisitor is a layout that says for whom it was made.
func withVisitor(_ *http.Request, visitor session.Visitor, body templ.Component) (templ.Component, error) {
	user, _ := visitor.User()
	return templ.Join(text("for user "+strconv.Itoa(int(user))+": "), body), nil
}

// who shows who is asking, and has a form.
func who(_ *http.Request, visitor session.Visitor) (page.Content, error) {
	user, _ := visitor.User()
	return page.Body("Who", templ.Join(text("user "+strconv.Itoa(int(user))), page.Identity()))
}

func mine(_ *http.Request, me session.UserID) (page.Content, error) {
	return page.Body("Mine", text("user "+strconv.Itoa(int(me))))
}

func (s *site) take(*http.Request, session.Visitor) (page.Content, error) {
	s.done++
	return page.Redirect("/done")
}

func logIn(r *http.Request, _ session.Visitor) (page.Content, error) {
	user, err := strconv.Atoi(r.PostFormValue("user"))
	if err == nil {
		err = session.Connect(r.Context(), session.UserID(user))
	}
	if err != nil {
		return page.Content{}, err
	}
	return page.Redirect("/")
}

func logOut(r *http.Request, _ session.Visitor) (page.Content, error) {
	if err := session.Disconnect(r.Context()); err != nil {
		return page.Content{}, err
	}
	return page.Redirect("/")
}

// text is a component that says something.
func text(words string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, templ.EscapeString(words))
		return err
	})
}

func address(t testing.TB, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// journal is what a site has logged.
type journal struct {
	mu   sync.Mutex // protects text
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}
