package session_test

import (
	"context"
	"errors"
	"testing"

	"github.com/ocsigo/start/framework/session"
)

// identity is the tag of what a browser's pages show now.
func (b *browser) identity() (tag string) {
	b.w.t.Helper()
	b.do(func(ctx context.Context) (err error) { tag, err = session.IdentityTag(ctx); return err })
	return tag
}

// back says hello for a process on another socket.
func (b *browser) back(tab *tab, identity string) (*session.Tab, error) {
	return b.w.ReturningTab(b.w.t.Context(), b.w.Cookies(b.request()),
		session.Returning{Process: tab.ID(), Number: tab.number, Identity: identity})
}

// TestReturning: a tab comes back as whoever it belongs to, and no hook runs again.
func TestReturning(t *testing.T) {
	w := newWorld(t)
	hooks := w.watchStarts()
	b := w.browser()
	here := b.open()
	if got, err := b.back(here, ""); err != nil || got != here.Tab {
		t.Errorf("before its hooks have run: %v, %v", got, err)
	}
	here.start()
	hooks.check(t, "start nobody", "unconnected")
	if got, err := b.back(here, ""); err != nil || got != here.Tab || got.Host() != here.host {
		t.Errorf("nobody's: %v, %v", got, err)
	}
	if err := here.connect(b, ada); err != nil {
		t.Fatal(err)
	}
	hooks.check(t, "connected")
	beside := b.hanger()
	if got, err := b.back(here, ""); err != nil || got != here.Tab {
		t.Errorf("hers: %v, %v", got, err)
	}
	hooks.check(t)
	told(t, "the return", map[string]*tab{"here": here, "beside": beside}, map[string][]string{"beside": askFirst})
}

// hanger is a tab of this browser that belongs to nobody although somebody is connected: it was open before.
func (b *browser) hanger() *tab {
	b.w.t.Helper()
	token := b.cookies["dev-session"]
	delete(b.cookies, "dev-session")
	defer func() { b.cookies["dev-session"] = token }()
	return b.open()
}

// TestReturnRefused: what does not fit is refused; the identity tag of the page says how it loads again.
func TestReturnRefused(t *testing.T) {
	for what, c := range map[string]struct {
		user    session.UserID // whose the tab is
		then    func(b *browser, tab *tab)
		present string // who is connected then
	}{
		"a closed one of nobody": {0, func(_ *browser, tab *tab) { tab.Close() }, "nobody"},
		"a closed one of hers":   {ada, func(_ *browser, tab *tab) { tab.Close() }, "ada"},
		"nobody's, now hers":     {0, func(b *browser, _ *tab) { b.connect(ada) }, "ada"},
		"of her session before":  {ada, func(b *browser, _ *tab) { b.connect(ada) }, "ada"},
		"hers, now his":          {ada, func(b *browser, _ *tab) { b.connect(bob) }, "bob"},
		"hers, now nobody's":     {ada, func(b *browser, _ *tab) { b.disconnect() }, "nobody"},
		"logged out elsewhere":   {ada, func(b *browser, _ *tab) { _ = b.w.DisconnectAll(context.Background(), session.OfUser(ada)) }, "nobody"},
		"ended on another node":  {ada, func(b *browser, _ *tab) { _ = b.w.gone(ada) }, "nobody"},
		"under another number":   {ada, func(_ *browser, tab *tab) { tab.number = 1 }, "ada"},
	} {
		w := newWorld(t)
		b := w.browser()
		tags := map[string]string{"nobody": b.identity(), "none": "", "a forged one": "forged"}
		b.connect(bob)
		tags["bob"] = b.identity()
		b.connect(ada)
		tags["ada"] = b.identity()
		b.disconnect()
		if c.user != 0 {
			b.connect(c.user)
		}
		tab := b.open().start()
		c.then(b, tab)
		for whose, tag := range tags {
			want := loadAgain
			switch {
			case whose == "nobody" || whose == c.present:
				want = mayStay
			case whose != "none" && c.present == "nobody":
				want = goHome
			}
			got, err := b.back(tab, tag)
			if got != nil || !errors.Is(err, want) {
				t.Errorf("%s, tag of %s: %v, %#v, want %#v", what, whose, got, err, want)
			}
			_, err = b.w.OpenTab(t.Context(), w.Cookies(b.request()), session.Hello{Token: "forged", Identity: tag}, &host{})
			if !errors.Is(err, want) {
				t.Errorf("%s, a hello with the tag of %s: %#v, want %#v", what, whose, err, want)
			}
		}
	}
}

// TestReturnElsewhere: another browser learns nothing of a tab, whatever it says.
func TestReturnElsewhere(t *testing.T) {
	w := newWorld(t)
	b, other := w.browser(), w.browser()
	b.connect(ada)
	tab := b.open().start()
	other.visitor()
	for tag, want := range map[string]error{"": loadAgain, b.identity(): goHome} {
		if got, err := other.back(tab, tag); got != nil || !errors.Is(err, want) {
			t.Errorf("%v, %#v, want %#v", got, err, want)
		}
	}
	if got, err := w.browser().back(tab, ""); got != nil || !errors.Is(err, session.ErrNoCookies) {
		t.Errorf("without cookies: %v, %v", got, err)
	}
	w.store.fails.Store(true)
	w.Doubt()
	if got, err := b.back(tab, ""); got != nil || !errors.Is(err, errStore) {
		t.Errorf("the store fails: %v, %v", got, err)
	}
}

// TestOutOfDate is for whoever asks how, not whether.
func TestOutOfDate(t *testing.T) {
	b := newWorld(t).browser()
	b.visitor()
	_, err := b.hello("forged", "")
	var out session.OutOfDate
	if !errors.As(err, &out) || out.How != session.SamePage || err.Error() == "" {
		t.Errorf("%#v", err)
	}
}

// TestLeave: when its process is over nothing begins in a tab that belongs to an open one, and what it holds goes
// when it closes.
func TestLeave(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	tab := b.open().start()
	tab.do(func(call context.Context) {
		tab.page(b, func(page context.Context) {
			tab.Leave()
			if !session.LeftTab(page) {
				t.Error("the page that is under way is still one of the tab")
			}
			if err := session.Connect(page, ada); err != nil || tab.Visitor().Connected() {
				t.Errorf("the log-in that is under way: %v, the tab is %s's", err, name(tab.Visitor()))
			}
			if _, raised := session.Raised(page); raised {
				t.Error("the number of the tab is raised")
			}
		})
		if got := session.TabsSharing(call, session.PerTab); len(got) != 0 || len(w.Tabs()) != 0 {
			t.Errorf("it is among the open tabs: %v, %v", got, w.Tabs())
		}
		if call.Err() != nil || perTabIndep.Get(call) != 0 {
			t.Errorf("its call: %v", call.Err())
		}
	})
	b.disconnect()
	if err := tab.ask(b, nop); !errors.Is(err, session.ErrForeignTab) {
		t.Errorf("a page in place: %v", err)
	}
	if got, err := b.back(tab, b.identity()); got != nil || !errors.Is(err, mayStay) {
		t.Errorf("it comes back: %v, %#v", got, err)
	}
	tab.Close()
	if requests, tabs := w.Watched(); requests != 0 || tabs != 0 {
		t.Errorf("%d requests and %d tabs are known", requests, tabs)
	}
}
