package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/process/processtest"
)

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
	body := b.Get("/settings").Body
	if !strings.Contains(body, `role="status"><p>`+words) || !strings.Contains(body, ` id="`+section+`"`) {
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
		p := b.Submit("/settings", change("language", "language", unknown))
		wantWrong(t, p, http.StatusUnprocessableEntity, "no language that we know")
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
