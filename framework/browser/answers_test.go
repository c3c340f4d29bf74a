package browser_test

import (
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// sender is a page with a link and a form that lead to the same URL.
const sender = `<h1>Here</h1><a href="/to">go</a><form method="post" action="/to"><button>Send</button></form>`

// TestPagesOfAllKinds: whatever the status of a page, it is shown in place, at its URL.
func TestPagesOfAllKinds(t *testing.T) {
	bothWays(t, func(t *testing.T, b *browsertest.Browser) {
		s := serve(t, ready)
		var status atomic.Int32
		s.page("/here", "here", sender)
		s.handle("/to", func(w http.ResponseWriter, r *http.Request) {
			write(w, int(status.Load()), "there", "", `<h1>`+r.Method+`</h1>`)
		})
		tab := visit(b, s.URL+"/here")
		document := tab.Document()
		for _, code := range []int32{200, 403, 404, 409, 422, 500} {
			status.Store(code)
			for by, want := range map[string]string{"a": "GET", "button": "POST"} {
				tab.Click(by)
				tab.WaitText("h1", want)
				tab.WaitURL("/to")
				tab.Back()
				tab.WaitText("h1", "Here")
			}
		}
		stays(t, tab, document)
	})
}

// TestRedirects: they are followed as browsers do, with their fragments, and end at the last URL.
func TestRedirects(t *testing.T) {
	rows := map[string]struct {
		hops map[string]string
		want string
	}{
		"chain":              {map[string]string{"/to": "/second", "/second": "/end"}, "/end"},
		"fragment":           {map[string]string{"/to": "/end?a=b#c"}, "/end?a=b#c"},
		"fragment of a hop":  {map[string]string{"/to": "/second#c", "/second": "/end"}, "/end#c"},
		"to where it began":  {map[string]string{"/to": "/here"}, "/here"},
		"fragment, the same": {map[string]string{"/to": "/here#c"}, "/here#c"},
	}
	bothWays(t, func(t *testing.T, b *browsertest.Browser) {
		open := visits(b)
		for name, row := range rows {
			for _, by := range []string{"a", "button"} {
				t.Log(name + " by " + by)
				s := serve(t, ready)
				var times atomic.Int32
				s.handle("/here", func(w http.ResponseWriter, _ *http.Request) {
					title := []string{"Here", "Here again"}[times.Add(1)-1]
					write(w, http.StatusOK, "", "", strings.ReplaceAll(sender, "Here", title)+tall+`<p id="c">c</p>`)
				})
				s.page("/end", "end", `<h1>End</h1>`+tall+`<p id="c">c</p>`)
				for from, to := range row.hops {
					s.handle(from, func(w http.ResponseWriter, r *http.Request) { redirect(w, r, to) })
				}
				tab := open(s.URL + "/here")
				document := tab.Document()
				tab.Click(by)
				if strings.HasPrefix(row.want, "/here") {
					tab.WaitText("h1", "Here again")
				} else {
					tab.WaitText("h1", "End")
				}
				tab.WaitURL(row.want)
				if strings.Contains(row.want, "#") {
					tab.Wait(`scrollY > 1000`)
				}
				stays(t, tab, document)
			}
		}
	})
}

// TestDocuments: these answers lead to a document, which is loaded with a GET.
func TestDocuments(t *testing.T) {
	elsewhere := serve(t, ready)
	elsewhere.page("/end", "elsewhere", `<h1>End</h1>`)
	inTab := func(r *http.Request) bool { return r.Header.Get("Ocsigo-Process") != "" }
	rows := map[string]struct {
		answer http.HandlerFunc
		want   string
		by     []string
	}{
		"redirect to another origin": {func(w http.ResponseWriter, r *http.Request) { redirect(w, r, elsewhere.URL+"/end#c") }, elsewhere.URL + "/end#c", []string{"a", "button"}},
		"load a document": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Ocsigo-Load", "document")
			redirect(w, r, "/end")
		}, "/end", []string{"a", "button"}},
		"load the same page": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Ocsigo-Load", "document")
			redirect(w, r, "/here#c")
		}, "/here#c", []string{"a", "button"}},
		"a real redirect": {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/end", http.StatusSeeOther) }, "/end", []string{"a"}},
		"refused": {func(w http.ResponseWriter, r *http.Request) {
			if inTab(r) {
				w.Header().Set("Ocsigo-Refused", "process")
				http.Error(w, "refused", http.StatusConflict)
				return
			}
			write(w, http.StatusOK, "end", "", `<h1>End</h1>`)
		}, "/to", []string{"a"}},
		"another build": {func(w http.ResponseWriter, r *http.Request) {
			write(builds{w, "b2"}, http.StatusOK, "end", "", `<h1>End</h1>`)
		}, "/to", []string{"a"}},
		"no page": {func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "text") }, "/to", []string{"a"}},
	}
	bothWays(t, func(t *testing.T, b *browsertest.Browser) {
		open := visits(b)
		for name, row := range rows {
			for _, by := range row.by {
				t.Log(name + " by " + by)
				s := serve(t, ready)
				s.page("/here", "here", sender)
				s.page("/end", "end", `<h1>End</h1>`)
				s.handle("/to", row.answer)
				tab := open(s.URL + "/here")
				before := browsertest.Eval[int](tab, "history.length")
				browsertest.Eval[any](tab, `document.old = true`)
				tab.Click(by)
				tab.Wait(`!document.old && document.readyState === "complete"`)
				tab.WaitURL(row.want)
				same := strings.HasPrefix(row.want, "/here")
				if after := browsertest.Eval[int](tab, "history.length"); !same && after != before+1 {
					t.Errorf("the history has %d entries, had %d", after, before)
				}
				if same {
					continue
				}
				tab.Back()
				tab.WaitText("h1", "Here")
			}
		}
	})
}

