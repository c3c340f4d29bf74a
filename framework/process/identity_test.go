package process_test

import (
	"testing"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
)

func ping(id string) string { return `{"jsonrpc":"2.0","id":` + id + `,"method":"$/ping"}` }

// TestPing is answered at once, whatever else the tab has asked for.
func TestPing(t *testing.T) {
	w := newWorld(t)
	tab := processtest.NewBrowser(t, w.URL).Open("/")
	tab.Send(`{"jsonrpc":"2.0","method":"$/ping"}`) // wants no answer, and so is none
	for id := range 40 {                            // as many as may run and wait
		tab.Send(call(id, "wait", ""))
	}
	tab.Send(ping(`"ping"`))
	if got, want := read(t, tab), result(`"ping"`, `{"received":41}`); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	close(w.release)
	for range 40 {
		read(t, tab)
	}
	tab.Send(`[` + call(1, "echo", "x") + `,` + ping("2") + `]`)
	if got, want := read(t, tab), `[`+result("1", `"x"`)+`,`+result("2", "{}")+`]`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestPingBeforeHello is no hello.
func TestPingBeforeHello(t *testing.T) {
	w := newWorld(t)
	b := processtest.NewBrowser(t, w.URL)
	b.Get("/")
	tab := b.Dial(nil)
	tab.Send(ping("1"))
	if got, want := read(t, tab), failure("1", -32002, "no_hello", "The first message must be the hello."); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	wantClose(t, tab, process.BadMessage, "")
}

// TestIdentity: after a log-in in the tab a call is the user's from when the tab has said that it knows. What
// was said before is not begun; what had begun ends as nobody's.
func TestIdentity(t *testing.T) {
	w := newWorld(t)
	b := processtest.NewBrowser(t, w.URL)
	tab := b.Open("/")
	tab.Send(call(50, "wait", "as nobody"))
	<-w.began

	if page := tab.Post("/in?user=7", nil); page.Status != 200 || tab.Number != 1 {
		t.Fatalf("the log-in was answered %d, number %d", page.Status, tab.Number)
	}
	tab.Send(`[` + call(1, "echo", "x") + `]`)
	changed := failure("1", -32008, "identity_changed", "You have logged in meanwhile. Nothing was done.")
	if got := read(t, tab); got != "["+changed+"]" {
		t.Errorf("got %s", got)
	}
	for _, wrong := range []string{`{"number":2}`, `{"number":-1}`, `{"number":"1"}`, `{}`, `[1]`} {
		tab.Send(`{"jsonrpc":"2.0","method":"$/identity","params":` + wrong + `}`)
		tab.Send(call(1, "echo", "x"))
		if got := read(t, tab); got != changed {
			t.Errorf("after %s: got %s", wrong, got)
		}
	}
	// In a batch it counts from where it stands.
	tab.Send(`[` + call(1, "echo", "x") + `,{"jsonrpc":"2.0","method":"$/identity","params":{"number":1}},{"jsonrpc":"2.0","id":2,"method":"me"}]`)
	if got, want := read(t, tab), `[`+changed+`,`+result("2", "7")+`]`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	tab.Send(`{"jsonrpc":"2.0","method":"$/identity","params":{"number":0}}`) // there is no way back
	tab.Send(`{"jsonrpc":"2.0","id":3,"method":"me"}`)
	if got := read(t, tab); got != result("3", "7") {
		t.Errorf("got %s", got)
	}
	close(w.release)
	if got := read(t, tab); got != result("50", `"as nobody"`) {
		t.Errorf("got %s", got)
	}
	if n := w.started.Load(); n != 1 {
		t.Errorf("the start hooks ran %d times", n)
	}
}

// TestIdentityOnReturn: the hello of a process that comes back says the number that the tab knows. But calls are made
// under the number that was announced in front of them, on whatever socket: what was said as nobody stays that.
func TestIdentityOnReturn(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		tab := b.Open("/")
		stale := *tab
		tab.Post("/in?user=7", nil)
		tab.Get("/")
		lose(tab)
		_, err := stale.Return() // it has never seen the answer
		wantEnd(t, err, process.Reload, "")

		tab.Number = 1
		tab = back(t, tab)
		wantKind(t, tab.Call("nothing", nil, nil), "identity_changed")
		tab.Announce()
		lose(tab)
		tab = back(t, tab)
		var me int
		if err := tab.Call("me", nil, &me); err != nil || me != 7 {
			t.Errorf("%d, %v", me, err)
		}
		wantCount(t, tab, 1)
	})
}
