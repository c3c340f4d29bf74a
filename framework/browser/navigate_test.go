package browser_test

import (
	"net/http"
	"testing"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// TestLinksAreAnsweredInPlace: the page changes, the document and its process stay, and back leads back.
func TestLinksAreAnsweredInPlace(t *testing.T) {
	t.Parallel()
	s := serve(t, ready)
	s.page("/one", "one", `<h1>One</h1><a href="/two" data-prefetch="off">two</a>`) // the pointer may rest there
	s.page("/two", "two", `<h1>Two</h1><a href="/one" data-prefetch="off">one</a>`)
	tab := browsertest.New(t).Open(s.URL + "/one")
	tab.Ready()
	document := tab.Document()
	tab.Click("a")
	tab.WaitText("h1", "Two")
	tab.WaitURL("/two")
	tab.Back()
	tab.WaitText("h1", "One")
	tab.WaitURL("/one")
	tab.Forward()
	tab.WaitText("h1", "Two")
	if title := browsertest.Eval[string](tab, "document.title"); title != "two" || tab.Document() != document {
		t.Errorf("the title is %q, the document %s, was %s", title, tab.Document(), document)
	}
	if got, want := s.asked(), "GET /two, GET /one, GET /two"; got != want {
		t.Errorf("asked %q, want %q", got, want)
	}
	if pages, sockets := s.counts(); pages != 1 || sockets != 1 {
		t.Errorf("%d documents, %d sockets", pages, sockets)
	}
}

// TestFormsAreAnsweredInPlace: a redirect leads to the next page, what is wrong is shown at the same URL.
func TestFormsAreAnsweredInPlace(t *testing.T) {
	t.Parallel()
	s := serve(t, ready)
	const form = `<h1>%</h1><form method="post"><input name="name"><button>Send</button></form>`
	s.mux.HandleFunc("/form", func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodGet:
			write(w, http.StatusOK, "form", "", form)
		case r.FormValue("name") == "":
			write(w, http.StatusUnprocessableEntity, "wrong", "", "<h1>Wrong</h1>"+form)
		default:
			redirect(w, r, "/done?name="+r.FormValue("name")+"#end")
		}
	})
	s.page("/done", "done", `<h1>Done</h1><div id="end">end</div>`)
	tab := browsertest.New(t).Open(s.URL + "/form")
	tab.Ready()
	document := tab.Document()
	tab.Click("button")
	tab.WaitText("h1", "Wrong")
	tab.WaitURL("/form")
	tab.Fill("[name=name]", "Ada")
	tab.Click("button")
	tab.WaitText("h1", "Done")
	tab.WaitURL("/done?name=Ada#end")
	if tab.Document() != document {
		t.Error("the document was loaded again")
	}
	if got, want := s.asked(), "POST /form, POST /form, GET /done?name=Ada"; got != want {
		t.Errorf("asked %q, want %q", got, want)
	}
}
