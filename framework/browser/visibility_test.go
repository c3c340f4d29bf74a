package browser_test

import (
	"testing"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// sees waits until a tab says whether anybody can see it.
func (l line) sees(t *testing.T, want string) heard {
	t.Helper()
	h := l.next(t, "$/visibility")
	if got := string(h.Params); h.ID != nil || got != want {
		t.Errorf("the tab says %s, want %s", got, want)
	}
	return h
}

const (
	seen   = `{"visible":true}`
	unseen = `{"visible":false}`
)

// wantSaid makes a last call, and compares all that was said.
func (s *server) wantSaid(l line, tab *browsertest.Tab, want string) {
	s.t.Helper()
	browsertest.Eval[any](tab, `void call("last").catch(() => {})`)
	l.next(s.t, "last")
	if got := s.said(); got != want {
		s.t.Errorf("the tab said %q, want %q", got, want)
	}
}

// TestVisibility: a tab says when it goes out of sight and when it comes back, and nothing while it is as the server
// believes.
func TestVisibility(t *testing.T) {
	t.Parallel()
	s, l := listening(t)
	tab := browsertest.New(t).Open(s.URL)
	l.greet(t)
	tab.Ready()
	again := `void document.dispatchEvent(new Event("visibilitychange"))`
	browsertest.Eval[any](tab, again)
	tab.Hide()
	l.sees(t, unseen)
	browsertest.Eval[any](tab, again)
	tab.Show()
	l.sees(t, seen)
	s.wantSaid(l, tab, "$/hello $/visibility $/visibility last")
}

// TestHiddenBeforeHelloAnswered: it is said behind the hello's answer, and before the calls that have waited.
func TestHiddenBeforeHelloAnswered(t *testing.T) {
	t.Parallel()
	s, l := listening(t)
	tab := browsertest.New(t).Open(s.URL)
	hello := l.next(t, "$/hello")
	browsertest.Eval[any](tab, `void call("early").catch(() => {})`)
	tab.Hide()
	refuse(hello.conn, hello.ID, "start_failed")
	l.greet(t)
	l.sees(t, unseen)
	l.next(t, "early")
	s.wantSaid(l, tab, "$/hello $/hello $/visibility early last")
}

// TestVisibilityOnReturn: another socket begins as a visible tab's, whatever was said on the one before.
func TestVisibilityOnReturn(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		meanwhile func(tab *browsertest.Tab)
		said      string
	}{
		"hidden still": {
			func(tab *browsertest.Tab) { browsertest.Eval[any](tab, `void dispatchEvent(new Event("online"))`) },
			"$/hello $/visibility $/hello $/visibility last",
		},
		"shown again": {
			func(tab *browsertest.Tab) { tab.Show() },
			"$/hello $/visibility $/hello last",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, l := listening(t)
			b := browsertest.New(t)
			b.BeforeScripts(noRetry)
			tab := b.Open(s.URL)
			l.greet(t)
			tab.Ready()
			tab.Hide()
			l.sees(t, unseen).conn.Close()
			waitState(tab, "lost")
			test.meanwhile(tab)
			l.greet(t)
			waitState(tab, "ready")
			s.wantSaid(l, tab, test.said)
		})
	}
}
