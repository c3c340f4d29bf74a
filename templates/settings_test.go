package templates

import (
	"strings"
	"testing"
	"time"

	"github.com/ocsigo/start/accounts"
	"github.com/ocsigo/start/framework/page"
)

var adasSettings = SettingsPage{
	User: ada, Sessions: adas, Languages: []Choice{{"", "Any"}, {"fr", "Français"}},
	Addresses: []accounts.Address{
		{Address: ada.Email, Main: true, Verified: time.Date(2026, 1, 1, 9, 30, 0, 0, time.UTC)},
		{Address: "other@example.com", Verified: time.Date(2026, 1, 2, 9, 30, 0, 0, time.UTC)},
	},
}

// sentSettings are the settings with one form that was sent, and what is wrong with a field of it.
func sentSettings(do, field, entered, wrong string) SettingsPage {
	s := adasSettings
	s.Sent = new(page.Form)
	s.Sent.Set("do", do)
	s.Sent.Set(field, entered)
	s.Sent.Wrong(field, wrong)
	return s
}

// Each section can be linked to, and each form that is filled in is kept.
func TestSettingsHaveSections(t *testing.T) {
	html := render(t, Settings(adasSettings))
	for _, id := range []string{"name", "language", "addresses", "password", "sessions", "download", "deletion"} {
		if strings.Count(html, ` id="`+id+`"`) != 1 {
			t.Errorf("not one section is #%s", id)
		}
	}
	formsHaveAnID(t, "Settings", html)
	if strings.Contains(html, "aria-invalid") || strings.Contains(html, "autofocus") || strings.Contains(html, "alert") {
		t.Errorf("something is wrong with fresh settings: %s", html)
	}
}

// What is kept stands in the fields; in a form that was sent, what was entered, and what is wrong with it. The other forms
// are as ever.
func TestSettingsKeepWhatWasEntered(t *testing.T) {
	s := sentSettings("name", "name", "<entered>", "It is wrong.")
	s.User.Name, s.User.Language = "Ada", "fr"
	html := render(t, Settings(s))
	contains(t, "Settings", html, []string{`value="&lt;entered&gt;"`, `id="new-name-error">It is wrong.<`, `<option value="fr" selected>`})
	if strings.Count(html, `aria-invalid="true"`) != 1 || strings.Count(html, " autofocus") != 1 {
		t.Errorf("not the name alone is marked: %s", html)
	}
	s.Sent = nil
	contains(t, "Settings", render(t, Settings(s)), []string{`value="Ada"`})

	html = render(t, Settings(sentSettings("add-address", "email", "entered", "It is wrong.")))
	contains(t, "add", html, []string{`id="email-error">It is wrong.<`, `value="entered"`})
	html = render(t, Settings(sentSettings("remove-address", "", "", "It cannot be.")))
	_, section, _ := strings.Cut(html, `id="addresses"`)
	if before, _, _ := strings.Cut(section, `id="address-list"`); !strings.Contains(before, "It cannot be.") || strings.Count(html, "It cannot be.") != 1 {
		t.Errorf("a button of the list: %s", section)
	}
}

// The main address has no buttons; the others say which they are about.
func TestAddressesInTheSettings(t *testing.T) {
	html := render(t, Settings(adasSettings))
	_, list, _ := strings.Cut(html, `id="address-list"`)
	first, rest, _ := strings.Cut(list, "</li>")
	contains(t, "the main one", first, []string{"Main address", "1 January 2026", "&lt;ada&gt;"})
	contains(t, "the other", rest, []string{`name="email" value="other@example.com"`, `value="make-main"`, `value="remove-address"`})
	if strings.Contains(first, "<button") || strings.Contains(rest, "Main address") {
		t.Errorf("the list: %s", list)
	}
}

// The present password is asked for unless its user has just typed it, or has none.
func TestPresentPasswordInTheSettings(t *testing.T) {
	for name, test := range map[string]struct{ has, recent, asked bool }{
		"long ago": {true, false, true}, "just now": {true, true, false}, "none": {false, false, false},
	} {
		s := adasSettings
		s.User.HasPassword, s.Recent = test.has, test.recent
		html := render(t, Settings(s))
		if asked := strings.Contains(html, `name="old"`); asked != test.asked {
			t.Errorf("%s: asked %v", name, asked)
		}
		contains(t, name, html, []string{`autocomplete="new-password"`, `autocomplete="username"`})
	}
}
