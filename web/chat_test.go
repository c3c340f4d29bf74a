package web_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/browser/browsertest"
	"github.com/ocsigo/start/framework/process/processtest"
)

// room opens a room in a new tab, and waits until its page hears what is said there.
func (s *site) room(b *browsertest.Browser, name string) *browsertest.Tab {
	s.t.Helper()
	tab := s.open(b, "/chat/"+name)
	entered(tab)
	return tab
}

func entered(tab *browsertest.Tab) {
	tab.Wait(`document.getElementById("chat")?.dataset.filled === "yes"`)
}

// chatter is a browser in which a user has logged in.
func (s *site) chatter(email string) *browsertest.Browser {
	s.t.Helper()
	s.user(email)
	b := browsertest.New(s.t)
	tab := s.open(b, "/")
	s.logIn(tab, email)
	tab.Close()
	return b
}

// says says something in a tab, and waits until it is shown there.
func says(tab *browsertest.Tab, text string) {
	tab.Fill("#say [name=text]", text)
	tab.Submit("#say")
	hears(tab, "You", text)
}

// hears waits until the last message is this one.
func hears(tab *browsertest.Tab, by, text string) {
	tab.Wait(fmt.Sprintf(`((last) => last?.querySelector("strong").textContent.trim() === %q
		&& last.querySelector(".text").textContent === %q)(document.querySelector("#chat-log li:last-child"))`, by, text))
}

// talk is all that a tab shows.
func talk(tab *browsertest.Tab) []string {
	return browsertest.Eval[[]string](tab, `[...document.querySelectorAll("#chat-log .text")].map((text) => text.textContent)`)
}

// here waits until a tab says who is here, the count first. Who has gone counts a while longer.
func here(tab *browsertest.Tab, want ...string) {
	const shown = `[...document.querySelectorAll("#chat-here li")].map((item) => item.textContent).join()`
	tab.Within(30 * time.Second).Wait(fmt.Sprintf("%s === %q", shown, strings.Join(want, ",")))
}

// TestChat: what is said in one browser is heard in another at once, by guests too, and in its own room alone. Each
// knows what he has said himself.
func TestChat(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, bob := s.room(s.chatter("ada@example.com"), "kitchen"), s.room(s.chatter("bob@example.com"), "kitchen")
	guest, garden := s.room(browsertest.New(t), "kitchen"), s.room(browsertest.New(t), "garden")

	says(ada, "Is anybody here?")
	if focused := ada.Focused(); focused != "input#text" {
		t.Errorf("the cursor is in %s", focused)
	}
	hears(bob, "User 1", "Is anybody here?")
	says(bob, "<b>I am.</b> & the kettle is on.")
	hears(ada, "User 2", "<b>I am.</b> & the kettle is on.")
	hears(guest, "User 2", "<b>I am.</b> & the kettle is on.")
	if guest.Has("main form") || !guest.Has("#say a[href='/login?next=/chat/kitchen']") {
		t.Error("a guest is not asked to log in")
	}
	if all := talk(garden); len(all) != 0 {
		t.Errorf("the garden hears %q", all)
	}

	bob.Click(".rooms a[href='/chat/garden']")
	bob.WaitText("#chat-title", "Garden")
	entered(bob)
	says(bob, "Fine weather.")
	hears(garden, "User 2", "Fine weather.")
	ada.Reload()
	entered(ada)
	want := []string{"Is anybody here?", "<b>I am.</b> & the kettle is on."}
	if all := talk(ada); !slices.Equal(all, want) || !ada.Has("#chat-log li.mine:first-child") {
		t.Errorf("loaded again: %q", all)
	}
	if all := talk(guest); !slices.Equal(all, want) {
		t.Errorf("the guest hears %q", all)
	}
}

