package browser_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// pagesInARow is how many pages one document lives through here.
const pagesInARow = 60

// TestNothingIsLeft: a document that has lived through many pages holds no more than after its first ones.
func TestNothingIsLeft(t *testing.T) {
	t.Parallel()
	s := serve(t, ready)
	s.handle("/p", func(w http.ResponseWriter, r *http.Request) {
		write(w, http.StatusOK, r.URL.RawQuery, `<meta name="of" content="`+r.URL.RawQuery+`">`, fmt.Sprintf(`<h1>%s</h1>%0*d`, r.URL.RawQuery, 10_000, 0))
	})
	b := browsertest.New(t)
	b.BeforeScripts(`delete Document.prototype.startViewTransition`) // they take their time
	tab := visit(b, s.URL+"/p?none")
	document := tab.Document()
	browsertest.Eval[any](tab, `(window.gone = [], window.alive = 0, onPage("h1", (h1, { signal }) => {
		alive++
		gone.push(new WeakRef(h1))
		h1.addEventListener("click", () => h1, { signal })
		signal.addEventListener("abort", () => alive--)
	}), 1)`)
	tab.Within(time.Minute).Wait(fmt.Sprintf(`window.walk ??= (async () => {
		for (let i = 1; i <= %d; i++) await navigation.navigate("/p?" + i).finished
		return true
	})()`, pagesInARow))
	tab.WaitText("h1", fmt.Sprint(pagesInARow))
	stays(t, tab, document)
	if alive := browsertest.Eval[int](tab, "alive"); alive != 1 {
		t.Errorf("%d pages have not ended", alive-1)
	}
	if n := browsertest.Eval[int](tab, "document.querySelectorAll('*').length"); n > 20 {
		t.Errorf("the document has %d elements", n)
	}
	if held := pages(tab); held > 10 {
		t.Errorf("%d of %d pages are still held", held, pagesInARow)
	}
}

// pages counts the pages whose elements are still in memory. Only a shortage makes the browser look.
func pages(tab *browsertest.Tab) int {
	return browsertest.Eval[int](tab, `(async () => {
		const held = () => gone.filter((ref) => ref.deref()).length
		for (let i = 0; i < 50 && held() > 10; i++) {
			Array.from({ length: 50 }, () => new Array(100_000).fill(i))
			await new Promise((resolve) => setTimeout(resolve, 20))
		}
		return held()
	})()`)
}