// TestNothingToShow: an answer without content leaves the page as it is, with its URL, and the form may be sent again.
func TestNothingToShow(t *testing.T) {
	bothWays(t, func(t *testing.T, b *browsertest.Browser) {
		s := serve(t, ready)
		s.page("/here", "here", sender)
		s.handle("/to", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
		tab := visit(b, s.URL+"/here")
		document := tab.Document()
		for _, by := range []string{"a", "button", "button"} {
			tab.Click(by)
			tab.Wait(`!navigation.transition && !document.querySelector("[aria-busy]")`)
		}
		tab.WaitURL("/here")
		stays(t, tab, document)
		tab.WaitText("h1", "Here")
		if tab.Has(".notice") {
			t.Error("there is a notice")
		}
		tab.Wait(`fetch("/here").then(() => true)`)
		s.hasAsked("GET /to, POST /to, POST /to")
	})
}

// TestFileForForm: a form that is answered with a file saves it under its name, and the page stays.
func TestFileForForm(t *testing.T) {
	for disposition, want := range map[string]string{
		`attachment; filename="report 1.csv"`:                            "report 1.csv",
		`attachment; filename=x.csv; filename*=UTF-8''%C3%A9t%C3%A9.csv`: "été.csv",
	} {
		t.Run(want, func(t *testing.T) {
			bothWays(t, func(t *testing.T, b *browsertest.Browser) {
				s := serve(t, ready)
				s.page("/here", "here", sender)
				s.handle("/to", func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Content-Type", "text/csv")
					w.Header().Set("Content-Disposition", disposition)
					io.WriteString(w, "a,b")
				})
				tab := visit(b, s.URL+"/here")
				document := tab.Document()
				tab.Click("button")
				if name, content := tab.WaitDownload(); name != want || string(content) != "a,b" {
					t.Errorf("saved %q: %q", name, content)
				}
				tab.WaitURL("/here")
				stays(t, tab, document)
				tab.Wait(`!document.querySelector("[aria-busy]")`)
			})
		})
	}
}

