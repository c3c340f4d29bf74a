package session_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// asked counts the questions that f puts: to the store about sessions, and to the site about users.
func (w *world) asking(f func()) (sessions, users int) {
	s, u := w.store.asked.Load(), w.users.asked
	f()
	return int(w.store.asked.Load() - s), w.users.asked - u
}

// TestHeldAsksNothing: within 30 seconds a page or a call of a session that was seen asks nobody anything, gates with
// groups included; then it asks once.
func TestHeldAsksNothing(t *testing.T) {
	w := newWorld(t)
	w.users.join(ada, "admin")
	b := w.browser()
	b.connect(ada)
	tab := b.open().start()
	gated := func() {
		t.Helper()
		err := b.ask(func(context.Context) error { return nil }, session.Allow("admin"), session.Deny("banned"))
		if err != nil {
			t.Error(err)
		}
	}
	everything := func() {
		b.visitor()
		gated()
		tab.do(func(context.Context) {})
		tab.page(b, func(context.Context) {})
	}
	everything()
	if sessions, users := w.asking(func() {
		for range 100 {
			everything()
		}
	}); sessions+users > 0 {
		t.Errorf("%d questions about sessions, %d about users", sessions, users)
	}
	w.clock.pass(session.HeldFor)
	if sessions, users := w.asking(everything); sessions != 1 || users != 1 {
		t.Errorf("after 30 seconds: %d questions about sessions, %d about users", sessions, users)
	}
	w.clock.pass(session.HeldFor - time.Second)
	w.Question(t.Context()) // keeps the sessions of open tabs fresh
	w.clock.pass(session.HeldFor - time.Second)
	if sessions, _ := w.asking(func() { tab.do(func(context.Context) {}) }); sessions != 0 {
		t.Errorf("a call between two questions asks %d", sessions)
	}
}

// TestGroupChangeIsFelt by the next call on an open socket, and by the next page; on another node when it has heard.
func TestGroupChangeIsFelt(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.connect(ada)
	tab := b.open().start()
	f := session.Wrap(func(context.Context, struct{}) (struct{}, error) { return struct{}{}, nil }, session.Allow("admin"))
	admitted := func(want bool) {
		t.Helper()
		var err error
		tab.do(func(ctx context.Context) { _, err = f(ctx, struct{}{}) })
		page := b.run(f)
		if (err == nil) != want || (page == nil) != want {
			t.Errorf("a call: %v, a page: %v", err, page)
		}
	}
	admitted(false)
	w.users.join(ada, "admin")
	admitted(false) // nobody has said so
	if err := w.Changed(t.Context(), ada); err != nil {
		t.Fatal(err)
	}
	admitted(true)
	w.users.join(ada)
	if err := w.Changed(t.Context(), ada); err != nil {
		t.Fatal(err)
	}
	admitted(false)
}

// TestChangedThoughNobodyWaits: what has changed is felt, also when who has changed it has gone before it was said.
func TestChangedThoughNobodyWaits(t *testing.T) {
	w := newWorld(t, func(o *session.Options) {
		answer := o.Groups
		o.Groups = func(ctx context.Context, user session.UserID, of []session.Group) ([]session.Group, error) {
			if ctx.Err() != nil {
				return nil, ctx.Err() // as a database does
			}
			return answer(ctx, user, of)
		}
	})
	b := w.browser()
	b.connect(ada)
	tab := b.open()
	w.users.remove(ada)
	request, leave := context.WithCancel(t.Context())
	leave()
	if err := w.Changed(request, ada); err != nil {
		t.Error(err)
	}
	if got := tab.heard(); !slices.Equal(got, mainPage) {
		t.Errorf("his tab was told %q", got)
	}
}

// TestLookUpMeetsRevocation: what a look-up found before a revocation is not believed after it.
func TestLookUpMeetsRevocation(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.connect(ada)
	w.Doubt()
	w.store.found = func() { // the row was read, and the answer is on its way
		if err := w.DisconnectAll(t.Context(), session.OfUser(ada)); err != nil {
			t.Error(err)
		}
	}
	if b.visitor() != 0 {
		t.Error("the page is hers")
	}
	if b.visitor() != 0 {
		t.Error("the next page is still hers")
	}
}

// TestFailClosed: a node that cannot ask goes on for 30 seconds with what it knows. Then a page and a call are refused
// as unavailable, and nobody is taken for logged out; when it can ask again all goes on. (S025)
func TestFailClosed(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.connect(ada)
	tab := b.open().start()
	w.store.fails.Store(true)
	w.clock.pass(session.HeldFor - time.Second)
	if err := tab.calls(); err != nil || b.visitor() != ada {
		t.Errorf("within 30 seconds: %v", err)
	}
	w.clock.pass(time.Second)
	w.Question(t.Context()) // cannot ask either
	if err := tab.call(func(context.Context) { t.Error("a call has run") }); !errors.Is(err, session.ErrUnavailable) {
		t.Errorf("a call: %v", err)
	}
	err := b.ask(func(context.Context) error { t.Error("a page was made"); return nil })
	if !errors.Is(err, session.ErrUnavailable) {
		t.Errorf("a page: %v", err)
	}
	if _, err := b.hello("", ""); !errors.Is(err, session.ErrUnavailable) {
		t.Errorf("a hello: %v", err)
	}
	if got := tab.heard(); len(got) > 0 {
		t.Errorf("the tab was told %q", got)
	}
	w.store.fails.Store(false)
	if err := tab.calls(); err != nil || b.visitor() != ada {
		t.Errorf("afterwards: %v", err)
	}
}

// TestQuestionEndsWhatIsOver: tabs whose session is over, or gone, restart without having asked for anything; the
// closing hooks of the one run here, of the other they have run elsewhere. (S015, S097)
func TestQuestionEndsWhatIsOver(t *testing.T) {
	w := newWorld(t)
	hooks := w.watchSessions()
	over, gone, stays := w.browser(), w.browser(), w.browser()
	over.connect(ada)
	tabOver := over.open()
	w.clock.pass(20 * 24 * time.Hour)
	gone.connect(ada)
	stays.connect(bob)
	tabGone, tabStays := gone.open(), stays.open()
	hooks.check(t, "open ada", "open ada", "open bob")
	found, err := w.SessionsOf(t.Context(), ada)
	if err != nil || len(found) != 1 {
		t.Fatal(found, err)
	}
	if _, err := w.store.Delete(t.Context(), found[0].ID, session.Ending{}); err != nil {
		t.Fatal(err)
	}
	w.Question(t.Context())
	hooks.check(t, "pre ada expired", "post ada expired")
	for what, tab := range map[string]*tab{"over": tabOver, "gone": tabGone} {
		if got := tab.heard(); !slices.Equal(got, mainPage) {
			t.Errorf("%s: told %q", what, got)
		}
		if slices.Contains(w.Tabs(), tab.Tab) {
			t.Errorf("%s: it still gets what is pushed", what)
		}
	}
	if err := tabStays.calls(); err != nil || len(tabStays.heard()) > 0 {
		t.Errorf("the other: %v, %q", err, tabStays.heard())
	}
}

// TestNothingIsPushedAfterTheEnd of a session's time, even before anybody has noticed it. (S097)
func TestNothingIsPushedAfterTheEnd(t *testing.T) {
	w := newWorld(t, func(o *session.Options) { o.Lifetime = time.Hour })
	b := w.browser()
	b.connect(ada)
	b.open()
	w.clock.pass(time.Hour)
	if tabs := w.TabsOfUser(ada); len(tabs) > 0 {
		t.Error("her tab still gets what is pushed")
	}
}
