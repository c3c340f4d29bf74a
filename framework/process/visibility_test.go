package process_test

import (
	"context"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
)

func visibility(params string) string {
	return `{"jsonrpc":"2.0","method":"$/visibility","params":` + params + `}`
}

// watched is a world whose tab tells when its user counts as active.
type watched struct {
	*world
	browser *processtest.Browser
	tab     *processtest.Tab
}

func newWatched(t *testing.T) *watched {
	w := newWorld(t)
	b := processtest.NewBrowser(t, w.URL)
	b.Get("/in?user=1")
	return &watched{w, b, b.Open("/")}
}

// wantActive makes a call, and fails unless it is activity of the user, or is none.
func (w *watched) wantActive(t *testing.T, after string, want bool) {
	t.Helper()
	before := w.seen(t)
	w.ahead.Add(int64(time.Minute))
	if err := w.tab.Call("nothing", nil, nil); err != nil {
		t.Fatal(err)
	}
	if active := w.seen(t).After(before); active != want {
		t.Errorf("after %s: a call is activity: %v, want %v", after, active, want)
	}
}

// seen is when the user did something last.
func (w *watched) seen(t *testing.T) time.Time {
	t.Helper()
	sessions, err := w.sessions.SessionsOf(context.Background(), 1)
	if err != nil || len(sessions) != 1 {
		t.Fatalf("%d sessions, %v", len(sessions), err)
	}
	return sessions[0].Seen
}

// TestVisibility: a tab counts as visible until it says that it is not. What is malformed changes nothing.
func TestVisibility(t *testing.T) {
	w := newWatched(t)
	w.wantActive(t, "the hello", true)
	for _, said := range []struct {
		message string
		visible bool
	}{
		{visibility(`{"visible":false}`), false},
		{visibility(`{"visible":"true"}`), false},
		{visibility(`{"visible":null}`), false},
		{visibility(`{}`), false},
		{visibility(`[true]`), false},
		{`{"jsonrpc":"2.0","method":"$/visibility"}`, false},
		{visibility(`{"visible":true}`), true},
		{visibility(`{"visible":0}`), true},
		{`[` + visibility(`{"visible":true}`) + `,` + visibility(`{"visible":false}`) + `]`, false},
	} {
		w.tab.Send(said.message)
		w.wantActive(t, said.message, said.visible)
	}
}

// TestVisibilityIsNoCall: it gets no answer, and as a request it is no function.
func TestVisibilityIsNoCall(t *testing.T) {
	tab := processtest.NewBrowser(t, newWorld(t).URL).Open("/")
	tab.Send(visibility(`{"visible":false}`))
	wantKind(t, tab.Call("$/visibility", map[string]bool{"visible": true}, nil), "unknown_function")
}

// TestVisibilityBeforeHello is no hello.
func TestVisibilityBeforeHello(t *testing.T) {
	b := processtest.NewBrowser(t, newWorld(t).URL)
	b.Get("/")
	tab := b.Dial(nil)
	tab.Send(visibility(`{"visible":false}`))
	wantClose(t, tab, process.BadMessage, "")
}

// TestVisibilityOnReturn: each socket begins as a visible tab's, for what was said last may have been lost. A hello
// that is refused changes nothing.
func TestVisibilityOnReturn(t *testing.T) {
	w := newWatched(t)
	w.tab.Send(visibility(`{"visible":false}`))
	w.wantActive(t, "it was hidden", false)
	if err := w.browser.Dial(nil).HelloAgain(w.tab.ID, w.tab.Number+1); err == nil {
		t.Error("a process came back under another number")
	}
	w.wantActive(t, "a return that failed", false)
	w.tab.Lose()
	w.tab = back(t, w.tab)
	w.wantActive(t, "the return", true)
}
