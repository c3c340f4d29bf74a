package web_test

import (
	"strings"
	"testing"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// TestSettingsWithoutJavaScript: pages ask who it is, and all can be done with plain forms.
func TestSettingsWithoutJavaScript(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.user("ada@example.com")
	b := browsertest.New(t)
	b.NoJavaScript()
	tab := b.Open(s.URL + "/login?next=%2Fsettings")
	tab.Fill("[name=email]", "ada@example.com")
	tab.Fill("[name=password]", password)
	tab.Submit("main form")
	tab.WaitText("main h1", "Settings")
	confirm := func() {
		tab.WaitText("main h1", "Confirm that it is you")
		tab.Fill("main [type=password]", password)
		tab.Submit("main form")
	}

	tab.Fill("#new-name", "Ada")
	tab.Submit("#change-name")
	tab.WaitText(stands, "Your name is changed.")
	tab.WaitURL("/settings#name")
	tab.Wait(`document.querySelector("#said").getBoundingClientRect().top >= 0`) // in sight
	s.later(tooLong)
	tab.Fill("#email", "other@example.com")
	tab.Submit("#add-address")
	confirm()
	tab.WaitText(stands, "We have sent a message to other@example.com. Follow its link to add the address.")
	tab.Click("a[href='/settings/download']")
	if name, content := tab.WaitDownload(); name != "my-data.json" || !strings.Contains(string(content), `"name": "Ada"`) {
		t.Errorf("%s: %s", name, content)
	}
	s.later(tooLong)
	tab.Click("a[href='/settings/download']")
	confirm()
	tab.WaitURL("/settings#download")
	s.later(tooLong)
	tab.Goto(s.URL + "/settings")
	tab.Fill("#old", password)
	tab.Fill("#new-password", newer)
	tab.Submit("#change-password")
	tab.WaitText(stands, "Your password is changed, and you are logged out everywhere else.")
	tab.Click("#leave")
	tab.Submit("#leave-form")
	tab.WaitText(stands, leaving)
	if connected(tab) {
		t.Error("still logged in")
	}
}

// TestSettingsWithoutBarriers: all sections, and with long addresses, keep nobody out, on a small screen either.
func TestSettingsWithoutBarriers(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.user("ada@example.com")
	s.addAddress(ada, strings.Repeat("a", 64)+"@"+strings.Repeat("b", 63)+".example.com")
	tab := s.settingsOf(browsertest.New(t), "ada@example.com")
	look := func(what string) {
		for _, scheme := range []string{"light", "dark"} {
			tab.ColorScheme(scheme)
			fits(t, tab, what+", "+scheme)
		}
		tab.Size(360, 740, browsertest.Phone)
		barrierFree(t, tab, what)
	}
	look("the settings")
	tab.Fill("#email", "ADA@example.com")
	tab.Submit("#add-address")
	tab.WaitText("#email-error", "This address is yours already.")
	look("an address that is there")
	s.later(tooLong)
	tab.Goto(s.URL + "/settings")
	tab.Ready()
	look("the settings, long after the log-in")
}
