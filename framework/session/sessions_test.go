package session_test

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// TestSessions is what a user sees of his sessions: the last seen first, with their tabs and where they are. (S019)
func TestSessions(t *testing.T) {
	w := newWorld(t)
	here, there := w.browser(), w.browser()
	here.headers = map[string]string{"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
	began := w.clock.Now()
	here.connect(ada)
	there.connect(ada)
	w.browser().connect(bob)
	here.open()
	here.open()
	there.open().Close()
	w.clock.pass(time.Minute)
	here.page(func(ctx context.Context) {
		all, err := session.Sessions(ctx)
		if err != nil || len(all) != 2 {
			t.Fatalf("%v, %v", all, err)
		}
		all[0].ID, all[1].ID = 0, 0
		want := []session.Info{
			{
				User: ada, Created: began, SignedIn: began, Seen: w.clock.Now(), Ends: began.Add(30 * 24 * time.Hour),
				Agent: "Firefox on Linux", Network: "192.0.2.0/24", Tabs: 2, Here: true,
			},
			{
				User: ada, Created: began, SignedIn: began, Seen: began, Ends: began.Add(30 * 24 * time.Hour),
				Agent: "Unknown browser", Network: "192.0.2.0/24",
			},
		}
		if !slices.Equal(all, want) {
			t.Errorf("\ngot  %+v\nwant %+v", all, want)
		}
	})
	if err := w.browser().ask(func(ctx context.Context) error {
		_, err := session.Sessions(ctx)
		return err
	}); !errors.Is(err, session.ErrNotConnected) {
		t.Errorf("nobody: %v", err)
	}
}

// TestDisconnectSession ends one session of one's own, and no other; whose it is not cannot be told from what does
// not exist. (S019, peers 88)
func TestDisconnectSession(t *testing.T) {
	w := newWorld(t)
	hooks := w.watchSessions()
	here, there, his := w.browser(), w.browser(), w.browser()
	there.connect(ada)
	id := w.info(ada).ID
	here.connect(ada)
	his.connect(bob)
	tabs := map[*tab][]string{here.open(): nil, there.open(): mainPage, his.open(): nil}
	hooks.log = nil
	end := func(b *browser, id session.ID) error {
		return b.ask(func(ctx context.Context) error { return session.DisconnectSession(ctx, id) })
	}
	for what, id := range map[string]session.ID{"his": w.info(bob).ID, "none": 1 << 40, "zero": 0} {
		if err := end(here, id); !errors.Is(err, session.ErrNoSession) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := end(w.browser(), id); !errors.Is(err, session.ErrNotConnected) {
		t.Errorf("nobody: %v", err)
	}
	hooks.check(t)
	if err := end(here, id); err != nil {
		t.Error(err)
	}
	hooks.check(t, "pre ada ended", "post ada ended")
	for tab, want := range tabs {
		if got := tab.heard(); !slices.Equal(got, want) {
			t.Errorf("told %q, want %q", got, want)
		}
	}
	if there.visitor() != 0 || here.visitor() != ada || his.visitor() != bob {
		t.Error("not that one alone has ended")
	}
	if err := end(here, id); !errors.Is(err, session.ErrNoSession) {
		t.Errorf("again: %v", err)
	}
	if err := end(here, w.info(ada).ID); err != nil || here.visitor() != 0 || here.cookies["dev-session"] != "" {
		t.Errorf("one's own: %v", err)
	}
	hooks.check(t, "pre ada logged out", "post ada logged out")
}

// TestDisconnectOthers leaves this session open, and says why the others close. (peers 55)
func TestDisconnectOthers(t *testing.T) {
	w := newWorld(t)
	hooks := w.watchSessions()
	here, there := w.browser(), w.browser()
	here.connect(ada)
	there.connect(ada)
	here.page(func(ctx context.Context) { perBrowserIndep.Set(ctx, 1) })
	tabHere, tabThere := here.open(), there.open()
	hooks.log = nil
	here.disconnectAll(session.Others(), session.Because(session.NewPassword))
	hooks.check(t, "pre ada new password", "post ada new password")
	if here.visitor() != ada || there.visitor() != 0 {
		t.Error("not the others alone have ended")
	}
	if len(tabHere.heard()) > 0 || !slices.Equal(tabThere.heard(), mainPage) {
		t.Errorf("told %q and %q", tabHere.heard(), tabThere.heard())
	}
	here.page(func(ctx context.Context) {
		if perBrowserIndep.Get(ctx) != 1 {
			t.Error("this browser has forgotten what is user-independent")
		}
	})
}

// TestNetwork: of an address a session keeps what does not name the machine; the site says which address it is.
func TestNetwork(t *testing.T) {
	for address, want := range map[string]string{
		"203.0.113.77":         "203.0.113.0/24",
		"2001:db8:1:2:3:4:5:6": "2001:db8:1::/48",
		"::ffff:203.0.113.77":  "203.0.113.0/24",
		"":                     "",
	} {
		from, _ := netip.ParseAddr(address)
		w := newWorld(t, func(o *session.Options) { o.Address = func(*http.Request) netip.Addr { return from } })
		w.browser().connect(ada)
		if got := w.info(ada).Network; got != want {
			t.Errorf("%q: %q", address, got)
		}
	}
}

// TestAgent: what browsers call themselves, in words that their owner may recognise.
func TestAgent(t *testing.T) {
	const webkit = "AppleWebKit/537.36 (KHTML, like Gecko) "
	for said, want := range map[string]string{
		"":                                   "Unknown browser",
		"<script>alert(1)</script>":          "Unknown browser",
		"curl/8.5.0":                         "curl",
		"Mozilla/5.0 (Windows NT 10.0) what": "Unknown browser on Windows",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) " + webkit + "Chrome/140.0.0.0 Safari/537.36":                                "Chrome on Windows",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) " + webkit + "Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0":                  "Edge on Windows",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15": "Safari on macOS",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Safari/604.1":          "Safari on iPhone",
		"Mozilla/5.0 (Linux; Android 15) " + webkit + "Chrome/140.0.0.0 Mobile Safari/537.36":                                   "Chrome on Android",
		"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) " + webkit + "Chrome/140.0.0.0 Safari/537.36":                                 "Chrome on ChromeOS",
		"Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0":                                        "Firefox on Linux",
	} {
		w := newWorld(t)
		b := w.browser()
		b.headers = map[string]string{"User-Agent": said}
		b.connect(ada)
		if got := w.info(ada).Agent; got != want {
			t.Errorf("%q: %q", said, got)
		}
	}
}
