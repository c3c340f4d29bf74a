package session_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/session"
)

var big = session.NewRef("test.big", session.PerTab, "")

// writes is a document's handler that writes what belongs to its tab.
func writes(ctx context.Context) {
	perTab.Set(ctx, 1)
	perTabIndep.Set(ctx, 1)
}

// found says what a hello's tab finds of what its document wrote.
func found(t *testing.T, b *browser, token string) (tab, indep int) {
	t.Helper()
	opened, err := b.hello(token, "")
	if err != nil {
		t.Fatal(err)
	}
	opened.do(func(ctx context.Context) { tab, indep = perTab.Get(ctx), perTabIndep.Get(ctx) })
	return tab, indep
}

// TestDraft: a document's tab finds what the document's handler wrote, and no other tab does.
func TestDraft(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	token, other := b.document(writes), b.document()
	if tab, indep := found(t, b, other); tab != 0 || indep != 0 {
		t.Errorf("another document's tab found %d and %d", tab, indep)
	}
	if tab, indep := found(t, b, token); tab != 1 || indep != 1 {
		t.Errorf("its own tab found %d and %d", tab, indep)
	}
	if tab, indep := found(t, b, token); tab != 0 || indep != 0 {
		t.Errorf("a copy of the tab found %d and %d", tab, indep)
	}
	if _, drafts := w.Held(); drafts != 0 {
		t.Errorf("%d drafts still wait", drafts)
	}
}

// TestDraftIsThereForStartHooks: it is taken before they run.
func TestDraftIsThereForStartHooks(t *testing.T) {
	w := newWorld(t)
	var got int
	w.OnStartProcess(func(ctx context.Context, _ session.Visitor) error { got = perTab.Get(ctx); return nil })
	b := w.browser()
	tab, err := b.hello(b.document(writes), "")
	if err != nil {
		t.Fatal(err)
	}
	if tab.start(); got != 1 {
		t.Errorf("the start hook has read %d", got)
	}
}

// TestDraftAddsToThePrevious: a document that writes one user-independent value of its tab does not take the
// others away.
func TestDraftAddsToThePrevious(t *testing.T) {
	b := newWorld(t).browser()
	before := b.open()
	before.do(func(ctx context.Context) { perTabIndep.Set(ctx, 5); themeOfTab.Set(ctx, "light") })
	after, err := b.hello(b.document(func(ctx context.Context) { themeOfTab.Set(ctx, "dark") }), before.ID())
	if err != nil {
		t.Fatal(err)
	}
	after.do(func(ctx context.Context) {
		if n, theme := perTabIndep.Get(ctx), themeOfTab.Get(ctx); n != 5 || theme != "dark" {
			t.Errorf("the tab remembers %d and %q, want 5 and dark", n, theme)
		}
	})
}

var themeOfTab = session.NewRef("test.theme", session.PerTabUserIndep, "")

func TestDraftWaitsAMinute(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	token, late := b.document(writes), b.document(writes)
	w.clock.pass(session.HandOver - time.Second)
	if tab, _ := found(t, b, token); tab != 1 {
		t.Error("it was not kept for a minute")
	}
	w.clock.pass(time.Second)
	if tab, _ := found(t, b, late); tab != 0 {
		t.Error("it was kept longer than a minute")
	}
}

// TestDraftsAreFew: above their number the oldest goes.
func TestDraftsAreFew(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	first, second := b.document(writes), b.document(writes)
	for range session.DraftsAtMost - 1 {
		b.document(writes)
	}
	if _, drafts := w.Held(); drafts != session.DraftsAtMost {
		t.Errorf("%d drafts wait, want %d", drafts, session.DraftsAtMost)
	}
	if tab, _ := found(t, b, first); tab != 0 {
		t.Error("the oldest still waits")
	}
	if tab, _ := found(t, b, second); tab != 1 {
		t.Error("the second does not wait any more")
	}
}

// TestDraftsAreSmall: above their size together the oldest go.
func TestDraftsAreSmall(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	const piece = session.DraftsInBytes / 4
	first := b.document(writes)
	for range 4 {
		b.document(func(ctx context.Context) { big.Set(ctx, strings.Repeat("x", piece)) })
	}
	if _, drafts := w.Held(); drafts != 3 {
		t.Errorf("%d drafts wait, want 3 that fit", drafts)
	}
	if tab, _ := found(t, b, first); tab != 0 {
		t.Error("the oldest still waits")
	}
	b.document(func(ctx context.Context) { big.Set(ctx, strings.Repeat("x", session.DraftsInBytes+1)) })
	if _, drafts := w.Held(); drafts != 0 {
		t.Errorf("%d drafts wait beside one that is too big alone", drafts)
	}
}

// TestNobodysDraftDiesAtLogIn: a document that was made before a log-in brings nothing after the log-out.
func TestNobodysDraftDiesAtLogIn(t *testing.T) {
	b := newWorld(t).browser()
	token := b.document(writes)
	b.connect(ada)
	b.disconnect()
	if tab, indep := found(t, b, token); tab != 0 || indep != 1 {
		t.Errorf("the old document's tab found %d and %d, want 0 and 1", tab, indep)
	}
}

// TestDraftsGoEverywhere: a log-out everywhere takes what is user-independent out of waiting documents too.
func TestDraftsGoEverywhere(t *testing.T) {
	b := newWorld(t).browser()
	token := b.document(writes)
	b.connect(ada)
	b.disconnectAll()
	if tab, indep := found(t, b, token); tab != 0 || indep != 0 {
		t.Errorf("the old document's tab found %d and %d", tab, indep)
	}
}
