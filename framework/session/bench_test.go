package session_test

import (
	"context"
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
