package web_test

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"github.com/ocsigo/start/framework/browser/browsertest"
	"github.com/ocsigo/start/framework/process/processtest"
)

// soon is a day on which teams may come.
func soon() string { return time.Now().AddDate(0, 1, 0).Format(time.DateOnly) }

// wellFilled is a team with which nothing is wrong.
func wellFilled(name string) map[string]string {
	return map[string]string{"name": name, "email": "ada@example.com", "players": "5", "day": soon()}
}

func values(team map[string]string) url.Values {
	form := url.Values{}
	for field, value := range team {
		form.Set(field, value)
	}
	return form
}

// team opens the demo and waits for its script.
func (s *site) team(b *browsertest.Browser) *browsertest.Tab {
	s.t.Helper()
	tab := s.open(b, "/team-form")
	tab.Wait(`document.getElementById("team")?.dataset.filled === "yes"`)
	return tab
}

// TestWrongTeams: what is typed and what is sent is looked at alike, field by field.
func TestWrongTeams(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.visitor()
	tab := b.Connect("/team-form", nil)
	now := time.Now().UTC()
	for _, test := range []struct{ field, value, wrong string }{
		{"name", "", "A team needs a name."},
		{"name", " \u3000", "A team needs a name."},
		{"name", "Otters", "There is a team of this name already."},
		{"name", " oTTERS ", "There is a team of this name already."},
		{"name", strings.Repeat("ä", 31), "This is longer than 30 characters."},
		{"name", "1234", "This is no name."},
		{"name", "a\x00b", "This is no name."},
		{"email", "", "Whom shall we write to?"},
		{"email", "ada", "This does not look like an e-mail address."},
		{"email", "Ada <ada@example.com>", "This does not look like an e-mail address."},
		{"email", strings.Repeat("a", 160) + "@example.com", "This does not look like an e-mail address."},
		{"players", "", "How many players? Write a number."},
		{"players", "five", "How many players? Write a number."},
		{"players", "1", "One is no team yet."},
		{"players", "-3", "One is no team yet."},
		{"players", "12", "There is room for 11 in a team."},
		{"day", "", "Choose the day on which you play."},
		{"day", "2026-02-30", "Choose the day on which you play."},
		{"day", now.AddDate(0, 0, -2).Format(time.DateOnly), "This day is over."},
		{"day", now.AddDate(1, 0, 3).Format(time.DateOnly), "This is more than a year from now."},
	} {
		team := wellFilled("Beavers")
		team[test.field] = test.value
		var failure *processtest.Failure
		err := tab.Call("team.check", team, nil)
		if !errors.As(err, &failure) || failure.Data.Kind != "bad_team" ||
			!maps.Equal(failure.Data.Fields, map[string]string{test.field: test.wrong}) {
			t.Errorf("%s %q: %v", test.field, test.value, err)
		}
		p := b.Submit("/team-form", values(team))
		if p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Body, `id="`+test.field+`-error">`+test.wrong) ||
			strings.Count(p.Body, `aria-invalid="true"`) != 1 {
			t.Errorf("%s %q: %d %s", test.field, test.value, p.Status, p.Body)
		}
	}
	for range 2 { // to look at it takes nothing
		if err := tab.Call("team.check", wellFilled("Beavers"), nil); err != nil {
			t.Error(err)
		}
	}
}

// TestTeamNamesAreTakenOnce: whoever sends them, at whatever moment.
func TestTeamNamesAreTakenOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	var taken atomic.Int64
	var work sync.WaitGroup
	for range 8 {
		b := s.visitor()
		b.Get("/team-form") // it has its cookie
		work.Go(func() {
			if b.Submit("/team-form", values(wellFilled("Beavers"))).Status == http.StatusSeeOther {
				taken.Add(1)
			}
		})
	}
	work.Wait()
	if n := taken.Load(); n != 1 {
		t.Errorf("%d teams have one name", n)
	}
}