// TestChatInTheDownload: who downloads what is kept about him finds what he has said there, and nobody else has.
func TestChatInTheDownload(t *testing.T) {
	s := newSite(t)
	s.user("ada@example.com")
	s.user("bob@example.com")
	ada, bob := s.visitorAs("ada@example.com"), s.visitorAs("bob@example.com")
	ada.Submit("/chat/kitchen", url.Values{"text": {"hers"}})
	bob.Submit("/chat/kitchen", url.Values{"text": {"not hers"}})
	var kept struct {
		Features struct {
			Chat []struct{ Room, Text string }
		}
	}
	if err := json.Unmarshal([]byte(ada.Get("/settings/download").Body), &kept); err != nil {
		t.Fatal(err)
	}
	if chat := kept.Features.Chat; len(chat) != 1 || chat[0].Room != "kitchen" || chat[0].Text != "hers" {
		t.Errorf("%v", chat)
	}
}

// TestDeletedAccountLeavesNoMessages: what somebody has said goes with his account.
func TestDeletedAccountLeavesNoMessages(t *testing.T) {
	s := newSite(t)
	ada := s.user("ada@example.com")
	b := s.visitorAs("ada@example.com")
	b.Submit("/chat/kitchen", url.Values{"text": {"fresh coffee"}})
	s.gone(b, ada, "ada@example.com", "fresh coffee")
}

// TestWhoIsInTheChat: people and tabs are counted as they come and go. Who looks at another page for a moment, or loads
// the page again, has not been away.
func TestWhoIsInTheChat(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	adas := s.chatter("ada@example.com")
	ada, bob := s.room(adas, "kitchen"), s.room(s.chatter("bob@example.com"), "kitchen")
	here(ada, "2 people here, in 2 tabs", "You", "User 2")
	second, guest := s.room(adas, "kitchen"), s.room(browsertest.New(t), "kitchen")
	here(bob, "3 people here, in 4 tabs", "You", "User 1", "A guest")
	here(guest, "3 people here, in 4 tabs", "You", "User 1", "User 2")
	here(second, "3 people here, in 4 tabs", "You", "User 2", "A guest")

	browsertest.Eval[bool](bob, `(() => {
		window.moved = 0
		new MutationObserver(() => window.moved++).observe(document.getElementById("chat-here"), { childList: true })
		return true
	})()`)
	ada.Click("header a[href='/settings']")
	ada.WaitText("main h1", "Settings")
	ada.Back()
	entered(ada)
	ada.Reload()
	entered(ada)
	here(ada, "3 people here, in 4 tabs", "You", "User 2", "A guest")
	says(ada, "Back again.") // comes behind what there was to hear meanwhile
	hears(bob, "User 1", "Back again.")
	if moved := browsertest.Eval[int](bob, "window.moved"); moved != 0 {
		t.Errorf("somebody came or went %d times", moved)
	}

	second.Close()
	guest.Click(".rooms a[href='/chat/library']")
	here(guest, "1 person here, in 1 tab", "You")
	here(bob, "2 people here, in 2 tabs", "You", "User 1")
	ada.Submit("header form[action='/logout']")
	here(bob, "1 person here, in 1 tab", "You")
}

// holdSocket lets nothing out of a page before its test calls letGo.
const holdSocket = `
	const { send } = WebSocket.prototype
	const held = []
	WebSocket.prototype.send = function (text) { held.push([this, text]) }
	window.letGo = () => {
		WebSocket.prototype.send = send
		for (const [socket, text] of held) send.call(socket, text)
	}`

// TestChatPageThatIsStale: what is said after the page was made and before it listens is not lost.
func TestChatPageThatIsStale(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	bob := s.room(s.chatter("bob@example.com"), "kitchen")
	says(bob, "one")
	late := browsertest.New(t)
	late.BeforeScripts(holdSocket)
	tab := late.Open(s.URL + "/chat/kitchen")
	document := tab.Document()
	tab.Wait("window.letGo")
	says(bob, "two")
	if all := talk(tab); !slices.Equal(all, []string{"one"}) {
		t.Fatalf("the page shows %q", all)
	}
	browsertest.Eval[bool](tab, "(letGo(), true)")
	entered(tab)
	says(bob, "three")
	hears(tab, "User 1", "three")
	if all := talk(tab); !slices.Equal(all, []string{"one", "two", "three"}) || tab.Document() != document {
		t.Errorf("the page shows %q", all)
	}
	var frames strings.Builder
	for _, frame := range tab.Sockets()[0].Frames {
		frames.WriteString(frame.Text)
	}
	if strings.Count(frames.String(), `"kind":"stale"`) != 1 {
		t.Errorf("it was not stale once: %s", &frames)
	}
}

