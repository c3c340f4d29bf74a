package session_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// TestTooManySessions: a log-in above the limit closes the session that was unseen longest, with its hooks and its
// tabs, and no other. (S027)
func TestTooManySessions(t *testing.T) {
	w := newWorld(t, func(o *session.Options) { o.Sessions = 3 })
	hooks := w.watchSessions()
	var browsers []*browser
	var tabs []*tab
	for range 3 {
		w.clock.pass(time.Minute)
		b := w.browser()
		b.connect(ada)
		browsers, tabs = append(browsers, b), append(tabs, b.open())
	}
	other := w.browser()
	other.connect(bob)
	w.clock.pass(time.Minute)
	browsers[0].visitor() // the second is unseen longest now
	w.Chores(t.Context())
	hooks.log = nil
	fourth := w.browser()
	fourth.connect(ada)
	hooks.check(t, "pre ada evicted", "post ada evicted", "open ada")
	for i, b := range append(browsers, fourth) {
		if connected := b.visitor() == ada; connected == (i == 1) {
			t.Errorf("browser %d is connected: %v", i, connected)
		}
	}
	for i, tab := range tabs {
		if got := tab.heard(); slices.Equal(got, mainPage) != (i == 1) {
			t.Errorf("tab %d was told %q", i, got)
		}
	}
	if other.visitor() != bob {
		t.Error("another user's session has gone")
	}
	fourth.connect(ada) // takes the place of its own, so that nobody has to go
	if len(hooks.log) != 3 || browsers[0].visitor() != ada {
		t.Errorf("a log-in where she is connected: %q", hooks.log)
	}
}

// TestNotAdmitted: a tab for which its host has no room has done nothing: no other gives way to it, the document before it
// goes on, and what its own document wrote waits for the next hello.
func TestNotAdmitted(t *testing.T) {
	w := newWorld(t, func(o *session.Options) { o.Tabs = 2 })
	b := w.browser()
	b.connect(ada)
	previous, other := b.open(), b.open()
	token, full := b.document(writes), errors.New("full")
	_, err := w.OpenTab(t.Context(), w.Cookies(b.request()), session.Hello{Token: token, Previous: previous.ID()}, &host{full: full})
	if !errors.Is(err, full) {
		t.Errorf("got %v", err)
	}
	if told := slices.Concat(previous.heard(), other.heard()); len(told) != 0 {
		t.Errorf("the others were told %q", told)
	}
	if tab, indep := found(t, b, token); tab != 1 || indep != 1 {
		t.Errorf("it found %d and %d", tab, indep)
	}
}

// TestTooManyTabs: a hello above the limit ends the process of the session's least used tab; other sessions' tabs and
// what the tabs remember otherwise stay.
func TestTooManyTabs(t *testing.T) {
	w := newWorld(t, func(o *session.Options) { o.Tabs = 3 })
	for _, user := range []session.UserID{0, ada} {
		b, other := w.browser(), w.browser()
		if user != 0 {
			b.connect(user)
		}
		others := other.open()
		var tabs []*tab
		for range 3 {
			w.clock.pass(time.Second)
			tabs = append(tabs, b.open().start())
		}
		w.clock.pass(time.Second)
		tabs[0].do(func(context.Context) {})
		w.clock.pass(time.Second)
		tabs[1].page(b, func(context.Context) {})
		b.open()
		for i, tab := range append(tabs, others) {
			var want []string
			if i == 2 {
				want = []string{"evict"}
			}
			if got := tab.heard(); !slices.Equal(got, want) {
				t.Errorf("user %d: tab %d was told %q", user, i, got)
			}
		}
		if _, err := b.back(tabs[2], ""); err == nil {
			t.Errorf("user %d: it comes back", user)
		}
		tabs[2].Close()
		b.open()
		if got := tabs[0].heard(); !slices.Equal(got, []string{"evict"}) {
			t.Errorf("user %d: then the next is told %q", user, got)
		}
	}
}

// TestTooManyTabsOfAUser: a user's least used tab ends, in whichever session it is, when a hello or a log-in in place
// makes one too many. Other users' tabs stay, and nobody is no user.
func TestTooManyTabsOfAUser(t *testing.T) {
	w := newWorld(t, func(o *session.Options) { o.UserTabs = 3 })
	others := w.browser()
	others.connect(bob)
	bobs := others.open()
	for range 4 {
		w.browser().open()
	}
	one, two, three := w.browser(), w.browser(), w.browser()
	one.connect(ada)
	two.connect(ada)
	var tabs []*tab
	for _, b := range []*browser{one, two, one} {
		w.clock.pass(time.Second)
		tabs = append(tabs, b.open().start())
	}
	check := func(what string, evicted ...int) {
		t.Helper()
		for i, tab := range tabs {
			if got := tab.heard(); slices.Equal(got, []string{"evict"}) != slices.Contains(evicted, i) {
				t.Errorf("%s: tab %d was told %q", what, i, got)
			}
		}
		for _, tab := range append(w.Tabs(), bobs.Tab) {
			if _, absent := tab.Present(); absent != nil {
				t.Errorf("%s: a tab has gone", what)
			}
		}
		if n := len(w.TabsOfUser(ada)); n != 3 {
			t.Errorf("%s: she has %d tabs", what, n)
		}
	}
	w.clock.pass(time.Second)
	tabs[0].do(func(context.Context) {})
	check("three")

	w.clock.pass(time.Second)
	tabs = append(tabs, two.open().start())
	check("a hello", 1)

	w.clock.pass(time.Second)
	nobodys := three.open().start()
	tabs = append(tabs, nobodys)
	check("nobody's hello", 1)
	if err := nobodys.connect(three, ada); err != nil {
		t.Fatal(err)
	}
	check("a log-in in place", 1, 2)
	tabs[1].Close()
	tabs[2].Close()
	w.clock.pass(time.Second)
	tabs = append(tabs, one.open())
	check("one more", 0, 1, 2)
}
