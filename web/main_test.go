package web_test

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ocsigo/start/accounts"
	"github.com/ocsigo/start/framework/browser/browsertest"
	"github.com/ocsigo/start/framework/devdb/dbtest"
	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/framework/session/pgstore"
	"github.com/ocsigo/start/mail"
	"github.com/ocsigo/start/migrations"
	"github.com/ocsigo/start/web"
)

func TestMain(m *testing.M) {
	slog.SetLogLoggerLevel(slog.LevelError)      // log-ins and letters would hide what failed
	stop := browsertest.Setup(browsertest.Still) // a test that is to see what moves says so
	dbtest.Main(m, dbtest.Template{Key: migrations.Key(), Migrate: migrations.Apply}, stop)
}

// password is that of every user in these tests: four words that have nothing to do with each other.
const password = "gravel hums under violins"

// site is the whole site over a database of its own, and can be started again.
type site struct {
	*httptest.Server
	setup
	t       *testing.T
	db      *pgxpool.Pool
	address *url.URL

	turn     sync.RWMutex // protects the fields below from requests: they are other ones after a restart
	routes   chi.Router
	accounts *accounts.Accounts
	sessions *session.Manager
	stop     func() // ends what keeps the sessions true, and waits for it
	tabs     *process.Hub
	post     *mail.Post // does not run, unless the test wants letters: see startPost
	mailbox  *mail.Mailbox
	app      *web.App
	written  *mail.Kind[letter]

	ahead atomic.Int64 // of the sessions' clock, in nanoseconds
}

// setup is what a test may want to be other than usual.
type setup struct {
	host       string                 // at which visitors find the site; default: its own address
	production bool                   // no words for developers
	closed     bool                   // nobody can sign up
	more       func(pages chi.Router) // adds pages of the test's own
	parts      func(app *web.App)     // adds other parts of the test's own
}

func newSite(t *testing.T) *site {
	t.Helper()
	return newSiteAs(t, setup{})
}

func newSiteAs(t *testing.T, as setup) *site {
	t.Helper()
	db, err := pgxpool.New(t.Context(), dbtest.New(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	s := &site{setup: as, t: t, db: db}
	s.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.turn.RLock()
		defer s.turn.RUnlock()
		s.routes.ServeHTTP(w, r)
	}))
	s.address = &url.URL{Scheme: "http", Host: cmp.Or(as.host, s.Listener.Addr().String())}
	s.begin()
	s.Start()
	t.Cleanup(func() {
		s.end()
		s.Close()
	})
	return s
}