// TestChatThroughALostNetwork: what others say meanwhile comes after it, and what is said meanwhile is said once.
func TestChatThroughALostNetwork(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	s := newSiteAs(t, setup{host: listener.Addr().String()})
	server := s.Listener.Addr().String()
	w := newWire(t, listener, server)
	s.URL = s.address.String()
	ada := s.room(s.chatter("ada@example.com"), "kitchen")
	s.user("bob@example.com")
	bob := s.visitorAs("bob@example.com")
	near := &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, server) // his network is another
	}}
	t.Cleanup(near.CloseIdleConnections)
	bob.Client.Transport = near

	w.setCut(true)
	ada.Wait(`document.documentElement.dataset.process === "lost"`)
	for n, text := range []string{"Hello?", "Anybody?"} {
		ada.Fill("#say [name=text]", text)
		ada.Submit("#say")
		ada.WaitText("#sending", []string{"Sending…", "Sending 2…"}[n])
	}
	for _, text := range []string{"one", "two"} {
		if p := bob.Submit("/chat/kitchen", url.Values{"text": {text}}); p.Status != http.StatusSeeOther {
			t.Fatalf("%d %s", p.Status, p.Body)
		}
	}
	w.setCut(false)
	hears(ada, "You", "Anybody?")
	if all := talk(ada); !slices.Equal(all, []string{"one", "two", "Hello?", "Anybody?"}) {
		t.Errorf("it shows %q", all)
	}
	ada.Wait(`document.getElementById("sending").hidden`)
}

// TestOrderOfMessages: two users say many things at once. What each tab says comes in its order, and all who listen show
// the same as a page that is loaded.
func TestOrderOfMessages(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	guest := s.room(browsertest.New(t), "garden")
	const each = 10 // as many as may come at once
	var calls []*processtest.Pending
	for _, name := range []string{"ada", "bob"} {
		s.user(name + "@example.com")
		tab := s.visitorAs(name+"@example.com").Connect("/", nil)
		for n := range each {
			calls = append(calls, tab.Go("chat.say", map[string]string{"room": "garden", "text": fmt.Sprint(name, " ", n)}))
		}
	}
	for _, call := range calls {
		if err := call.Wait(nil); err != nil {
			t.Fatal(err)
		}
	}
	guest.Wait(fmt.Sprintf(`document.querySelectorAll("#chat-log li").length === %d`, 2*each))
	heard, loaded := talk(guest), talk(s.room(browsertest.New(t), "garden"))
	if !slices.Equal(heard, loaded) {
		t.Errorf("heard %q, loaded %q", heard, loaded)
	}
	for _, name := range []string{"ada", "bob"} {
		n := 0
		for _, text := range heard {
			if strings.HasPrefix(text, name) {
				if want := fmt.Sprint(name, " ", n); text != want {
					t.Errorf("%q instead of %q", text, want)
				}
				n++
			}
		}
		if n != each {
			t.Errorf("%s has said %d things", name, n)
		}
	}
}

// TestLastMessages: the latest 50 are shown, and no more when others come. No more of a room are kept.
func TestLastMessages(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.user("ada@example.com")
	_, err := s.db.Exec(t.Context(), `INSERT INTO chat_messages (room, author, text)
		SELECT room, 1, 'number ' || n FROM generate_series(1, 60) AS n, unnest('{library,garden}'::text[]) AS room`)
	if err != nil {
		t.Fatal(err)
	}
	tab := s.room(browsertest.New(t), "library")
	if all := talk(tab); len(all) != 50 || all[0] != "number 11" || all[49] != "number 60" {
		t.Errorf("it shows %q", all)
	}
	s.visitorAs("ada@example.com").Submit("/chat/library", url.Values{"text": {"one more"}})
	hears(tab, "User 1", "one more")
	if all := talk(tab); len(all) != 50 || all[0] != "number 12" {
		t.Errorf("it shows %q now", all)
	}
	for room, want := range map[string]int{"library": 50, "garden": 60} {
		var kept int
		err := s.db.QueryRow(t.Context(), `SELECT count(*) FROM chat_messages WHERE room = $1`, room).Scan(&kept)
		if err != nil || kept != want {
			t.Errorf("the %s keeps %d messages instead of %d: %v", room, kept, want, err)
		}
	}
}