// TestForgottenTeamNames: only so many names are remembered. That of the team which the page tells of is always taken.
func TestForgottenTeamNames(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.visitor()
	enter := func(name string, want int) {
		t.Helper()
		if p := b.Submit("/team-form", values(wellFilled(name))); p.Status != want {
			t.Errorf("%s: %d %s", name, p.Status, p.Body)
		}
	}
	for n := range 100 {
		enter(fmt.Sprint("Team ", n), http.StatusSeeOther)
	}
	enter("Team 0", http.StatusUnprocessableEntity)
	enter("Team 100", http.StatusSeeOther)
	enter("Team 0", http.StatusSeeOther)
	enter("otters", http.StatusUnprocessableEntity)
}

// TestTeamFormWhileTyping: a field says what is wrong with it when somebody has typed there and goes on, and no longer
// when it is mended. What is half typed is not complained of.
func TestTeamFormWhileTyping(t *testing.T) {
	t.Parallel()
	tab := newSite(t).team(browsertest.New(t))
	tab.Fill("[name=name]", "otters")
	tab.Press(kb.Tab)
	tab.WaitText("#name-error", "There is a team of this name already.")
	if tied := tab.Attr("#name", "aria-describedby"); tied != "name-error name-help" || tab.Attr("#name", "aria-invalid") != "true" {
		t.Errorf("the error is tied as %q", tied)
	}
	if said := tab.Text("#team-status"); said != "There is a team of this name already." {
		t.Errorf("a screen reader says %q", said)
	}
	if tab.Has("#email-error, #players-error, #day-error") {
		t.Error("a field is wrong that nobody has touched")
	}
	if focused := tab.Focused(); focused != "input#email" {
		t.Errorf("the cursor is in %s", focused)
	}
	tab.Fill("[name=email]", "ada")
	tab.Wait(`document.getElementById("team-status").textContent === ""`) // the server has answered
	if tab.Has("#email-error, #email[aria-invalid]") {
		t.Error("an address is wrong while it is typed")
	}
	tab.Press(kb.Tab)
	tab.WaitText("#email-error", "This does not look like an e-mail address.")
	tab.WaitText("#team-status", "This does not look like an e-mail address.")
	tab.Fill("[name=email]", "ada@")
	tab.Wait(`document.getElementById("email-error")`)
	tab.Fill("[name=email]", "ada@example.com")
	tab.Wait(`!document.getElementById("email-error")`)
	tab.Fill("[name=players]", "1")
	tab.Press(kb.Tab)
	tab.WaitText("#players-error", "One is no team yet.")
	tab.WaitText("#name-error", "There is a team of this name already.")

	tab.Fill("[name=name]", "Beavers")
	tab.Wait(`!document.getElementById("name-error")`)
	if tied := tab.Attr("#name", "aria-describedby"); tied != "name-help" || tab.Has("#name[aria-invalid]") {
		t.Errorf("nothing is wrong, and it is tied as %q", tied)
	}
	tab.Fill("[name=players]", "7")
	tab.Wait(`!document.querySelector(".error, [aria-invalid]") && !document.getElementById("players").hasAttribute("aria-describedby")`)
}

// TestNewerKeysBreakOlderCallsOff: the answer to what is no longer there is not waited for, and never shown.
func TestNewerKeysBreakOlderCallsOff(t *testing.T) {
	t.Parallel()
	tab := newSite(t).team(browsertest.New(t))
	browsertest.Eval[bool](tab, `(() => { // nothing goes out for a while, and what is marked is noted
		const { send } = WebSocket.prototype
		const held = []
		window.asked = () => held.filter(([, text]) => text.includes('"team.check"')).length
		WebSocket.prototype.send = function (text) { held.push([this, text]) }
		window.letGo = () => {
			WebSocket.prototype.send = send
			for (const [socket, text] of held) send.call(socket, text)
		}
		window.marked = []
		new MutationObserver(() => marked.push(document.getElementById("name-error")?.textContent))
			.observe(document.getElementById("team"), { childList: true, subtree: true })
		return true
	})()`)
	tab.Fill("[name=name]", "Otters")
	tab.Wait("asked() === 1")
	tab.Fill("[name=name]", "1")
	tab.Wait("asked() === 2")
	tab.Press(kb.Tab)
	tab.Wait("asked() === 3")
	browsertest.Eval[bool](tab, "(letGo(), true)")
	tab.WaitText("#name-error", "This is no name.")
	if marked := browsertest.Eval[[]string](tab, "marked.filter(Boolean)"); strings.Contains(strings.Join(marked, " "), "already") {
		t.Errorf("it has said %q", marked)
	}
	cancelled := 0
	for _, frame := range tab.Sockets()[0].Frames {
		cancelled += strings.Count(frame.Text, "$/cancelRequest")
	}
	if cancelled != 2 {
		t.Errorf("%d calls were broken off", cancelled)
	}
}

