package web_test

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

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
	tomorrow := time.Now().UTC().AddDate(0, 0, 1)
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
		{"players", "", "How many are you? A number, please."},
		{"players", "five", "How many are you? A number, please."},
		{"players", "1", "One is no team yet."},
		{"players", "-3", "One is no team yet."},
		{"players", "12", "There is room for 11 in a team."},
		{"day", "", "On which day do you come?"},
		{"day", "2026-02-30", "On which day do you come?"},
		{"day", tomorrow.AddDate(0, 0, -1).Format(time.DateOnly), "This day is over, or has begun."},
		{"day", tomorrow.AddDate(1, 0, 1).Format(time.DateOnly), "This is more than a year from now."},
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

// TestTeamFormWhileTyping: each field says what is wrong with it when somebody has typed there, and no longer when it
// is mended.
func TestTeamFormWhileTyping(t *testing.T) {
	t.Parallel()
	tab := newSite(t).team(browsertest.New(t))
	tab.Fill("[name=name]", "otters")
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
	if focused := tab.Focused(); focused != "input#name" {
		t.Errorf("the cursor is in %s", focused)
	}
	tab.Fill("[name=players]", "1")
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
	browsertest.Eval[bool](tab, "(letGo(), true)")
	tab.WaitText("#name-error", "This is no name.")
	if marked := browsertest.Eval[[]string](tab, "marked.filter(Boolean)"); strings.Contains(strings.Join(marked, " "), "already") {
		t.Errorf("it has said %q", marked)
	}
	cancelled := 0
	for _, frame := range tab.Sockets()[0].Frames {
		cancelled += strings.Count(frame.Text, "$/cancelRequest")
	}
	if cancelled != 1 {
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
		tab.WaitText("#day-error", "On which day do you come?")
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
		tab.WaitURL("/team-form?taken=yes")
		tab.WaitText(".message.success", "Your team is entered.")
		if tab.Has(".field .error") {
			t.Error("something is wrong with it nonetheless")
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
	tab.Text("#name-error")
	fits(t, tab, "the team form while it is typed")
	barrierFree(t, tab, "the team form while it is typed")
	tab.Submit("#team")
	tab.Text("#email-error")
	tab.Ready()
	fits(t, tab, "the team form with errors")
	barrierFree(t, tab, "the team form with errors")
}
