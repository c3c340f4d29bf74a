package browser_test

import (
	"fmt"
	"testing"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// clockwork is a page whose clock a test moves. The timer that the calls wait for is the test's to fire.
const clockwork = `{
	window.clock = 1
	performance.now = () => clock
	const later = setTimeout
	window.setTimeout = (f, ms) => {
		if (ms <= 100 || ms >= 250) return later(f, ms)
		window.turn = { f, ms }
		return 4711
	}
	window.pass = () => {
		const { f, ms } = turn
		clock += ms
		delete window.turn
		f()
	}
}`

// TestPace: a tab keeps to nine tenths of what the server says that it takes, at once and in the long run. What cannot
// wait goes out, and the calls wait so much longer.
func TestPace(t *testing.T) {
	t.Parallel()
	s, l := listening(t)
	b := browsertest.New(t)
	b.BeforeScripts(clockwork)
	tab := b.Open(s.URL)
	hello := l.next(t, "$/hello")
	reply(hello.conn, hello.ID, hello.life.welcomeWithin(limits{Calls: 100, Rate: 5, Burst: 10}))
	tab.Ready()
	browsertest.Eval[any](tab, `void (() => {
		window.controller = new AbortController()
		const { signal } = controller
		call("c0", 0, { signal }).catch(() => {})
		for (let n = 1; n < 12; n++) call("c" + n, n)
	})()`)
	for n := range 9 {
		l.next(t, fmt.Sprint("c", n))
	}
	l.silent(t)
	if ms := browsertest.Eval[float64](tab, `turn.ms`); ms < 222 || ms > 223 {
		t.Errorf("the next call waits %v ms, want a tenth more than 200", ms)
	}
	browsertest.Eval[any](tab, `void pass()`)
	l.next(t, "c9")
	browsertest.Eval[any](tab, `void (delete window.turn, clock += 200, controller.abort())`)
	l.next(t, "$/cancelRequest")
	if ms := browsertest.Eval[float64](tab, `turn.ms`); ms < 244 || ms > 245 {
		t.Errorf("the next call waits %v ms, want for what the message before has cost too", ms)
	}
	browsertest.Eval[any](tab, `void pass()`)
	l.next(t, "c10")
	l.silent(t)
}
