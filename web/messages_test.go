package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/ocsigo/start/framework/browser/browsertest"
	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/session"
)

// Where messages stand: with scripts where screen readers announce them, without where they came.
const (
	announced = "#messages [role=status][aria-live=polite] .message p"
	stands    = "#said .message[role=status] p"
	alarming  = "#messages > .message.error[role=alert] p"
)

// TestRedirectsSayWhatWasDone, to who is connected then, once.
func TestRedirectsSayWhatWasDone(t *testing.T) {
	s := newSite(t)
	ada := s.user("ada@example.com")
	for what, test := range map[string]struct {
		post func(b *processtest.Browser) processtest.Page
		says string
	}{
		"log out": {func(b *processtest.Browser) processtest.Page { return b.Post("/logout", nil) }, "You are logged out."},
		"end this session": {func(b *processtest.Browser) processtest.Page {
			return b.Submit("/settings", end(s.sessionOf(ada)))
		}, "You are logged out."},
		"log out elsewhere": {func(b *processtest.Browser) processtest.Page {
			return b.Submit("/settings", url.Values{"do": {"log-out-others"}})
		}, "You are logged out everywhere else."},
		"log out everywhere": {func(b *processtest.Browser) processtest.Page {
			return b.Submit("/settings", url.Values{"do": {"log-out-everywhere"}})
		}, "You are logged out everywhere."},
	} {
		if err := s.sessions.DisconnectAll(t.Context(), session.OfUser(ada)); err != nil {
			t.Fatal(err)
		}
		b := s.visitorAs("ada@example.com")
		p := test.post(b)
		words := `role="status"><p>` + test.says + `</p>`
		if p.Status != http.StatusSeeOther || !strings.Contains(b.Get(p.Header.Get("Location")).Body, words) {
			t.Errorf("%s: %d, and the next page does not say it", what, p.Status)
		}
		if strings.Contains(b.Get("/").Body, test.says) {
			t.Errorf("%s: it is said twice", what)
		}
	}
}

// TestMessageInPlace: what a page says comes into the element that was there before, so that it is announced. It can be
// closed, and goes with its page.
func TestMessageInPlace(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.user("ada@example.com")
	tab := s.open(browsertest.New(t), "/")
	s.logIn(tab, "ada@example.com")
	document := tab.Document()
	browsertest.Eval[bool](tab, `(() => {
		window.region = document.querySelector("#messages [role=status]")
		window.heard = []
		new MutationObserver((all) => all.forEach(({ addedNodes }) => addedNodes.forEach((node) => heard.push(node.textContent))))
			.observe(region, { childList: true })
		return true
	})()`)
	say := func() {
		s.visitorAs("ada@example.com")
		tab.Click("header a[href='/settings']")
		tab.WaitText("main h1", "Settings")
		tab.Submit(others)
		tab.WaitText(announced, "You are logged out everywhere else.")
	}
	say()
	if !browsertest.Eval[bool](tab, `region.isConnected && region.matches("#messages > *") && heard.length === 1`) || tab.Document() != document {
		t.Error("it is not where it would be heard")
	}
	tab.Click("#messages button")
	tab.Wait(`document.activeElement.id === "main"`)
	if tab.Has("#messages .message") {
		t.Error("it is not closed")
	}

	tab.Click("header a[href='/']")
	tab.WaitText("main h1", "Every open tab is a live program.")
	say()
	tab.Click("header a[href='/']")
	tab.WaitText("main h1", "Every open tab is a live program.")
	if tab.Has(".message") || !browsertest.Eval[bool](tab, `region.isConnected && heard.length === 2`) || tab.Document() != document {
		t.Error("it is there on another page")
	}
}

// TestMessageInTwoTabs: the next page of the browser says it, in whichever tab, and no other.
func TestMessageInTwoTabs(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.user("ada@example.com")
	b := browsertest.New(t)
	asking, other := s.open(b, "/"), s.open(b, "/")
	s.logIn(asking, "ada@example.com")
	other.WaitText("header .who", "ada@example.com")
	browsertest.Eval[bool](asking, `fetch("/settings").then((answer) => answer.text()).then((html) => {
		const tag = new RegExp('name="_identity" value="([^"]*)"').exec(html)[1]
		const body = new URLSearchParams({ _identity: tag, do: "log-out-others" })
		return fetch("/settings", { method: "POST", body, redirect: "manual" })
	}).then(() => true)`)
	other.Click("header a[href='/settings']")
	other.WaitText(announced, "You are logged out everywhere else.")
	asking.Click("header a[href='/settings']")
	asking.WaitText("main h1", "Settings")
	asking.Reload()
	asking.Ready()
	if asking.Has(".message") {
		t.Error("both say it")
	}
}

