package session_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// A reference of each scope.
var (
	perRequest      = session.NewRef("test.request", session.PerRequest, 0)
	perTab          = session.NewRef("test.tab", session.PerTab, 0)
	perBrowser      = session.NewRef("test.browser", session.PerBrowser, 0)
	perUser         = session.NewRef("test.user", session.PerUser, 0)
	perTabIndep     = session.NewRef("test.tabIndep", session.PerTabUserIndep, 0)
	perBrowserIndep = session.NewRef("test.browserIndep", session.PerBrowserUserIndep, 0)
)

var scopes = []struct {
	name string
	ref  *session.Ref[int]
}{
	{"request", perRequest}, {"tab", perTab}, {"browser", perBrowser}, {"user", perUser},
	{"indep tab", perTabIndep}, {"indep browser", perBrowserIndep},
}

func writeAll(ctx context.Context) {
	for _, s := range scopes {
		s.ref.Set(ctx, 1)
	}
}

// remembered names the scopes that remember what writeAll wrote.
func remembered(ctx context.Context) (names []string) {
	for _, s := range scopes {
		if s.ref.Get(ctx) == 1 {
			names = append(names, s.name)
		}
	}
	return names
}

// TestWhatStays writes a value of each scope in a tab, lets something happen in another request of the
// browser, and reads in the document that follows in that tab.
func TestWhatStays(t *testing.T) {
	for _, c := range []struct {
		name  string
		first session.UserID // who writes
		then  func(b *browser)
		want  []string
	}{
		{"nobody reloads", 0, func(*browser) {}, []string{"browser", "user", "indep tab", "indep browser"}},
		{"a user reloads", ada, func(*browser) {}, []string{"browser", "user", "indep tab", "indep browser"}},
		{"nobody logs in", 0, func(b *browser) { b.connect(ada) }, []string{"indep tab", "indep browser"}},
		{"nobody logs in and out", 0, func(b *browser) { b.connect(ada); b.disconnect() }, []string{"indep tab", "indep browser"}},
		{"log out", ada, (*browser).disconnect, []string{"indep tab", "indep browser"}},
		{"log out and in", ada, func(b *browser) { b.disconnect(); b.connect(ada) }, []string{"user", "indep tab", "indep browser"}},
		{"log in again", ada, func(b *browser) { b.connect(ada) }, []string{"user", "indep tab", "indep browser"}},
		{"log in as another", ada, func(b *browser) { b.connect(bob) }, []string{"indep tab", "indep browser"}},
		{"as another and back", ada, func(b *browser) { b.connect(bob); b.connect(ada) }, []string{"user", "indep tab", "indep browser"}},
		{"log out everywhere", ada, func(b *browser) { b.disconnectAll() }, nil},
		{"everywhere and in again", ada, func(b *browser) { b.disconnectAll(); b.connect(ada) }, []string{"user"}},
		{"everywhere, not what is user-independent", ada, func(b *browser) {
			b.disconnectAll(session.UserIndep(false))
			b.connect(ada)
		}, []string{"user", "indep tab", "indep browser"}},
		{"expired", ada, func(b *browser) { b.w.clock.pass(30 * time.Minute) }, []string{"indep tab", "indep browser"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, func(o *session.Options) { o.Lifetime = 30 * time.Minute })
			b := w.browser()
			if c.first != 0 {
				b.connect(c.first)
			}
			before := b.open()
			before.do(writeAll)
			c.then(b)
			b.openAfter(before).do(func(ctx context.Context) {
				if got := remembered(ctx); !slices.Equal(got, c.want) {
					t.Errorf("remembered by %v, want %v", got, c.want)
				}
			})
		})
	}
}

// TestWhoShares writes a value of each scope in one tab and reads it elsewhere.
func TestWhoShares(t *testing.T) {
	w := newWorld(t)
	home, work := w.browser(), w.browser()
	home.connect(ada)
	work.connect(ada)
	first, second := home.open(), home.open()
	first.do(writeAll)
	for _, c := range []struct {
		name  string
		where func(func(context.Context))
		want  []string
	}{
		{"another call of the tab", first.do, []string{"tab", "browser", "user", "indep tab", "indep browser"}},
		{"another tab", second.do, []string{"browser", "user", "indep browser"}},
		{"a page", home.page, []string{"browser", "user", "indep browser"}},
		{"another browser of the user", work.page, []string{"user"}},
		{"another user", func(f func(context.Context)) { b := w.browser(); b.connect(bob); b.page(f) }, nil},
		{"nobody", w.browser().page, nil},
	} {
		c.where(func(ctx context.Context) {
			if got := remembered(ctx); !slices.Equal(got, c.want) {
				t.Errorf("%s: %v, want %v", c.name, got, c.want)
			}
		})
	}
}

