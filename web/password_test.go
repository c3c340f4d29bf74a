package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/ocsigo/start/framework/browser/browsertest"
	"github.com/ocsigo/start/framework/process/processtest"
)

// TestGuessablePasswords: the form says why it does not take a password, the site's name and the own address included.
// S140, S142, S143, S146
func TestGuessablePasswords(t *testing.T) {
	s := newSite(t)
	b := s.visitor()
	l := s.letters()
	askFor(t, b, "/signup", "ada@example.com")
	follow(t, b, l.link("ada@example.com"))
	signUp := func(password string) processtest.Page {
		return b.Submit("/link", url.Values{"password": {password}})
	}
	for password, why := range map[string]string{
		"password123456":                 "words that are tried first",
		"qwertyuiopas":                   "the alphabet or the keyboard",
		"ada@example.com":                "your name or address",
		"OcsigoStart2026!":               "your name or address",
		"abcdabcdabcd":                   "the same again and again",
		"14021987 1990":                  "dates or numbers",
		password + "\x00":                "no character",
		strings.Repeat(password+" ", 41): "too long",
	} {
		p := signUp(password)
		if p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Body, why) || strings.Contains(p.Body, password) && password != "ada@example.com" {
			t.Errorf("%q: %d %s", password, p.Status, p.Body)
		}
	}
	if p := signUp("  qzmvtkhwplnrxdgbcjyf "); p.Status != http.StatusSeeOther {
		t.Errorf("twenty letters and spaces: %d %s", p.Status, p.Body)
	}
	for password, status := range map[string]int{"qzmvtkhwplnrxdgbcjyf": 422, "  qzmvtkhwplnrxdgbcjyf ": 303} {
		if p := s.visitor().Submit("/login", url.Values{"email": {"ada@example.com"}, "password": {password}}); p.Status != status {
			t.Errorf("log-in with %q: %d", password, p.Status)
		}
	}
}

// TestPasswordHint: who thinks of a new password hears how it comes on, and may look at it. What is shown is hidden again
// when it is sent.
func TestPasswordHint(t *testing.T) {
	s := newSite(t)
	l := s.letters()
	askFor(t, s.visitor(), "/signup", "ada@example.com")
	tab := s.open(browsertest.New(t), l.link("ada@example.com"))
	tab.WaitURL("/link")
	const hint = "#password ~ .strength[aria-live=polite]"
	for typed, said := range map[string]string{
		"gravel hums":         "11 of at least 12 characters.",
		"abcabcabcabc":        "It says the same again and again: that is soon guessed.",
		"qwertyuiop12345":     "It follows the alphabet or the keyboard: that is soon guessed.",
		password:              "25 characters: long enough.",
		"o\u0308l auf Wasser": "13 characters: long enough.",
	} {
		tab.Fill("#password", typed)
		tab.WaitText(hint, said)
	}

	const kind = `document.querySelector("#password").type`
	tab.Click("#password ~ label")
	tab.Wait(kind + ` === "text"`)
	barrierFree(t, tab, "a password that is shown")
	fits(t, tab, "a password that is shown")
	tab.Click("#password ~ label")
	tab.Wait(kind + ` === "password"`)
	tab.Click("#password ~ label")
	browsertest.Eval[bool](tab, `document.querySelector("form#complete").addEventListener("formdata", () => { window.sentAs = `+kind+` }) ?? true`)
	tab.Fill("#password", "too short")
	tab.Submit("main form")
	tab.Text("#password-error")
	if as := browsertest.Eval[string](tab, "window.sentAs"); as != "password" {
		t.Errorf("the password was sent as %s", as)
	}
	if n := browsertest.Eval[int](tab, `document.querySelectorAll("#password ~ label, #password ~ .strength").length`); n != 2 {
		t.Errorf("the form that came back has %d boxes and hints", n)
	}
}

// TestNoPasswordHintWithoutJavaScript: what does nothing is not there.
func TestNoPasswordHintWithoutJavaScript(t *testing.T) {
	s := newSite(t)
	b := browsertest.New(t)
	b.NoJavaScript()
	l := s.letters()
	askFor(t, s.visitor(), "/signup", "ada@example.com")
	tab := b.Open(s.URL + l.link("ada@example.com"))
	tab.WaitURL("/link")
	if tab.Has("#password ~ label") || tab.Has(".strength") {
		t.Error("there is a box or a hint")
	}
}

// TestBusyLogIn: where more log in than can be served, some are asked to come again, in words, and the others get in.
// Nobody waits for other pages meanwhile. S151
func TestBusyLogIn(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2)) // two hash at once, however many processors there are
	s := newSite(t)
	s.user("ada@example.com")
	const people = 400                    // two who hash, 256 who may wait, and many more
	ada := s.visitorAs("ada@example.com") // in a browser that she knows from now on
	ada.Post("/logout", nil)
	b := s.visitor()
	identity := b.Get("/login").IdentityTag()
	answers := make([]processtest.Page, people)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() {
			answers[i] = b.Post("/login", url.Values{
				"_identity": {identity}, "email": {fmt.Sprintf("%d@example.com", i)}, "password": {"not the password"},
			})
		})
	}
	for range 10 {
		if p := b.Get("/"); p.Status != http.StatusOK {
			t.Errorf("the main page: %d", p.Status)
		}
	}
	all.Wait()
	told := map[int]int{}
	for _, p := range answers {
		told[p.Status]++
		busy := p.Status == http.StatusServiceUnavailable
		late := p.Status == http.StatusTooManyRequests // when too many before had a wrong password
		if !busy && !late && p.Status != http.StatusUnprocessableEntity || (late || busy) != (p.Header.Get("Retry-After") != "") || busy != strings.Contains(p.Body, "Too many are logging in") ||
			busy != (p.Header.Get("Retry-After") == "5") {
			t.Fatalf("%d %v %s", p.Status, p.Header, p.Body)
		}
	}
	if told[http.StatusServiceUnavailable] == 0 || told[http.StatusUnprocessableEntity] == 0 {
		t.Errorf("how many were told what: %v", told)
	}
	if p := ada.Submit("/login", url.Values{"email": {"ada@example.com"}, "password": {password}}); p.Status != http.StatusSeeOther {
		t.Errorf("afterwards: %d", p.Status)
	}
}
