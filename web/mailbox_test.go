package web_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/jackc/pgx/v5"

	"github.com/ocsigo/start/framework/browser/browsertest"
	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/mail"
	"github.com/ocsigo/start/web"
)

// letter is a message such as a test wants it.
type letter struct{ Subject, HTML string }

// writeLetter writes one; each site can.
func writeLetter(_ context.Context, _ pgx.Tx, l letter) (mail.Message, error) {
	return mail.Message{To: "ada@example.com", Subject: l.Subject, HTML: templ.Raw(l.HTML)}, nil
}

// writer sends letters of a site, all with the same text.
type writer struct {
	s     *site
	html  string
	there chan struct{}
}

// writer lets the site's letters go out, and sends some.
func (s *site) writer(html string) *writer {
	s.t.Helper()
	w := &writer{s: s, html: html, there: make(chan struct{}, 10)}
	s.mailbox.OnArrival(func(mail.Received) { w.there <- struct{}{} })
	s.startPost()
	return w
}

// send sends a message, and waits for it.
func (w *writer) send(subject string) {
	w.s.t.Helper()
	err := pgx.BeginFunc(w.s.t.Context(), w.s.db, func(tx pgx.Tx) error { return w.s.written.Send(w.s.t.Context(), tx, letter{subject, w.html}) })
	if err != nil {
		w.s.t.Fatal(err)
	}
	select {
	case <-w.there:
	case <-time.After(time.Minute):
		w.s.t.Fatal("the message does not come")
	}
}

// TestMailboxPages show what was sent, and let nothing of it out of its place.
func TestMailboxPages(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.visitor()
	if p := b.Get("/dev/mail"); p.Status != http.StatusOK || !strings.Contains(p.Body, "There are none yet.") {
		t.Errorf("empty: %d %s", p.Status, p.Body)
	}
	w := s.writer(`<p title="x">Click <a href="https://example.com/l?a=1&amp;b=2">here</a></p><script>alert(1)</script>`)
	w.send("One")
	w.send("<b>Two</b>\r\nBcc: x@y")
	list := b.Get("/dev/mail").Body
	two, one := strings.Index(list, "&lt;b&gt;Two&lt;/b&gt; Bcc: x@y"), strings.Index(list, "One")
	if two < 0 || one < two || strings.Contains(list, "<b>Two") {
		t.Errorf("the list: %s", list)
	}
	message := b.Get("/dev/mail/2").Body
	for _, want := range []string{
		"ada@example.com", `href="https://example.com/l?a=1&amp;b=2"`, "Click here &lt;https://example.com/l?a=1&amp;b=2&gt;",
		`sandbox="allow-popups allow-popups-to-escape-sandbox"`, `srcdoc="&lt;!doctype html&gt;&lt;base`, "Auto-Submitted: auto-generated",
	} {
		if !strings.Contains(message, want) {
			t.Errorf("there is no %s in %s", want, message)
		}
	}
	if strings.Contains(message, "<script>alert") {
		t.Error("a script got out of the message")
	}
	for _, path := range []string{"/dev/mail/3", "/dev/mail/0", "/dev/mail/x", "/dev/mail/", "/dev/mail/2/", "/dev"} {
		if p := b.Get(path); p.Status != http.StatusNotFound {
			t.Errorf("%s: %d", path, p.Status)
		}
	}
}

// TestNoMailboxInProduction: neither its pages, nor a link to them, nor its function.
func TestNoMailboxInProduction(t *testing.T) {
	t.Parallel()
	s := newSiteAs(t, setup{production: true})
	s.writer("<p>Hello</p>").send("Hello")
	b := s.visitor()
	for _, path := range []string{"/dev/mail", "/dev/mail/1"} {
		if p := b.Get(path); p.Status != http.StatusNotFound || strings.Contains(p.Body, "/dev/mail") && strings.Contains(p.Body, "Hello") {
			t.Errorf("%s: %d %s", path, p.Status, p.Body)
		}
	}
	if p := b.Get("/"); strings.Contains(p.Body, "/dev/mail") {
		t.Error("the main page links to it")
	}
}

// TestNoMailboxForStrangers: a site in development at a public address has no mailbox, and one that can be reached from
// elsewhere shows it to nobody from there, whatever address he says he asks for.
func TestNoMailboxForStrangers(t *testing.T) {
	t.Parallel()
	ask := func(s *site, path, from string) int {
		r := httptest.NewRequest(http.MethodGet, s.address.String()+path, nil)
		r.RemoteAddr = from
		w := httptest.NewRecorder()
		s.routes.ServeHTTP(w, r)
		return w.Code
	}
	s := newSite(t)
	s.writer("<p>Hello</p>").send("Hello")
	for from, want := range map[string]int{
		"127.0.0.1:1": http.StatusOK, "[::1]:1": http.StatusOK, "192.168.1.7:1": http.StatusOK, "[::ffff:10.0.0.7]:1": http.StatusOK,
		"[fe80::1%eth0]:1": http.StatusOK, "203.0.113.7:1": http.StatusNotFound, "[2001:db8::1]:1": http.StatusNotFound, "": http.StatusNotFound,
	} {
		for _, path := range []string{"/dev/mail", "/dev/mail/1"} {
			if got := ask(s, path, from); got != want {
				t.Errorf("%s for %s: %d", path, from, got)
			}
		}
	}
	for host, want := range map[string]int{
		"site.example.com": http.StatusNotFound, "203.0.113.7": http.StatusNotFound, "localhost.example.com": http.StatusNotFound,
		"site.test": http.StatusOK, "192.168.1.7": http.StatusOK, "a.localhost": http.StatusOK,
	} {
		if got := ask(newSiteAs(t, setup{host: host}), "/dev/mail", "127.0.0.1:1"); got != want {
			t.Errorf("at %s: %d", host, got)
		}
	}
}

