package web_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/ocsigo/start/framework/browser/browsertest"
	"github.com/ocsigo/start/web"
)

// leaving is said to who has deleted his account.
const leaving = "Your account will be deleted in 7 days, and you are logged out everywhere. Log in before to keep it."

// settingsOf opens the settings in a browser whose user has just logged in.
func (s *site) settingsOf(b *browsertest.Browser, email string) *browsertest.Tab {
	s.t.Helper()
	tab := s.open(b, "/")
	s.logIn(tab, email)
	tab.Click("header a[href='/settings']")
	tab.WaitText("main h1", "Settings")
	return tab
}

// choose chooses in a list, as a person does.
func choose(tab *browsertest.Tab, selector, value string) {
	browsertest.Eval[bool](tab, fmt.Sprintf(`((list) => {
		list.value = %q
		return list.dispatchEvent(new Event("change", { bubbles: true }))
	})(document.querySelector(%q))`, value, selector))
}

// TestSettingsInPlace: each form says what it has done, in its section, and the tab stays the same.
func TestSettingsInPlace(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.user("ada@example.com")
	tab := s.settingsOf(browsertest.New(t), "ada@example.com")
	document := tab.Document()
	tab.Fill("#new-name", strings.Repeat("x", 101))
	tab.Submit("#change-name")
	tab.WaitText("#new-name-error", "This name has more than 100 characters.")
	tab.Wait(`document.activeElement.id === "new-name" && document.activeElement.value.length === 101`)
	tab.Fill("#new-name", "Ada")
	tab.Submit("#change-name")
	tab.WaitText(announced, "Your name is changed.")
	tab.WaitURL("/settings#name")
	choose(tab, "#new-language", "fr")
	tab.Submit("#change-language")
	tab.WaitText(announced, "Your language is changed.")
	tab.WaitURL("/settings#language")
	tab.Wait(`document.querySelector("#new-language").value === "fr" && document.querySelector("#new-name").value === "Ada"`)
	tab.Wait(`((section, message) => section.top >= message.bottom && section.bottom <= innerHeight)(
		document.querySelector("#language").getBoundingClientRect(), document.querySelector("#messages").getBoundingClientRect())`)
	if tab.Document() != document {
		t.Error("it is another document now")
	}
}

// TestNewPasswordInPlace: the tabs of the other browser are logged out, those of this one go on.
func TestNewPasswordInPlace(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.user("ada@example.com")
	here, other := s.tabsOf("ada@example.com", "/settings"), s.tabsOf("ada@example.com", "/settings")
	stay, before := documentsOf(here), documentsOf(other)
	tab := here[1]
	if tab.Has("#change-password [name=old]") {
		t.Error("the present password is asked for just after the log-in")
	}
	tab.Fill("#new-password", "gravel hums")
	tab.WaitText("#new-password ~ .strength", "11 of at least 12 characters.")
	tab.Submit("#change-password")
	tab.WaitText("#new-password-error", "This password has fewer than 12 characters.")
	tab.Fill("#new-password", newer)
	tab.Submit("#change-password")
	tab.WaitText(announced, "Your password is changed, and you are logged out everywhere else.")
	for i, gone := range other {
		gone.WaitNewDocument(before[i])
		if connected(gone) {
			t.Errorf("tab %d of the other browser is still logged in", i)
		}
	}
	for i, now := range documentsOf(here) {
		if now != stay[i] || !connected(here[i]) {
			t.Errorf("tab %d of this browser was touched", i)
		}
	}
	here[0].Click("header a[href='/settings']") // under the new token
	here[0].WaitText("main h1", "Settings")
	if documentsOf(here)[0] != stay[0] {
		t.Error("the other tab of this browser was loaded anew")
	}
}