// begin makes the program's parts of its database.
func (s *site) begin() {
	s.t.Helper()
	s.mailbox = mail.NewMailbox()
	post, err := mail.New(s.db, mail.Options{From: "Site <site@example.com>", Mailbox: s.mailbox})
	if err != nil {
		s.t.Fatal(err)
	}
	s.post = post
	s.written = mail.Register(post, "letter", writeLetter)
	s.accounts = accounts.New(s.db, post, accounts.Options{Site: web.Name, URL: s.address})
	s.sessions = session.New(pgstore.New(s.db), session.Options{
		Groups: s.accounts.Groups, Build: "test", Development: !s.production,
		Lifetime: web.SessionLifetime, Idle: web.SessionIdle, Sessions: web.SessionsAtMost,
		Now: func() time.Time { return time.Now().Add(time.Duration(s.ahead.Load())) },
	})
	s.tabs = process.New(s.sessions, process.Options{Origin: s.address.String()})
	app, err := web.New(web.App{
		DB: s.db, Accounts: s.accounts, Sessions: s.sessions, Tabs: s.tabs, Post: s.post, Mailbox: s.mailbox, URL: s.address,
		Development: !s.production, SignUpClosed: s.closed,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	if s.parts != nil {
		s.parts(app)
	}
	s.app, s.routes = app, app.Handler().(chi.Router)
	if s.more != nil {
		s.more(pagesOf(s.t, s.routes))
	}
	s.stop = running(s.sessions) // the site's hooks are added
}

// running lets sessions be kept true, or what is over be deleted, until what it returns is called.
func running(what interface{ Run(ctx context.Context) }) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var work sync.WaitGroup
	work.Go(func() { what.Run(ctx) })
	return func() {
		cancel()
		work.Wait()
	}
}

// pagesOf is where pages may be added to the routes of a site: behind what its own stand behind.
func pagesOf(t *testing.T, routes chi.Router) chi.Router {
	t.Helper()
	var behind chi.Middlewares
	err := chi.Walk(routes, func(_, route string, _ http.Handler, all ...func(http.Handler) http.Handler) error {
		if route == "/" {
			behind = all[len(routes.Middlewares()):]
		}
		return nil
	})
	if err != nil || len(behind) == 0 {
		t.Fatal("nothing is before the main page", err)
	}
	return routes.With(behind...)
}

// end ends the program: its tabs are told.
func (s *site) end() {
	s.t.Helper()
	if err := s.tabs.Close(context.Background()); err != nil {
		s.t.Error(err)
	}
	s.stop()
	s.sessions.Close()
}

// restart ends the program and begins it again, over the same database and under the same address. Who asks for
// something meanwhile waits; before he is answered, then happens.
func (s *site) restart(then func()) {
	s.t.Helper()
	s.turn.Lock()
	defer s.turn.Unlock()
	s.end()
	s.begin()
	then()
}

// startPost lets the site's letters go out, until the test ends.
func (s *site) startPost() {
	s.t.Helper()
	if err := s.post.Start(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(s.post.Stop)
}

// postOf returns the post of a site that sends no letters.
func postOf(t *testing.T, db *pgxpool.Pool) *mail.Post {
	t.Helper()
	post, err := mail.New(db, mail.Options{From: "Site <site@example.com>", Mailbox: mail.NewMailbox()})
	if err != nil {
		t.Fatal(err)
	}
	return post
}

// accountsOf returns the accounts in a database, of a site that sends no letters.
func accountsOf(t *testing.T, db *pgxpool.Pool) *accounts.Accounts {
	t.Helper()
	return accounts.New(db, postOf(t, db), accounts.Options{Site: web.Name, URL: &url.URL{Scheme: "https", Host: "example.com"}})
}

// later moves the sessions' clock on. What keeps them true begins anew, for by that clock it has asked nothing for too long:
// tabs that it then could not tell anything would load their documents again, some seconds later.
func (s *site) later(by time.Duration) {
	s.stop()
	s.ahead.Add(int64(by))
	s.stop = running(s.sessions)
}

// user makes an account.
func (s *site) user(email string) session.UserID {
	s.t.Helper()
	id, err := s.accounts.Create(s.t.Context(), email, "", password)
	if err != nil {
		s.t.Fatal(err)
	}
	return id
}

// open opens a page in a new tab of a browser, and waits for its process.
func (s *site) open(b *browsertest.Browser, path string) *browsertest.Tab {
	s.t.Helper()
	tab := b.Open(s.URL + path)
	tab.Ready()
	return tab
}

// logIn logs a user in with the form, in a tab: in place, so that its process goes on.
func (s *site) logIn(tab *browsertest.Tab, email string) {
	s.t.Helper()
	tab.Goto(s.URL + "/login")
	tab.Ready()
	s.fillIn(tab, email)
	tab.Ready()
}

// fillIn logs a user in with the form that is shown, and waits for the main page.
func (s *site) fillIn(tab *browsertest.Tab, email string) {
	s.t.Helper()
	tab.Fill("[name=email]", email)
	tab.Fill("[name=password]", password)
	tab.Submit("main form")
	tab.Wait(fmt.Sprintf(`document.querySelector("header .who")?.textContent === %q`, email)) // it may be too narrow to be seen
	tab.WaitURL("/")
}

// countStarts counts the tabs that have started. Call it before the first.
func (s *site) countStarts() *atomic.Int64 {
	var n atomic.Int64
	s.sessions.OnStartProcess(func(context.Context, session.Visitor) error {
		n.Add(1)
		return nil
	})
	return &n
}

// visited counts a tab's documents, whoever is connected.
var visited = session.NewRef("web_test.visited", session.PerTabUserIndep, 0)

// countVisits lets each tab count its documents as they start. Call it before the first.
func (s *site) countVisits() func() []int {
	var mu sync.Mutex
	var counted []int
	s.sessions.OnStartProcess(func(ctx context.Context, _ session.Visitor) error {
		n := visited.Update(ctx, func(n int) int { return n + 1 })
		mu.Lock()
		defer mu.Unlock()
		counted = append(counted, n)
		return nil
	})
	return func() []int {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(counted)
	}
}