// TestLogStaysAtItsEnd when there is less room for it, and when a message comes, but for somebody who reads what was
// said before.
func TestLogStaysAtItsEnd(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.user("ada@example.com")
	_, err := s.db.Exec(t.Context(), `INSERT INTO chat_messages (room, author, text)
		SELECT 'library', 1, repeat('many words, ', n) FROM generate_series(1, 40) AS n`)
	if err != nil {
		t.Fatal(err)
	}
	tab := s.room(browsertest.New(t), "library")
	const atEnd = `((log) => log.scrollHeight - log.scrollTop - log.clientHeight < 2)(document.getElementById("chat-log"))`
	for _, size := range [][2]int{{1280, 900}, {1280, 500}, {360, 740}, {360, 500}} {
		tab.Size(size[0], size[1], browsertest.Phone)
		tab.Wait(fmt.Sprintf("innerWidth === %d && innerHeight === %d && %s", size[0], size[1], atEnd))
	}
	ada := s.visitorAs("ada@example.com")
	ada.Submit("/chat/library", url.Values{"text": {"one more"}})
	hears(tab, "User 1", "one more")
	tab.Wait(atEnd)

	const frames = `new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))`
	browsertest.Eval[any](tab, `(async () => {
		document.getElementById("chat-log").scrollTop = 0
		await `+frames+`
	})()`)
	tab.Size(360, 740, browsertest.Phone)
	ada.Submit("/chat/library", url.Values{"text": {"and one more"}})
	hears(tab, "User 1", "and one more")
	browsertest.Eval[any](tab, frames)
	if browsertest.Eval[bool](tab, atEnd) {
		t.Error("who reads what was said before is taken away from it")
	}
}

// TestTooManyMessages: in two tabs and with the plain form a user has one rate, and another user has his own.
func TestTooManyMessages(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.user("ada@example.com")
	s.user("bob@example.com")
	ada := s.visitorAs("ada@example.com")
	tabs := []*processtest.Client{ada.Connect("/", nil), s.visitorAs("ada@example.com").Connect("/", nil)}
	begun := time.Now()
	var calls []*processtest.Pending
	for n := range 60 {
		room := []string{"kitchen", "garden"}[n%2]
		calls = append(calls, tabs[n/2%2].Go("chat.say", map[string]string{"room": room, "text": fmt.Sprint("number ", n)}))
	}
	said := 0
	for _, call := range calls {
		var failure *processtest.Failure
		switch err := call.Wait(nil); {
		case err == nil:
			said++
		case !errors.As(err, &failure) || failure.Data.Kind != "too_soon" || !strings.Contains(failure.Message, "send this again"):
			t.Fatal(err)
		}
	}
	if most := 11 + int(time.Since(begun)/time.Second); said < 10 || said > most {
		t.Errorf("%d things were said, and %d might be", said, most)
	}
	if err := s.visitorAs("bob@example.com").Connect("/", nil).Call("chat.say", map[string]string{"room": "garden", "text": "I too."}, nil); err != nil {
		t.Errorf("another user: %v", err)
	}
	for range 60 {
		p := ada.Submit("/chat/kitchen", url.Values{"text": {"Without a script."}})
		if p.Status == http.StatusSeeOther {
			continue
		}
		if p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Body, `id="text-error">You can send 10 messages at once`) ||
			!strings.Contains(p.Body, `value="Without a script."`) {
			t.Errorf("%d %s", p.Status, p.Body)
		}
		return
	}
	t.Error("the plain form takes all")
}