// TestMessageIsForTheTabThatAsks: at a log-out the browser's other tabs load a page at the same moment, and say nothing.
func TestMessageIsForTheTabThatAsks(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.user("ada@example.com")
	b := browsertest.New(t)
	tabs := []*browsertest.Tab{s.open(b, "/"), s.open(b, "/forgot"), s.open(b, "/?a=b")}
	for i := range 6 {
		s.logIn(tabs[0], "ada@example.com")
		for _, tab := range tabs {
			tab.WaitText("header .who", "ada@example.com")
			tab.Ready()
		}
		asking, before := i%len(tabs), documentsOf(tabs)
		leave(tabs[asking])
		tabs[asking].WaitText(announced, "You are logged out.")
		waitNewDocuments(tabs, before)
		for j, tab := range tabs {
			tab.Ready()
			tab.WaitURL("/")
			if said := tab.Has(".message"); said != (j == asking) {
				t.Errorf("tab %d asks, and tab %d says it: %t", asking, j, said)
			}
		}
	}
}

// TestTell: what is said in open tabs is heard by whom it is said to, stays on the next page, and can be closed.
func TestTell(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.user("ada@example.com")
	b := browsertest.New(t)
	tab, beside, nobody := s.open(b, "/"), s.open(b, "/"), s.open(browsertest.New(t), "/")
	s.logIn(tab, "ada@example.com")
	beside.WaitText("header .who", "ada@example.com")
	beside.Ready()
	tell := func(to process.Audience, message page.Message) {
		t.Helper()
		if err := s.app.Tell(to, message); err != nil {
			t.Fatal(err)
		}
	}
	tell(process.User(ada), page.Message{Text: "Your <b>report</b> is ready."})
	for _, tab := range []*browsertest.Tab{tab, beside} {
		tab.WaitText(announced, "Your <b>report</b> is ready.")
	}
	tell(process.Everyone(), page.Message{Level: page.Problem, Text: "The site ends in a minute."})
	for _, tab := range []*browsertest.Tab{tab, beside, nobody} {
		tab.WaitText(alarming, "The site ends in a minute.")
	}
	if nobody.Has(announced) {
		t.Error("another browser hears what was said to a user")
	}
	tab.Click("header a[href='/settings']")
	tab.WaitText("main h1", "Settings")
	if !tab.Has(announced) || !tab.Has(alarming) {
		t.Error("the next page does not show them")
	}
	tab.Click("#messages > .message button")
	tab.Wait(`document.activeElement.matches("#messages [role=status] button")`)
	if tab.Has(alarming) || !tab.Has(announced) {
		t.Error("it is not closed, or the other one is")
	}

	tell(process.User(ada), page.Message{Level: "odd", Text: strings.Repeat("é", 400)})
	tab.WaitText(announced+":is(.message:last-child p)", strings.Repeat("é", 299)+"…")

	for i := range 7 {
		tell(process.User(ada), page.Message{Level: page.Success, Text: fmt.Sprint("Done: ", i)})
	}
	tab.Wait(`document.querySelector("#messages [role=status]").lastElementChild.textContent.startsWith("Done: 6")`)
	shown := func(tab *browsertest.Tab) []string {
		return browsertest.Eval[[]string](tab, `[...document.querySelectorAll("#messages p")].map((p) => p.textContent)`)
	}
	if got, want := shown(tab), []string{"Done: 2", "Done: 3", "Done: 4", "Done: 5", "Done: 6"}; !slices.Equal(got, want) {
		t.Errorf("%q is shown", got)
	}
	beside.Wait(`document.querySelector("#messages [role=status]").lastElementChild.textContent.startsWith("Done: 6")`)
	if got := shown(beside); len(got) != 5 || got[0] != "The site ends in a minute." {
		t.Errorf("the problem has gone: %q", got)
	}
	leave(tab)
	tab.WaitText(announced, "You are logged out.")
	if got := shown(tab); len(got) != 1 {
		t.Errorf("what was said to the user is still there: %q", got)
	}
}

// TestNoBarriersInMessages: all kinds of them can be read, closed and scrolled past, on a telephone too.
func TestNoBarriersInMessages(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	tab := s.open(browsertest.New(t), "/login")
	long := strings.Repeat("A long word is Donaudampfschifffahrtsgesellschaft. ", 5)
	for i, level := range page.Info.Values() {
		if err := s.app.Tell(process.Everyone(), page.Message{Level: level, Text: fmt.Sprint(level, ". ", long[:50*(i+1)])}); err != nil {
			t.Fatal(err)
		}
	}
	tab.Wait(`document.querySelectorAll("#messages .message").length === 4`)
	fits(t, tab, "messages")
	for _, width := range []int{360, 1280} {
		tab.Size(width, 740, browsertest.Desktop)
		barrierFree(t, tab, fmt.Sprintf("messages, %d wide", width))
	}
}