// TestTeamFormIsSent: it comes back with all that is wrong and all that was typed, goes on looking while it is mended,
// and is taken in the end.
func TestTeamFormIsSent(t *testing.T) {
	t.Parallel()
	for _, script := range []bool{true, false} {
		s := newSite(t)
		b := browsertest.New(t)
		var tab *browsertest.Tab
		if script {
			tab = s.team(b)
		} else {
			b.NoJavaScript()
			tab = b.Open(s.URL + "/team-form")
		}
		tab.Fill("[name=name]", "Otters")
		tab.Fill("[name=players]", "1")
		tab.Submit("#team")
		tab.WaitText("#email-error", "Whom shall we write to?")
		tab.WaitText("#day-error", "Choose the day on which you play.")
		tab.WaitText("#name-error", "There is a team of this name already.")
		tab.WaitText("#players-error", "One is no team yet.")
		tab.Wait(`document.activeElement?.id === "name"`)
		const typed = `["name", "players"].map((id) => document.getElementById(id).value).join()`
		if kept := browsertest.Eval[string](tab, typed); kept != "Otters,1" {
			t.Errorf("kept: %q", kept)
		}
		for _, r := range tab.Requests("Document", "Fetch") {
			if r.Method == http.MethodPost && r.Status != http.StatusUnprocessableEntity {
				t.Errorf("%v", r)
			}
		}
		if script {
			tab.Ready()
			tab.Fill("[name=email]", "ada")
			tab.WaitText("#email-error", "This does not look like an e-mail address.")
			tab.Wait(`document.querySelectorAll(".field .error").length === 4`)
		}
		for field, value := range wellFilled("Beavers") {
			tab.Fill("[name="+field+"]", value)
		}
		tab.Submit("#team")
		tab.WaitText(".message.success p", "Your team is entered.")
		tab.WaitURL("/team-form")
		if tab.Has(".field .error") {
			t.Error("something is wrong with it nonetheless")
		}
		tab.Goto(s.URL + "/team-form")
		if tab.Text("#team button"); tab.Has(".message.success") {
			t.Error("a team is entered that was not sent")
		}
	}
}

// TestRefusedTeamFormIsThereStill, as TestRefusedFormsAreThereStill has it for the other pages.
func TestRefusedTeamFormIsThereStill(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	tab := s.team(browsertest.New(t))
	tab.Submit("#team")
	tab.Text("#name-error")
	thereStill(t, tab, "/team-form")
	staleForm(tab, "#team")
	thereStill(t, tab, "/team-form")
}

// TestTheTeamFormFitsTheScreenAndKeepsNobodyOut: with what is wrong while it is typed, and after it was sent.
func TestTheTeamFormFitsTheScreenAndKeepsNobodyOut(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	tab := s.team(browsertest.New(t))
	barrierFree(t, tab, "the team form")
	tab.Fill("[name=name]", "Otters")
	tab.Press(kb.Tab)
	tab.Text("#name-error")
	fits(t, tab, "the team form while it is typed")
	barrierFree(t, tab, "the team form while it is typed")
	tab.Submit("#team")
	tab.Text("#email-error")
	tab.Ready()
	fits(t, tab, "the team form with errors")
	barrierFree(t, tab, "the team form with errors")
}