// TestWhatCannotBeSaid is refused the same way in both forms, and by whoever says it.
func TestWhatCannotBeSaid(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.user("ada@example.com")
	ada, nobody := s.visitorAs("ada@example.com"), s.visitor()
	tab := ada.Connect("/chat/kitchen", nil)
	for text, want := range map[string]string{
		"":                       "Say something.",
		" \u3000\t":              "Say something.",
		strings.Repeat("ä", 501): "This is longer than 500 characters.",
		"two\nlines":             "Say it in one line of plain text.",
		"a \x00":                 "Say it in one line of plain text.",
	} {
		var failure *processtest.Failure
		err := tab.Call("chat.say", map[string]string{"room": "kitchen", "text": text}, nil)
		if !errors.As(err, &failure) || failure.Data.Kind != "bad_text" || failure.Data.Fields["text"] != want {
			t.Errorf("%q: %v", text, err)
		}
		p := ada.Submit("/chat/kitchen", url.Values{"text": {text}})
		if p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Body, `id="text-error">`+want) {
			t.Errorf("%q: %d %s", text, p.Status, p.Body)
		}
	}
	if p := ada.Submit("/chat/kitchen", url.Values{"text": {"a\xff"}}); p.Status != http.StatusUnprocessableEntity {
		t.Errorf("no UTF-8: %d", p.Status)
	}
	if p := ada.Submit("/chat/kitchen", url.Values{"text": {strings.Repeat("ä", 500)}}); p.Status != http.StatusSeeOther {
		t.Errorf("as long as can be: %d", p.Status)
	}

	for call, want := range map[string]string{
		`{"room":"cellar","text":"x"}`: "invalid_input", `{"room":"kitchen"}`: "invalid_input",
	} {
		var failure *processtest.Failure
		if err := tab.Call("chat.say", json.RawMessage(call), nil); !errors.As(err, &failure) || failure.Data.Kind != want {
			t.Errorf("%s: %v", call, err)
		}
	}
	var failure *processtest.Failure
	err := nobody.Connect("/", nil).Call("chat.say", map[string]string{"room": "kitchen", "text": "x"}, nil)
	if !errors.As(err, &failure) || failure.Data.Kind != "not_connected" {
		t.Errorf("nobody says: %v", err)
	}
	if p := nobody.Submit("/chat/kitchen", url.Values{"text": {"x"}}); p.Status != http.StatusUnauthorized {
		t.Errorf("nobody posts: %d", p.Status)
	}
	if p := ada.Get("/chat/cellar"); p.Status != http.StatusNotFound {
		t.Errorf("a room that is none: %d", p.Status)
	}
	if found := regexp.MustCompile(`<li class="mine"`).FindAllString(ada.Get("/chat/kitchen").Body, -1); len(found) != 1 {
		t.Errorf("%d things were said", len(found))
	}
}

// TestWhatCannotBeSaidStandsThereAgain: the page says why, and the text can be mended.
func TestWhatCannotBeSaidStandsThereAgain(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	tab := s.room(s.chatter("ada@example.com"), "kitchen")
	tab.Fill("#say [name=text]", " ")
	tab.Submit("#say")
	tab.WaitText("#problem", "Say something.")
	says(tab, "Something.")
	if browsertest.Eval[bool](tab, `document.getElementById("problem").checkVisibility()`) {
		t.Error("it still says what was wrong before")
	}
}

// TestQuickMessages: who sends one behind the other need not wait. They are said in their order, and those that are too
// many stand in the form again, in theirs.
func TestQuickMessages(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	tab := s.room(s.chatter("ada@example.com"), "kitchen")
	const many = 40
	browsertest.Eval[any](tab, fmt.Sprintf(`(() => {
		const form = document.getElementById("say")
		for (let n = 0; n < %d; n++) {
			form.elements.text.value = "number-" + n
			form.requestSubmit()
		}
	})()`, many))
	tab.Within(30 * time.Second).Wait(`document.getElementById("sending").hidden`)
	tab.WaitText("#problem", "You can send 10 messages at once, and then one each second. Wait a moment, then send this again.")
	again := strings.Fields(browsertest.Eval[string](tab, `document.getElementById("text").value`))
	tab.Wait(fmt.Sprintf(`document.querySelectorAll("#chat-log li").length === %d`, many-len(again)))
	said := talk(tab)
	all := map[string]int{}
	for _, texts := range [][]string{said, again} {
		last := -1
		for _, text := range texts {
			var n int
			if _, err := fmt.Sscanf(text, "number-%d", &n); err != nil || n <= last {
				t.Errorf("%q comes behind number %d: %v", text, last, err)
			}
			all[text]++
			last = n
		}
	}
	if len(all) != many || len(said) < 10 || len(again) == 0 {
		t.Errorf("said: %q, still to be said: %q", said, again)
	}
}

