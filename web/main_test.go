package web_test

import (
	"cmp"
	"context"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ocsigo/start/accounts"
	"github.com/ocsigo/start/framework/browser/browsertest"
	"github.com/ocsigo/start/framework/devdb/dbtest"
	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/framework/session/pgstore"
	"github.com/ocsigo/start/migrations"
	"github.com/ocsigo/start/web"
)

func TestMain(m *testing.M) {
	stop := browsertest.Setup()
	code := dbtest.Run(m, dbtest.Template{Key: migrations.Key(), Migrate: migrations.Apply})
	stop()
	os.Exit(code)
}

// password is that of every user in these tests.
const password = "correct horse battery staple"

// site is the whole site over a database of its own.
type site struct {
	*httptest.Server
	t        *testing.T
	accounts *accounts.Accounts
	sessions *session.Manager
}

func newSite(t *testing.T) *site {
	t.Helper()
	return newSiteAt(t, "")
}

// newSiteAt is newSite for a site that visitors find at another address than its own.
func newSiteAt(t *testing.T, host string) *site {
	t.Helper()
	db, err := pgxpool.New(t.Context(), dbtest.New(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	users := accounts.New(db)
	sessions := session.New(pgstore.New(db), session.Options{
		Groups: users.Groups, Build: "test", Development: true,
	})
	server := httptest.NewUnstartedServer(nil)
	address := &url.URL{Scheme: "http", Host: cmp.Or(host, server.Listener.Addr().String())}
	tabs := process.New(sessions, process.Options{Origin: address.String()})
	app, err := web.New(web.App{
		DB: db, Accounts: users, Sessions: sessions, Tabs: tabs, URL: address, Development: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = app.Handler()
	server.Start()
	t.Cleanup(func() {
		if err := tabs.Close(context.Background()); err != nil {
			t.Error(err)
		}
		server.Close()
		sessions.Close()
	})
	return &site{server, t, users, sessions}
}

// user makes an account.
func (s *site) user(email string) session.UserID {
	s.t.Helper()
	id, err := s.accounts.SignUp(s.t.Context(), email, password)
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
	tab.WaitText("header .who", email)
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
