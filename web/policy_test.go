package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"github.com/ocsigo/start/framework/browser/browsertest"
	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/session"
)

// inject adds a page into which somebody has brought scripts.
func inject(pages chi.Router) {
	pages.Get("/injected", page.Opt(func(*http.Request, session.Visitor) (page.Content, error) {
		return page.Content{
			Title: "Injected",
			Head:  templ.Raw(`<script>window.injected = "in the head"</script>`),
			Body: templ.Raw(`<h1>Injected</h1><script>window.injected = "in the body"</script>
				<script type="module">window.injected = "as a module"</script>
				<script src="data:text/javascript,window.injected = 'by a URL'"></script>
				<img alt="" src="data:," onerror="window.injected = 'by an attribute'">
				<a href="javascript:window.injected = 'by a link'">A link</a>`),
		}, nil
	}))
}

// TestThePolicy of the real site, as its header has it, lets the site do what it does, and nobody else.
//
// S172: connect-src 'self' lets the websocket of the same host through, and no other. S174: it is enforced, and the
// site itself never breaks it, in this test and in all others: browsertest fails them. S175: an inline script that was
// brought into a page runs neither when the page is loaded nor when it is shown in place. S176: text becomes elements
// through the runtime's policy alone.
func TestThePolicy(t *testing.T) {
	t.Parallel()
	s := newSiteAs(t, setup{more: inject})
	const want = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; " +
		"form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types ocsigo"

	tab := s.open(browsertest.New(t), "/")
	for _, path := range []string{"/login", "/nothing", "/signup"} {
		travel(tab, path)
	}
	for _, r := range tab.Requests("Document", "Fetch") {
		if got := r.Answer.Get("Content-Security-Policy"); got != want || r.Answer.Get("Content-Security-Policy-Report-Only") != "" {
			t.Errorf("%v has the policy %q", r, got)
		}
	}
	if sockets := tab.Sockets(); len(sockets) != 1 || !sockets[0].Open || sockets[0].URL != "ws://"+s.address.Host+"/process" {
		t.Errorf("the sockets: %v", sockets)
	}

	b := browsertest.New(t)
	b.AllowErrors()
	tab = s.open(b, "/")
	other, err := url.Parse(newSite(t).URL)
	if err != nil {
		t.Fatal(err)
	}
	refused := browsertest.Eval[string](tab, fmt.Sprintf(`new Promise((done) => {
		document.addEventListener("securitypolicyviolation", (event) => done(event.effectiveDirective), { once: true })
		new WebSocket("ws://%s/process").onopen = () => done("nothing")
	})`, other.Host))
	if refused != "connect-src" {
		t.Errorf("a socket to another host is refused by %s", refused)
	}

	for _, how := range []string{"in place", "by a load"} {
		document := tab.Document()
		if how == "in place" {
			travel(tab, "/injected")
		} else {
			tab.Goto(s.URL + "/injected")
		}
		tab.WaitText("main h1", "Injected")
		tab.Ready()
		tab.Click("main a")
		if inPlace := tab.Document() == document; inPlace != (how == "in place") {
			t.Errorf("%s: the same document: %t", how, inPlace)
		}
		if !tab.Has("main [onerror]") {
			t.Errorf("%s: nothing was injected", how)
		}
		if ran := browsertest.Eval[string](tab, `window.injected ?? "nowhere"`); ran != "nowhere" {
			t.Errorf("%s: a script has run %s", how, ran)
		}
	}
	if logged := strings.Join(tab.Logs(), "\n"); !strings.Contains(logged, "script-src") {
		t.Errorf("nothing was refused: %s", logged)
	}

	for _, made := range []string{
		`document.querySelector("main").innerHTML = "<b>text</b>"`,
		`document.querySelector("main").insertAdjacentHTML("beforeend", "<b>text</b>")`,
		`document.createElement("script").src = "/static/js/main.js"`,
		`new DOMParser().parseFromString("<b>text</b>", "text/html")`,
		`trustedTypes.createPolicy("other", { createHTML: (text) => text })`,
		`trustedTypes.createPolicy("ocsigo", { createHTML: (text) => text })`,
	} {
		if threw := browsertest.Eval[string](tab, fmt.Sprintf(`(() => { try { %s; return "nothing" } catch (e) { return e.name } })()`, made)); threw != "TypeError" {
			t.Errorf("%s threw %s", made, threw)
		}
	}
}