// TestSameRequest: what a request has written goes with the log-in or log-out that it makes itself.
func TestSameRequest(t *testing.T) {
	connect := func(ctx context.Context) error { return session.Connect(ctx, bob) }
	for _, c := range []struct {
		name   string
		user   session.UserID
		change func(ctx context.Context) error
		want   []string
	}{
		{"log in", 0, connect, []string{"request", "indep tab", "indep browser"}},
		{"log in as another", ada, connect, []string{"indep tab", "indep browser"}},
		{"log out", ada, session.Disconnect, []string{"indep tab", "indep browser"}},
		{"log out everywhere", ada, func(ctx context.Context) error { return session.DisconnectAll(ctx) }, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newWorld(t).browser()
			if c.user != 0 {
				b.connect(c.user)
			}
			token := b.document(func(ctx context.Context) {
				writeAll(ctx)
				if err := c.change(ctx); err != nil {
					t.Fatal(err)
				}
				if got := remembered(ctx); !slices.Equal(got, c.want) {
					t.Errorf("remembered by %v, want %v", got, c.want)
				}
			})
			tab, err := b.hello(token, "")
			if err != nil {
				t.Fatal(err)
			}
			tab.do(func(ctx context.Context) {
				if perTab.Get(ctx) != 0 {
					t.Error("the new identity's tab has found what the old one's document wrote")
				}
			})
		})
	}
}

// TestLogOutInACall: the call that logs its own tab out remembers nothing of the session any more.
func TestLogOutInACall(t *testing.T) {
	b := newWorld(t).browser()
	b.connect(ada)
	tab := b.open()
	tab.do(func(ctx context.Context) {
		writeAll(ctx)
		if err := session.Disconnect(ctx); err != nil {
			t.Fatal(err)
		}
		if got, want := remembered(ctx), []string{"indep tab", "indep browser"}; !slices.Equal(got, want) {
			t.Errorf("remembered by %v, want %v", got, want)
		}
	})
}

// TestUserIndepOfOthers: a log-out everywhere takes the user-independent values of the browsers that hold one
// of the user's sessions, in all their tabs, and of no other.
func TestUserIndepOfOthers(t *testing.T) {
	w := newWorld(t)
	home, phone, past, foreign := w.browser(), w.browser(), w.browser(), w.browser()
	indep := []string{"indep tab", "indep browser"}
	tabs := map[*browser]*tab{}
	for _, b := range []*browser{home, phone, past} {
		b.connect(ada)
	}
	foreign.connect(bob)
	for _, b := range []*browser{home, phone, past, foreign} {
		tabs[b] = b.open()
		tabs[b].do(writeAll)
	}
	past.disconnect()
	if err := w.DisconnectAll(t.Context(), session.OfUser(ada)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		b    *browser
		want []string
	}{{"home", home, nil}, {"phone", phone, nil}, {"logged out before", past, indep}} {
		c.b.openAfter(tabs[c.b]).do(func(ctx context.Context) {
			if got := remembered(ctx); !slices.Equal(got, c.want) {
				t.Errorf("%s: %v, want %v", c.name, got, c.want)
			}
		})
	}
	tabs[foreign].do(func(ctx context.Context) {
		if got := remembered(ctx); len(got) != 5 {
			t.Errorf("another user keeps only %v", got)
		}
	})
}

// TestNobodysOpenTab: a log-in drops what nobody's tabs remember, also in those that are still open.
func TestNobodysOpenTab(t *testing.T) {
	b := newWorld(t).browser()
	tab := b.open()
	tab.do(writeAll)
	b.connect(ada)
	tab.do(func(ctx context.Context) {
		if got, want := remembered(ctx), []string{"indep tab", "indep browser"}; !slices.Equal(got, want) {
			t.Errorf("remembered by %v, want %v", got, want)
		}
		if session.Current(ctx).Connected() {
			t.Error("what began as nobody has become somebody")
		}
	})
}
