package browser_test

import (
	"strings"
	"testing"

	"github.com/gorilla/websocket"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// TestLostSocketComesBack: the same document and process go on. What the server has heard is not said again, and what is
// called meanwhile waits.
func TestLostSocketComesBack(t *testing.T) {
	t.Parallel()
	s, l := listening(t)
	b := browsertest.New(t)
	b.BeforeScripts(watched)
	tab := b.Open(s.URL)
	first := l.greet(t)
	tab.Ready()
	document := tab.Document()

	browsertest.Eval[any](tab, `void (call("open").then((x) => { window.open = x }))`)
	open := l.next(t, "open")
	first.conn.Close()
	waitState(tab, "lost")
	browsertest.Eval[any](tab, `void (call("later").then((x) => { window.answer = x }))`)

	hello := l.next(t, "$/hello")
	if got, want := string(hello.Params), `{"process":"p1","number":0,"identity":"nobody's","received":0}`; got != want {
		t.Errorf("the tab comes back with %s, want %s", got, want)
	}
	l.silent(t)
	hello.welcome()
	later := l.next(t, "later")
	reply(later.conn, later.ID, 7)
	tab.Wait(`window.answer === 7`)
	reply(later.conn, open.ID, 8)
	tab.Wait(`window.open === 8`)
	if got := states(tab); got != "starting ready lost ready" {
		t.Errorf("the states were %q", got)
	}
	if pages, sockets := s.counts(); pages != 1 || sockets != 2 || tab.Document() != document {
		t.Errorf("%d documents, %d sockets", pages, sockets)
	}
}

// TestStatusSaysIt: a person is told of a loss that lasts, after half a second, until it is over.
func TestStatusSaysIt(t *testing.T) {
	t.Parallel()
	s, l := listening(t)
	b := browsertest.New(t)
	b.BeforeScripts(noRetry)
	tab := b.Open(s.URL)
	first := l.greet(t)
	tab.Ready()
	const status = ".process-status[role=status]"
	took := `new Promise((said) => {
		let lost
		new MutationObserver(() => {
			if (document.documentElement.dataset.process === "lost") lost ??= performance.now()
			if (document.querySelector(".process-status").textContent) said(performance.now() - lost)
		}).observe(document, { subtree: true, childList: true, attributes: true })
	}).then((ms) => { window.took = ms })`
	browsertest.Eval[any](tab, "void "+took)
	first.conn.Close()
	tab.Wait(`window.took !== undefined`)
	if ms := browsertest.Eval[float64](tab, `window.took`); ms < 490 {
		t.Errorf("it is said after %.0f ms", ms)
	}
	if said := tab.Text(status); !strings.HasPrefix(said, "The server does not answer") {
		t.Errorf("the status says %q", said)
	}
	browsertest.Eval[any](tab, `void dispatchEvent(new Event("online"))`)
	l.greet(t)
	tab.WaitText(status, "")
}

// TestQuickLossIsSilent: what is over within half a second is not worth a word.
func TestQuickLossIsSilent(t *testing.T) {
	t.Parallel()
	s, l := listening(t)
	b := browsertest.New(t)
	b.BeforeScripts(noRetry + watched)
	tab := b.Open(s.URL)
	first := l.greet(t)
	tab.Ready()
	browsertest.Eval[any](tab, `void new MutationObserver(() => {
		if (document.documentElement.dataset.process === "lost") dispatchEvent(new Event("online"))
	}).observe(document.documentElement, { attributes: true })`)
	first.conn.Close()
	l.greet(t)
	tab.Wait(`states.join(" ") === "starting ready lost ready"`)
	said := browsertest.Eval[string](tab, `new Promise((done) => setTimeout(() => done(statuses.join()), 600))`)
	if said != "" {
		t.Errorf("the status said %q", said)
	}
}

// TestWakes: a lost tab does not wait for its time when there is hope, hidden or not.
func TestWakes(t *testing.T) {
	t.Parallel()
	for name, wake := range map[string]func(tab *browsertest.Tab){
		"online":  func(tab *browsertest.Tab) { browsertest.Eval[any](tab, `void dispatchEvent(new Event("online"))`) },
		"visible": func(tab *browsertest.Tab) { tab.Hide(); tab.Show() },
		"resumed": func(tab *browsertest.Tab) { tab.Freeze(); tab.Resume() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, l := listening(t)
			b := browsertest.New(t)
			b.BeforeScripts(noRetry)
			tab := b.Open(s.URL)
			first := l.greet(t)
			tab.Ready()
			first.conn.Close()
			waitState(tab, "lost")
			l.silent(t)
			wake(tab)
			l.greet(t)
			tab.Ready()
			if _, sockets := s.counts(); sockets != 2 {
				t.Errorf("%d sockets, want one more", sockets)
			}
		})
	}
}

// TestDoubtIsAskedFor: a socket that seems open may be dead when a tab was out of sight or the clock has jumped.
func TestDoubtIsAskedFor(t *testing.T) {
	t.Parallel()
	for name, doubt := range map[string]func(tab *browsertest.Tab){
		"online":    func(tab *browsertest.Tab) { browsertest.Eval[any](tab, `void dispatchEvent(new Event("online"))`) },
		"visible":   func(tab *browsertest.Tab) { tab.Hide(); tab.Show() },
		"asleep":    func(tab *browsertest.Tab) { browsertest.Eval[any](tab, `void jump(20_000)`) },
		"backwards": func(tab *browsertest.Tab) { browsertest.Eval[any](tab, `void jump(-3600_000)`) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, l := listening(t)
			b := browsertest.New(t)
			b.BeforeScripts(jumpy)
			b.BeforeScripts(neverQuiet)
			tab := b.Open(s.URL)
			l.greet(t)
			tab.Ready()
			doubt(tab)
			ping := l.next(t, "$/ping")
			ping.pong()
			tab.Ready()
		})
	}
}