// TestFileForLink: the browser saves it by itself, and the page stays.
func TestFileForLink(t *testing.T) {
	t.Parallel()
	s := serve(t, ready)
	s.page("/here", "here", sender)
	s.handle("/to", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Disposition", `attachment; filename="data.bin"`)
		io.WriteString(w, "data")
	})
	tab := visit(browsertest.New(t), s.URL+"/here")
	document := tab.Document()
	tab.Click("a")
	if name, content := tab.WaitDownload(); name != "data.bin" || string(content) != "data" {
		t.Errorf("saved %q: %q", name, content)
	}
	stays(t, tab, document)
	tab.WaitURL("/here")
}

// TestFormsAnsweredOddly: a form cannot be sent again for a document, so its answer is taken as it is.
func TestFormsAnsweredOddly(t *testing.T) {
	rows := map[string]http.HandlerFunc{
		"another build":   func(w http.ResponseWriter, _ *http.Request) { write(builds{w, "b2"}, 200, "end", "", `<h1>End</h1>`) },
		"a real redirect": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/end", http.StatusSeeOther) },
	}
	bothWays(t, func(t *testing.T, b *browsertest.Browser) {
		open := visits(b)
		for name, answer := range rows {
			t.Log(name)
			s := serve(t, ready)
			s.page("/here", "here", sender)
			s.page("/end", "end", `<h1>End</h1>`)
			s.handle("/to", answer)
			tab := open(s.URL + "/here")
			document := tab.Document()
			tab.Click("button")
			tab.WaitText("h1", "End")
			stays(t, tab, document)
		}
	})
}

// TestFormIsRefused: the document is loaded again; what is half filled in is asked about first.
func TestFormIsRefused(t *testing.T) {
	bothWays(t, func(t *testing.T, b *browsertest.Browser) {
		s := serve(t, ready)
		s.page("/here", "here", sender+`<form id="other"><input name="text"></form>`)
		s.handle("/to", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Ocsigo-Refused", "process")
			w.WriteHeader(http.StatusConflict)
		})
		tab := visit(b, s.URL+"/here")
		first := tab.Document()
		tab.Click("button")
		tab.WaitNewDocument(first)
		tab.WaitURL("/here")
		second := tab.Document()
		tab.Fill("#other input", "half")
		tab.Click("button")
		tab.Click(".notice button")
		tab.WaitNewDocument(second)
		tab.WaitURL("/here")
	})
}

// TestWhereNothingLeads: a server that sends the tab to something that is no page of the web is not followed.
func TestWhereNothingLeads(t *testing.T) {
	bothWays(t, func(t *testing.T, b *browsertest.Browser) {
		s := serve(t, ready)
		var to atomic.Value
		s.page("/here", "here", sender)
		s.handle("/to", func(w http.ResponseWriter, r *http.Request) { redirect(w, r, to.Load().(string)) })
		s.handle("/load", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Ocsigo-Load", "document")
			redirect(w, r, to.Load().(string))
		})
		tab := visit(b, s.URL+"/here")
		document := tab.Document()
		for _, url := range []string{"javascript:document.body.remove()", "data:text/html,x", "mailto:ada@example.com", "blob:x", "http://"} {
			to.Store(url)
			for _, path := range []string{"/to", "/load"} {
				browsertest.Eval[any](tab, `(document.querySelector("a").href = document.querySelector("form").action = "`+path+`", 1)`)
				for by, want := range map[string]string{"a": "could not be loaded", "button": "may have been done"} {
					tab.Click(by)
					tab.Wait(`document.querySelector(".notice span")?.textContent.includes("` + want + `")`)
					tab.Click(".notice button:last-child")
				}
			}
		}
		tab.WaitURL("/here")
		tab.WaitText("h1", "Here")
		stays(t, tab, document)
	})
}
