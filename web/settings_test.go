package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/session"
)

// newer is a password as good as that of all users.
const newer = "seven teapots argue loudly"

// change is a form of the settings: its button, and pairs of a field and what is entered.
func change(do string, fields ...string) url.Values {
	form := url.Values{"do": {do}}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return form
}

// wantDone fails unless a form led back to its section, where it is said what was done.
func wantDone(t *testing.T, b *processtest.Browser, p processtest.Page, section, words string) {
	t.Helper()
	if p.Status != http.StatusSeeOther || p.Header.Get("Location") != "/settings#"+section {
		t.Fatalf("%d %s %s", p.Status, p.Header.Get("Location"), p.Body)
	}
	if body := b.Get("/settings").Body; !strings.Contains(body, `role="status"><p>`+words) || !strings.Contains(body, ` id="`+section+`"`) {
		t.Errorf("nobody says %q: %s", words, body)
	}
}

// wantWrong fails unless a form came back with these words and what was entered.
func wantWrong(t *testing.T, p processtest.Page, status int, all ...string) {
	t.Helper()
	if p.Status != status {
		t.Errorf("%d %s", p.Status, p.Body)
	}
	for _, words := range all {
		if !strings.Contains(p.Body, words) {
			t.Errorf("the page lacks %q: %s", words, p.Body)
		}
	}
}

// TestNameAndLanguage can be changed however long ago the log-in was.
func TestNameAndLanguage(t *testing.T) {
	s := newSite(t)
	ada := s.user("ada@example.com")
	b := s.visitorAs("ada@example.com")
	s.later(tooLong)
	wantDone(t, b, b.Submit("/settings", change("name", "name", " Ada <b>Lovelace</b> ")), "name", "Your name is changed.")
	wantWrong(t, b.Get("/settings"), http.StatusOK, `value="Ada &lt;b&gt;Lovelace&lt;/b&gt;"`)
	long := strings.Repeat("ä", 101)
	wantWrong(t, b.Submit("/settings", change("name", "name", long)), http.StatusUnprocessableEntity,
		`id="new-name-error"`, "more than 100 characters", `value="`+long+`"`)
	wantWrong(t, b.Submit("/settings", change("name", "name", "A\u202eda")), http.StatusUnprocessableEntity, "cannot be shown")

	wantDone(t, b, b.Submit("/settings", change("language", "language", "fr")), "language", "Your language is changed.")
	wantWrong(t, b.Get("/settings"), http.StatusOK, `<option value="fr" selected>`)
	for _, unknown := range []string{"xx", "fr-CA", "FR", "<b>"} {
		wantWrong(t, b.Submit("/settings", change("language", "language", unknown)), http.StatusUnprocessableEntity, "no language that we know")
	}
	if user, err := s.accounts.User(t.Context(), ada); err != nil || user.Name != "Ada <b>Lovelace</b>" || user.Language != "fr" {
		t.Errorf("%+v, %v", user, err)
	}
	wantDone(t, b, b.Submit("/settings", change("language", "language", "")), "language", "Your language is changed.")
	wantDone(t, b, b.Submit("/settings", change("name", "name", "")), "name", "Your name is changed.")
	if p := b.Submit("/settings", change("nothing")); p.Status != http.StatusBadRequest {
		t.Errorf("an unknown button: %d", p.Status)
	}
}

// closings notes why sessions close.
func (s *site) closings() func() []session.Reason {
	var mu sync.Mutex
	var why []session.Reason
	s.sessions.OnPostCloseSession(func(_ context.Context, c session.Closing) error {
		mu.Lock()
		defer mu.Unlock()
		why = append(why, c.Reason)
		return nil
	})
	return func() []session.Reason {
		mu.Lock()
		defer mu.Unlock()
		return why
	}
}

// TestPasswordIsChanged with the present one: the other sessions end, this one goes on under another token, and the old
// password is good for nothing.
func TestPasswordIsChanged(t *testing.T) {
	s := newSite(t)
	s.user("ada@example.com")
	why := s.closings()
	b, other := s.visitorAs("ada@example.com"), s.visitorAs("ada@example.com")
	s.later(tooLong)
	before := sessionOf(s.cookiesOf(b))
	if !strings.Contains(b.Get("/settings").Body, `name="old"`) {
		t.Error("the present password is not asked for")
	}
	p := b.Submit("/settings", change("password", "old", password, "password", newer))
	if after := sessionOf(s.cookiesOf(b)); after == "" || after == before {
		t.Errorf("the token was %q, and is %q", before, after)
	}
	wantDone(t, b, p, "password", "Your password is changed, and you are logged out everywhere else.")
	if who(b) != "ada@example.com" || who(other) != "" {
		t.Errorf("this browser is %q's, the other %q's", who(b), who(other))
	}
	if got := why(); len(got) != 1 || got[0] != session.NewPassword {
		t.Errorf("closed: %v", got)
	}
	for typed, status := range map[string]int{password: http.StatusUnprocessableEntity, newer: http.StatusSeeOther} {
		if p := s.visitor().Submit("/login", url.Values{"email": {"ada@example.com"}, "password": {typed}}); p.Status != status {
			t.Errorf("log-in with %q: %d", typed, p.Status)
		}
	}
}

// TestPasswordIsChangedJustAfterLogIn: then the present one is not asked for again.
func TestPasswordIsChangedJustAfterLogIn(t *testing.T) {
	s := newSite(t)
	s.user("ada@example.com")
	b := s.visitorAs("ada@example.com")
	if strings.Contains(b.Get("/settings").Body, `name="old"`) {
		t.Error("the present password is asked for")
	}
	wantDone(t, b, b.Submit("/settings", change("password", "password", newer)), "password", "Your password is changed")
}