// TestMailboxTellsItsReadersAlone: a tab that was not shown the page has no list of what was sent, and hears of nothing.
func TestMailboxTellsItsReadersAlone(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	w := s.writer("<p>Hello</p>")
	b := s.visitor()
	stranger, reader, inPlace := b.Open("/"), b.Open("/dev/mail"), b.Open("/")
	var failure *processtest.Failure
	if err := stranger.Call("mailbox.all", nil, nil); !errors.As(err, &failure) || failure.Data.Kind != "permission_denied" {
		t.Errorf("a stranger asks: %v", err)
	}
	inPlace.Get("/dev/mail")
	for _, tab := range []*processtest.Tab{reader, inPlace} {
		if err := tab.Call("mailbox.all", nil, nil); err != nil {
			t.Errorf("a reader asks: %v", err)
		}
	}
	w.send("One")
	if err := s.app.Tell(process.Everyone(), page.Message{Text: "Hello."}); err != nil {
		t.Fatal(err)
	}
	for tab, hears := range map[*processtest.Tab]bool{stranger: false, reader: true, inPlace: true} {
		heard := map[string]bool{}
		for !heard["messages.told"] {
			heard[tab.WaitEvent().Name] = true
		}
		if heard["mailbox.arrived"] != hears {
			t.Errorf("%v is heard, want the message: %t", heard, hears)
		}
	}
	var all []web.Mail
	if err := reader.Call("mailbox.all", nil, &all); err != nil || len(all) != 1 || all[0].Subject != "One" {
		t.Errorf("%v, %v", all, err)
	}
}

// TestMailboxFollows: an open tab shows a message when it comes, and goes on when its links are followed.
func TestMailboxFollows(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	w := s.writer(fmt.Sprintf(`<p>Click <a href="%s/login">here</a></p>`, s.URL))
	w.send("One")
	tab := s.open(browsertest.New(t), "/dev/mail")
	tab.Wait(`document.getElementById("mailbox").dataset.filled === "yes"`)
	document := tab.Document()
	w.send("Two")
	tab.WaitText("#mailbox li:first-child a", "Two")
	if n := browsertest.Eval[int](tab, `document.querySelectorAll("#mailbox li").length`); n != 2 {
		t.Errorf("%d messages are listed", n)
	}
	fits(t, tab, "the mailbox")
	tab.Click("#mailbox li:first-child a")
	tab.WaitURL("/dev/mail/2")
	tab.WaitText("#mail-to", "ada@example.com")
	tab.Wait(`document.querySelector("iframe.mail").srcdoc.includes("Click")`)
	fits(t, tab, "a message")
	tab.Click("#mail-links a")
	tab.WaitURL("/login")
	if tab.Document() != document {
		t.Error("the tab's document was left")
	}
}

// TestNoBarriersInTheMailbox: neither the list nor a message keeps anybody out.
func TestNoBarriersInTheMailbox(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	w := s.writer(fmt.Sprintf(`<!doctype html><html lang="en"><title>Hello</title><p>Click <a href="%s/login">here</a></p></html>`, s.URL))
	w.send("One")
	tab := s.open(browsertest.New(t), "/dev/mail")
	barrierFree(t, tab, "the mailbox")
	travel(tab, "/dev/mail/1")
	tab.WaitText("h1", "One")
	barrierFree(t, tab, "a message")
}

// TestLinksInTheFrame open a tab of their own, outside the frame, and scripts in it do not run.
func TestLinksInTheFrame(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	w := s.writer(fmt.Sprintf(`<a href="%s/login">here</a><script>top.location = "/signup"</script>`, s.URL))
	w.send("One")
	b := browsertest.New(t)
	b.AllowErrors() // the refused script's
	tab := s.open(b, "/dev/mail/1")
	tab.Wait(`document.readyState === "complete"`) // the frame too
	opened := tab.Opened(func() {
		browsertest.Eval[bool](tab, `document.querySelector("iframe.mail").focus() ?? true`)
		tab.Press("\t\r")
	})
	opened.WaitURL("/login")
	opened.Ready()
	tab.WaitURL("/dev/mail/1")
}

// TestMailboxWithoutJavaScript: the list and the messages are plain pages.
func TestMailboxWithoutJavaScript(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	w := s.writer(fmt.Sprintf(`<p>Click <a href="%s/login">here</a></p>`, s.URL))
	w.send("One")
	b := browsertest.New(t)
	b.NoJavaScript()
	tab := b.Open(s.URL + "/dev/mail")
	tab.Click("#mailbox li a")
	tab.WaitURL("/dev/mail/1")
	tab.WaitText("h1", "One")
	tab.Click("#mail-links a")
	tab.WaitURL("/login")
}
