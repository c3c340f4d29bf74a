package session_test

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// BenchmarkCrowdedBrowser: what a browser asks takes no longer when it has very many tabs. It prints the ratio of
// 30,000 tabs to 20: a page, a page in place, and the end of a tab.
func BenchmarkCrowdedBrowser(b *testing.B) {
	few, many := crowd(b, 20), crowd(b, 30_000)
	var first, second time.Duration
	for b.Loop() {
		first += few()
		second += many()
	}
	b.ReportMetric(float64(second)/float64(first), "ratio")
}

// crowd opens the tabs of one browser, and returns what takes the time of its requests.
func crowd(b *testing.B, tabs int) func() time.Duration {
	w := newWorld(b, func(o *session.Options) { o.Tabs = 2 * tabs })
	browser := w.browser()
	token := browser.document()
	cookies := w.Cookies(browser.request())
	open := func() *session.Tab {
		tab, err := w.OpenTab(b.Context(), cookies, session.Hello{Token: token}, &host{})
		if err != nil {
			b.Fatal(err)
		}
		return tab
	}
	for range tabs {
		open()
	}
	browser.connect(ada) // the crowd is nobody's, and is told
	here := browser.open().start()
	return func() time.Duration {
		one := open()
		began := time.Now()
		browser.visitor()
		here.page(browser, func(context.Context) {})
		one.Close()
		return time.Since(began)
	}
}

// BenchmarkBegin: a call of a user's tab begins and ends, while the node knows the session.
func BenchmarkBegin(b *testing.B) {
	browser := newWorld(b).browser()
	browser.connect(ada)
	tab := browser.open().start()
	b.ReportAllocs()
	for b.Loop() {
		_, end, err := begin(tab, 0, wanted)
		if err != nil {
			b.Fatal(err)
		}
		end()
	}
}

// BenchmarkLogIns: the memory store takes 10,000 log-ins, each of another user in another browser.
func BenchmarkLogIns(b *testing.B) {
	for b.Loop() {
		w := newWorld(b)
		for i := range 10_000 {
			w.browser().connect(session.UserID(i + 1))
		}
	}
}

// BenchmarkIdleTab prints how many bytes an idle tab takes up in this room, each another user's: for the session (with
// its row in the memory store), for the tab, and for both when all is written down and was asked for again.
func BenchmarkIdleTab(b *testing.B) {
	const tabs = 3000
	for b.Loop() {
		w := newWorld(b)
		var open [tabs]*session.Tab
		var cookies [tabs]session.Cookies
		var hellos [tabs]session.Hello
		before := heap()
		for i := range tabs {
			browser := w.browser()
			browser.connect(session.UserID(i + 1))
			hellos[i].Token = browser.document()
			cookies[i] = w.Cookies(browser.request())
		}
		loggedIn := heap()
		for i := range tabs {
			tab, err := w.OpenTab(b.Context(), cookies[i], hellos[i], nil)
			if err != nil {
				b.Fatal(err)
			}
			open[i] = tab
		}
		opened := heap()
		w.Chores(b.Context())
		w.clock.pass(session.HeldFor)
		w.Question(b.Context())
		quiet := heap()
		for _, tab := range open {
			tab.Close()
		}
		b.ReportMetric((loggedIn-before)/tabs, "B/session")
		b.ReportMetric((opened-loggedIn)/tabs, "B/tab")
		b.ReportMetric((quiet-before)/tabs, "B/both")
	}
}

// heap is how many bytes are in use on it.
func heap() float64 {
	runtime.GC()
	runtime.GC() // what the first has found is freed by now
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return float64(memory.HeapAlloc)
}
