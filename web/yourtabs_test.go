package web_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// your opens the demo and waits until it is filled in.
func (s *site) your(b *browsertest.Browser) *browsertest.Tab {
	s.t.Helper()
	tab := s.open(b, "/your-tabs")
	filled(tab)
	return tab
}

func filled(tab *browsertest.Tab) {
	tab.Wait(`document.getElementById("log")?.dataset.filled === "yes"`)
}

// raise raises a counter in a tab and waits for its new value there.
func raise(tab *browsertest.Tab, counter string, want int) {
	tab.Click(fmt.Sprintf("[data-counter=%s]", counter))
	shows(tab, counter, want)
}

func shows(tab *browsertest.Tab, counter string, want int) {
	tab.WaitText("#counter-"+counter, fmt.Sprint(want))
}

// TestCountersMoveWhereTheyAreShared: each counter moves in the tabs that share its scope, and in no other.
func TestCountersMoveWhereTheyAreShared(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.user("ada@example.com")
	one, two := browsertest.New(t), browsertest.New(t)
	for _, b := range []*browsertest.Browser{one, two} {
		tab := s.open(b, "/")
		s.logIn(tab, "ada@example.com")
		tab.Close()
	}
	mine, beside, far := s.your(one), s.your(one), s.your(two)

	for _, counter := range []string{"tab", "browser", "user", "tabIndep", "browserIndep"} {
		raise(mine, counter, 1)
	}
	raise(mine, "user", 2) // an event after the others: when it has come, they have come too
	shows(beside, "user", 2)
	shows(far, "user", 2)
	for tab, want := range map[*browsertest.Tab]string{
		beside: "tab 0, browser 1, user 2, tabIndep 0, browserIndep 1",
		far:    "tab 0, browser 0, user 2, tabIndep 0, browserIndep 0",
	} {
		if got := counters(tab); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func counters(tab *browsertest.Tab) string {
	var all []string
	for _, counter := range []string{"tab", "browser", "user", "tabIndep", "browserIndep"} {
		all = append(all, counter+" "+tab.Text("#counter-"+counter))
	}
	return strings.Join(all, ", ")
}

// TestCountersThroughPages: what a tab remembers stays while its pages come and go; what it begins on a page ends
// with that page, and begins again with the next.
func TestCountersThroughPages(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := browsertest.New(t)
	tab, beside := s.your(b), s.your(b)
	process := tab.Text("#process")
	raise(tab, "tab", 1)
	tab.Click("header a[href='/login']")
	tab.WaitText("main h1", "Log in")
	raise(beside, "browser", 1) // an event that nobody shows in the other tab
	tab.Click("header a[href='/your-tabs']")
	filled(tab)
	raise(tab, "tab", 2)
	raise(tab, "browser", 2)
	shows(beside, "browser", 2)
	if now := tab.Text("#process"); now != process {
		t.Errorf("the process is %s, and was %s", now, process)
	}
}

// TestCountersThroughLogOutAndLogIn: what is user-independent, and the user's own, keep their values; tab
// and browser start again.
func TestCountersThroughLogOutAndLogIn(t *testing.T) {
	t.Parallel()
	for _, button := range []string{"#log-out", "#log-out-everywhere"} {
		t.Run(button, func(t *testing.T) {
			s := newSite(t)
			s.user("ada@example.com")
			b := browsertest.New(t)
			tab := s.open(b, "/")
			s.logIn(tab, "ada@example.com")
			tab.Goto(s.URL + "/your-tabs")
			filled(tab)
			for _, counter := range []string{"tab", "browser", "user", "tabIndep", "browserIndep"} {
				raise(tab, counter, 1)
				raise(tab, counter, 2)
			}

			old := tab.Document()
			tab.Click(button)
			tab.WaitNewDocument(old)
			tab.WaitURL("/")
			s.logIn(tab, "ada@example.com")
			tab.Goto(s.URL + "/your-tabs")
			filled(tab)
			const want = "tab 0, browser 0, user 2, tabIndep 2, browserIndep 2"
			if got := counters(tab); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

// TestHooksAreShownLive: a hook that runs for one tab of the browser is seen in another.
func TestHooksAreShownLive(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	user := s.user("ada@example.com")
	b, other := browsertest.New(t), browsertest.New(t)
	tab, others := s.your(b), s.your(other)
	tab.WaitText("#user", "nobody")
	tab.Wait(`document.getElementById("log").textContent.includes("OnStartUnconnectedProcess")`)

	second := s.open(b, "/")
	old := tab.Document()
	s.logIn(second, "ada@example.com")
	tab.WaitNewDocument(old)
	filled(tab)
	tab.WaitText("#user", fmt.Sprint(user))
	for _, hook := range []string{"OnOpenSession", "OnStartConnectedProcess", "OnConnectedRequest"} {
		tab.Wait(fmt.Sprintf(`document.getElementById("log").textContent.includes(%q)`, hook))
	}
	if strings.Contains(others.Text("#log"), "OnOpenSession") {
		t.Error("another browser sees the hook")
	}
}

// TestTheDemoFitsTheScreen: it does not scroll sideways.
func TestTheDemoFitsTheScreen(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.user("ada@example.com")
	tab := s.open(browsertest.New(t), "/")
	for _, who := range []string{"nobody", "a user"} {
		tab.Goto(s.URL + "/your-tabs")
		filled(tab)
		fits(t, tab, "the demo for "+who)
		if who == "nobody" {
			s.logIn(tab, "ada@example.com")
		}
	}
}

// TestTheDemoWithoutJavaScript: it says what it needs, and offers nothing that would not work.
func TestTheDemoWithoutJavaScript(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := browsertest.New(t)
	b.NoJavaScript()
	tab := b.Open(s.URL + "/your-tabs")
	if text := tab.Text("main"); !strings.Contains(text, "needs JavaScript") || strings.Contains(text, "Raise") {
		t.Errorf("the page says %q", text)
	}
}

// TestNoBarriersInTheDemo: nothing in it keeps out who cannot see it, or cannot use a mouse.
func TestNoBarriersInTheDemo(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	barrierFree(t, s.your(browsertest.New(t)), "the demo")
}

// TestCallThatFailsBehindItsPage: there is no place any more to say so, and nothing breaks.
func TestCallThatFailsBehindItsPage(t *testing.T) {
	t.Parallel()
	tab := newSite(t).your(browsertest.New(t))
	browsertest.Eval[any](tab, `(() => {
		const { send } = WebSocket.prototype
		const held = []
		WebSocket.prototype.send = function (text) { held.push([this, text]) }
		window.letGo = () => {
			WebSocket.prototype.send = send
			held[0][0].addEventListener("message", ({ data }) => { window.refused ||= data.includes('"no_such_counter"') })
			for (const [socket, text] of held) send.call(socket, text)
		}
		document.querySelector("[data-counter=tab]").dataset.counter = "none"
	})()`)
	tab.Click("[data-counter=none]")
	tab.Click("header a.brand")
	tab.WaitURL("/")
	tab.Wait(`!document.getElementById("log")`)
	browsertest.Eval[any](tab, "letGo()")
	tab.Wait("window.refused") // browsertest sees what breaks
}