// TestFailedMessageStaysInItsRoom: where another room is shown meanwhile nothing is said of it there. It stands in the
// form when its own room is shown again.
func TestFailedMessageStaysInItsRoom(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	tab := s.room(s.chatter("ada@example.com"), "kitchen")
	browsertest.Eval[any](tab, `(() => {
		const { send } = WebSocket.prototype
		const held = []
		WebSocket.prototype.send = function (text) { held.push([this, text]) }
		window.letGo = () => {
			WebSocket.prototype.send = send
			held[0][0].addEventListener("message", ({ data }) => { window.refused ||= data.includes('"bad_text"') })
			for (const [socket, text] of held) send.call(socket, text)
		}
	})()`)
	tab.Fill("#say [name=text]", "two\u202elines")
	tab.Submit("#say")
	tab.Click(".rooms a[href='/chat/garden']")
	tab.WaitText("#chat-title", "Garden")
	browsertest.Eval[any](tab, "letGo()")
	entered(tab)
	tab.Wait("window.refused")
	const shown = `document.getElementById("problem").checkVisibility() || document.getElementById("text").value !== ""`
	if browsertest.Eval[bool](tab, shown) {
		t.Error("the garden tells what could not be said in the kitchen")
	}
	tab.Click(".rooms a[href='/chat/kitchen']")
	tab.WaitText("#chat-title", "Kitchen")
	tab.WaitText("#problem", "Say it in one line of plain text.")
	if text := browsertest.Eval[string](tab, `document.getElementById("text").value`); text != "two\u202elines" {
		t.Errorf("the form has %q", text)
	}
}

// TestChatWithoutJavaScript: a plain form says something, which others hear at once, and the page comes again.
func TestChatWithoutJavaScript(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.user("ada@example.com")
	guest := s.room(browsertest.New(t), "kitchen")
	b := browsertest.New(t)
	b.NoJavaScript()
	tab := b.Open(s.URL + "/chat")
	tab.WaitURL("/chat/kitchen")
	tab.Click("#say a")
	tab.Fill("[name=email]", "ada@example.com")
	tab.Fill("[name=password]", password)
	tab.Submit("main form")
	tab.WaitURL("/chat/kitchen")
	tab.Fill("#say [name=text]", "Without a script.")
	tab.Submit("#say")
	tab.WaitURL("/chat/kitchen#say")
	hears(tab, "You", "Without a script.")
	hears(guest, "User 1", "Without a script.")
	tab.Click("#chat noscript a")
	if all := talk(tab); !slices.Equal(all, []string{"Without a script."}) {
		t.Errorf("the page shows %q", all)
	}
}

// TestTheChatFitsTheScreenAndKeepsNobodyOut: at every width, whoever looks at it.
func TestTheChatFitsTheScreenAndKeepsNobodyOut(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, guest := s.room(s.chatter("ada@example.com"), "kitchen"), s.room(browsertest.New(t), "kitchen")
	barrierFree(t, guest, "an empty room")
	says(ada, "A long word: "+strings.Repeat("a", 300))
	hears(guest, "User 1", "A long word: "+strings.Repeat("a", 300))
	for who, tab := range map[string]*browsertest.Tab{"a user": ada, "a guest": guest} {
		fits(t, tab, "the chat for "+who)
		barrierFree(t, tab, "the chat for "+who)
	}
	ada.Fill("#say [name=text]", " ")
	ada.Submit("#say")
	ada.WaitText("#problem", "Say something.")
	fits(t, ada, "the chat with an error")
	barrierFree(t, ada, "the chat with an error")
}