// TestOldPasswordInPlace: long after the log-in the present one is asked for; by the dialog, on a page that was made before,
// and what was typed is not lost.
func TestOldPasswordInPlace(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.user("ada@example.com")
	tab := s.settingsOf(browsertest.New(t), "ada@example.com")
	s.later(tooLong)
	tab.Fill("#new-password", newer)
	tab.Submit("#change-password")
	confirms(tab, password)
	tab.WaitText(announced, "Your password is changed, and you are logged out everywhere else.")

	s.later(tooLong)
	tab.Goto(s.URL + "/settings")
	tab.Ready()
	tab.Fill("#old", "not her password")
	tab.Fill("#new-password", "under four quiet umbrellas")
	tab.Submit("#change-password")
	tab.WaitText("#old-error", "This is not your password.")
	tab.Wait(`document.activeElement.id === "old" &&
		[...document.querySelectorAll("#change-password [type=password]")].every((password) => password.value === "")`)
	barrierFree(t, tab, "a wrong password in the settings")
	tab.Fill("#old", newer)
	tab.Fill("#new-password", "under four quiet umbrellas")
	tab.Submit("#change-password")
	tab.WaitText(announced, "Your password is changed, and you are logged out everywhere else.")
}

// TestAddressInPlace: the dialog asks who it is, and the form goes on with what was typed; a second time it is not asked.
func TestAddressInPlace(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	letter := s.letters().among
	ada := s.user("ada@example.com")
	s.addAddress(ada, "second@example.com")
	tab := s.settingsOf(browsertest.New(t), "ada@example.com")
	document := tab.Document()
	s.later(tooLong)
	tab.Fill("#email", "other@example.com")
	tab.Submit("#add-address")
	tab.Wait(isOpen)
	tab.Click("#reauthenticate [data-cancel]")
	tab.Wait(isClosed + ` && document.querySelector("#email").value === "other@example.com"`)
	tab.Submit("#add-address")
	confirms(tab, password)
	tab.WaitText(announced, "We have sent a message to other@example.com. Follow its link to add the address.")
	letter("other@example.com")
	tab.Click("#address-list [value=make-main]")
	tab.WaitText(announced, "Your main address is second@example.com now.")
	tab.WaitText("header .who", "second@example.com")
	tab.WaitURL("/settings#addresses")
	tab.Click("#address-list [value=remove-address]")
	tab.WaitText(announced, "ada@example.com is none of your addresses any more.")
	tab.Wait(`document.querySelectorAll("#address-list li").length === 1`)
	if tab.Document() != document {
		t.Error("it is another document now")
	}
}

// TestDownloadInPlace: the file is saved, and the page stays. Whoever has to prove first who he is is led back to the link.
func TestDownloadInPlace(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.user("ada@example.com")
	tab := s.settingsOf(browsertest.New(t), "ada@example.com")
	document := tab.Document()
	saved := func() {
		tab.Click("a[href='/settings/download']")
		name, content := tab.WaitDownload()
		var kept web.Kept
		if err := json.Unmarshal(content, &kept); err != nil || name != "my-data.json" || kept.Account.ID != ada {
			t.Errorf("%s: %s, %v", name, content, err)
		}
		if tab.Document() != document || !connected(tab) {
			t.Error("it is another document now")
		}
	}
	saved()
	s.later(tooLong)
	tab.Click("a[href='/settings/download']")
	tab.WaitURL("/reauthenticate?next=%2Fsettings%23download")
	tab.Fill("main [name=password]", password)
	tab.Submit("main form")
	tab.WaitURL("/settings#download")
	saved()
	tab.WaitURL("/settings#download")
}

// TestLeavingInPlace: the box has to be ticked, and the user shows who he is. Then nobody is connected in any tab, and the
// one that has asked says what was done.
func TestLeavingInPlace(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	letter := s.letters().among
	s.user("ada@example.com")
	b := browsertest.New(t)
	tab := s.settingsOf(b, "ada@example.com")
	other := s.open(b, "/")
	before := other.Document()
	tab.Submit("#leave-form")
	tab.WaitText("#leave-error", "Tick this box if that is what you want.")
	barrierFree(t, tab, "a box that was not ticked")
	s.later(tooLong)
	tab.Click("#leave")
	tab.Submit("#leave-form")
	confirms(tab, password)
	tab.WaitText("#said p, "+announced, leaving)
	other.WaitNewDocument(before)
	other.Ready()
	if connected(tab) || connected(other) {
		t.Error("somebody is still logged in")
	}
	if subject := letter("ada@example.com").Subject; !strings.Contains(subject, "will be deleted") {
		t.Errorf("the letter is %q", subject)
	}
}