// TestPasswordIsRefused: nothing typed as a password comes back, and nothing has changed.
func TestPasswordIsRefused(t *testing.T) {
	s := newSite(t)
	s.user("ada@example.com")
	b := s.visitorAs("ada@example.com")
	other := s.visitorAs("ada@example.com")
	for typed, words := range map[string]string{
		"": "Type your new password.", "too short": "fewer than 12 characters", "OcsigoStart2026!": "your name or address",
	} {
		p := b.Submit("/settings", change("password", "password", typed))
		wantWrong(t, p, http.StatusUnprocessableEntity, words, `id="new-password-error"`)
		if typed != "" && strings.Contains(p.Body, typed) {
			t.Errorf("%q comes back: %s", typed, p.Body)
		}
	}
	s.later(tooLong)
	identity := b.Get("/settings").IdentityTag()
	try := func(old string) processtest.Page {
		return b.Post("/settings", with(change("password", "old", old, "password", newer), "_identity", identity))
	}
	for range 5 {
		p := try("not her password")
		wantWrong(t, p, http.StatusUnprocessableEntity, `id="old-error"`, "This is not your password.")
		if strings.Contains(p.Body, newer) || strings.Contains(p.Body, "not her password") {
			t.Errorf("a password comes back: %s", p.Body)
		}
	}
	p := try(password) // the sixth within five minutes, right as it is
	wantWrong(t, p, http.StatusTooManyRequests, "There were too many tries.")
	if p.Header.Get("Retry-After") == "" {
		t.Error("nobody says when to try again")
	}
	if who(b) != "ada@example.com" || who(other) != "ada@example.com" {
		t.Errorf("the browsers are %q's and %q's", who(b), who(other))
	}
}

// TestPasswordOnAnOldPage: a page that has not asked for the present password, for it was not long ago then, asks for it.
// What was typed as the new one is not kept in a page, and asked for again.
func TestPasswordOnAnOldPage(t *testing.T) {
	s := newSite(t)
	s.user("ada@example.com")
	b := s.visitorAs("ada@example.com")
	s.later(tooLong)
	p := b.Submit("/settings", change("password", "password", newer))
	if p.Status != http.StatusForbidden || strings.Contains(p.Body, newer) {
		t.Fatalf("%d %s", p.Status, p.Body)
	}
	p = b.Post("/settings", with(carried(p), page.ProofField, password))
	wantWrong(t, p, http.StatusUnprocessableEntity, "Type your new password.")
	if strings.Contains(p.Body, `name="old"`) {
		t.Error("the present password is asked for once more")
	}
}

// sensitive are the forms that want a recent proof.
var sensitive = map[string]url.Values{
	"add":    change("add-address", "email", "other@example.com"),
	"main":   change("make-main", "email", "second@example.com"),
	"remove": change("remove-address", "email", "second@example.com"),
	"leave":  change("leave", "leave", "yes"),
}

// TestSettingsWantAProof that it is the user himself who changes his addresses, or leaves: then what he has sent is done.
func TestSettingsWantAProof(t *testing.T) {
	for name, form := range sensitive {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			ada := s.user("ada@example.com")
			s.addAddress(ada, "second@example.com")
			b := s.visitorAs("ada@example.com")
			s.later(tooLong)
			p := b.Submit("/settings", form)
			if p.Status != http.StatusForbidden || !strings.Contains(p.Body, "Confirm that it is you") {
				t.Fatalf("%d %s", p.Status, p.Body)
			}
			p = b.Post("/settings", with(carried(p), page.ProofField, "not her password"))
			wantWrong(t, p, http.StatusUnprocessableEntity, "This is not your password.")
			if all, err := s.accounts.Addresses(t.Context(), ada); err != nil || len(all) != 2 || all[0].Address != "ada@example.com" {
				t.Errorf("changed without a proof: %v, %v", all, err)
			}
			p = b.Post("/settings", with(carried(p), page.ProofField, password))
			if p.Status != http.StatusSeeOther {
				t.Errorf("with the password: %d %s", p.Status, p.Body)
			}
		})
	}
}

// TestLeaving ends all sessions; the account goes in seven days, unless its user logs in.
func TestLeaving(t *testing.T) {
	s := newSite(t)
	ada := s.user("ada@example.com")
	b, other := s.visitorAs("ada@example.com"), s.visitorAs("ada@example.com")
	wantWrong(t, b.Submit("/settings", change("leave")), http.StatusUnprocessableEntity, `id="leave-error"`, "Tick this box")
	p := b.Submit("/settings", change("leave", "leave", "yes"))
	if p.Status != http.StatusSeeOther || p.Header.Get("Location") != "/" {
		t.Fatalf("%d %s", p.Status, p.Body)
	}
	if body := b.Get("/").Body; !strings.Contains(body, "Your account will be deleted in 7 days") {
		t.Errorf("nobody says so: %s", body)
	}
	if who(b) != "" || who(other) != "" {
		t.Errorf("the browsers are %q's and %q's", who(b), who(other))
	}
	user, err := s.accounts.User(t.Context(), ada)
	if err != nil || user.Leaves == nil || time.Until(*user.Leaves) < 6*24*time.Hour {
		t.Fatalf("%+v, %v", user, err)
	}
	s.visitorAs("ada@example.com")
	if user, err := s.accounts.User(t.Context(), ada); err != nil || user.Leaves != nil {
		t.Errorf("after a log-in: %+v, %v", user, err)
	}
}