// TestSilentServerIsLeft: one that answers no sign of life and does not close is not waited for.
func TestSilentServerIsLeft(t *testing.T) {
	t.Parallel()
	s, l := listening(t)
	closed := make(chan struct{})
	b := browsertest.New(t)
	b.BeforeScripts(hurried)
	tab := b.Open(s.URL)
	first := l.next(t, "$/hello")
	first.conn.SetCloseHandler(func(int, string) error { close(closed); return nil })
	first.welcome()
	tab.Ready()
	l.next(t, "$/ping") // not answered
	if hello := l.greet(t); hello.conn == first.conn || hello.member("process") != "p1" {
		t.Errorf("the tab says %s", hello.Params)
	}
	<-closed
	tab.Ready()
	if pages, sockets := s.counts(); pages != 1 || sockets != 2 {
		t.Errorf("%d documents, %d sockets", pages, sockets)
	}
}

// TestQuietSocketIsAsked: without any doubt too, now and then.
func TestQuietSocketIsAsked(t *testing.T) {
	t.Parallel()
	s, l := listening(t)
	b := browsertest.New(t)
	b.BeforeScripts(hurried)
	tab := b.Open(s.URL)
	l.greet(t)
	tab.Ready()
	for range 3 {
		ping := l.next(t, "$/ping")
		ping.pong()
	}
	if _, sockets := s.counts(); sockets != 1 {
		t.Errorf("%d sockets", sockets)
	}
}

// TestUnansweredHello: a socket on which the hello is not answered is given up as well.
func TestUnansweredHello(t *testing.T) {
	t.Parallel()
	s, l := listening(t)
	b := browsertest.New(t)
	b.BeforeScripts(hurried)
	tab := b.Open(s.URL)
	l.greet(t).conn.Close()
	l.next(t, "$/hello") // not answered
	l.greet(t)
	tab.Ready()
	if pages, sockets := s.counts(); pages != 1 || sockets != 3 {
		t.Errorf("%d documents, %d sockets", pages, sockets)
	}
}

// TestSocketThatNeverOpens is given up, and another one opened.
func TestSocketThatNeverOpens(t *testing.T) {
	t.Parallel()
	s, l := listening(t)
	b := browsertest.New(t)
	b.BeforeScripts(hurried + `{
		const Real = WebSocket
		window.opened = 0
		window.WebSocket = class { // the second one only
			static OPEN = 1
			constructor(...args) {
				if (++opened !== 2) return new Real(...args)
				this.close = () => { window.givenUp = true }
			}
		}
	}`)
	tab := b.Open(s.URL)
	l.greet(t).conn.Close()
	l.greet(t)
	tab.Wait(`window.givenUp && opened > 2`) // on a slow machine another may be given up too
	tab.Ready()
}

// TestFirstHelloLost: whether it was heard nobody knows, so the document is loaded again; but not when the
// server says that it did nothing.
func TestFirstHelloLost(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ code, pages int }{
		"broken off":   {1006, 2},
		"stopping":     {4001, 2},
		"not heard":    {4002, 1},
		"could not":    {4003, 1},
		"out of date":  {4504, 2},
		"unknown 4499": {4499, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, l := listening(t)
			tab := browsertest.New(t).Open(s.URL)
			first := l.next(t, "$/hello")
			if test.code == websocket.CloseAbnormalClosure {
				first.conn.Close()
			} else {
				hangUp(first.conn, test.code, "")
			}
			if hello := l.greet(t); hello.member("token") != "the token" {
				t.Errorf("the tab says %s", hello.Params)
			}
			tab.Ready()
			if pages, _ := s.counts(); pages != test.pages {
				t.Errorf("%d documents, want %d", pages, test.pages)
			}
		})
	}
}

// TestHiddenTabComesBack: without waiting for anybody to look at it.
func TestHiddenTabComesBack(t *testing.T) {
	t.Parallel()
	s, l := listening(t)
	tab := browsertest.New(t).Open(s.URL)
	first := l.greet(t)
	tab.Ready()
	tab.Hide()
	first.conn.Close()
	l.greet(t)
	waitState(tab, "ready")
	if !browsertest.Eval[bool](tab, "document.hidden") {
		t.Error("somebody looks at it")
	}
}

// drowsy counts the beats of an interval: a browser soon wakes those of a page that nobody sees once a minute.
const drowsy = `{ const again = setInterval; window.beats = 0; again(() => { beats++ }, 100) }`

// TestHiddenTabNotices: a line that dies without a word is noticed, and left for another one, in a page that nobody sees
// and that the browser hardly wakes. One that does not open is given up there too, again and again.
func TestHiddenTabNotices(t *testing.T) {
	t.Parallel()
	s, l := listening(t)
	b := browsertest.New(t)
	b.BeforeScripts(drowsy + hurried + `{
		const Real = WebSocket
		window.opened = 0
		window.WebSocket = class {
			static OPEN = 1
			constructor(...args) {
				if (++opened === 1 || opened > 3) return new Real(...args)
				this.close = () => {}
			}
		}
	}`)
	tab := b.Open(s.URL)
	l.greet(t)
	tab.Ready()
	tab.Hide()
	for range 4 { // until the browser has grown tired of it
		ping := l.next(t, "$/ping")
		ping.pong()
	}
	beats := browsertest.Eval[int](tab, "beats")
	l.next(t, "$/ping") // not answered
	l.greet(t)
	waitState(tab, "ready")
	if woken := browsertest.Eval[int](tab, "beats") - beats; woken > 2 || browsertest.Eval[int](tab, "opened") != 4 {
		t.Errorf("an interval beat %d times meanwhile: the browser is awake", woken)
	}
}
