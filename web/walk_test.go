package web_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ocsigo/start/framework/browser/browsertest"
	"github.com/ocsigo/start/mail"
)

// walker is somebody who goes through the site in a real browser, with its scripts or without.
type walker struct {
	*browsertest.Tab
	s       *site
	letters *letters
	scripts bool
}

func (s *site) walker(l *letters, scripts bool) walker {
	b := browsertest.New(s.t)
	if !scripts {
		b.NoJavaScript()
	}
	return walker{b.Open(s.URL + "/"), s, l, scripts}
}

// goes follows an address of the site.
func (w walker) goes(path string) {
	w.Goto(w.s.URL + path)
	if w.scripts {
		w.Ready()
	}
}

// hears waits for what the site says, wherever it says it.
func (w walker) hears(words string) {
	w.s.t.Helper()
	w.Wait(fmt.Sprintf(`document.body.innerText.includes(%q)`, words))
}

// confirms shows that it is he, in the dialog or on a page.
func (w walker) confirms(password string) {
	w.s.t.Helper()
	if w.scripts {
		confirms(w.Tab, password)
		return
	}
	w.WaitText("main h1", "Confirm that it is you")
	w.Fill("main [type=password]", password)
	w.Submit("main form")
}

// awaits waits for the letter with such a subject.
func (w walker) awaits(address, subject string) mail.Received {
	w.s.t.Helper()
	for {
		if m := w.letters.among(address); strings.Contains(m.Subject, subject) {
			return m
		}
	}
}

// reads opens it in the mailbox.
func (w walker) reads(address, subject string) {
	w.s.t.Helper()
	m := w.awaits(address, subject)
	w.goes("/dev/mail")
	w.Click(fmt.Sprintf("#mailbox a[href='/dev/mail/%d']", m.ID))
	w.WaitText("main h1", m.Subject)
}

// follows goes to the page of the letter's link.
func (w walker) follows(address, subject string) {
	w.s.t.Helper()
	w.reads(address, subject)
	w.Click("#mail-links a")
	w.WaitURL("/link")
}

// logsIn is for the form, wherever it leads.
func (w walker) logsIn(address, password string) {
	w.s.t.Helper()
	w.goes("/login")
	w.Fill("[name=email]", address)
	w.Fill("[name=password]", password)
	w.Submit("main form")
}

// isIn waits until he is logged in, and isOut until he is not: with scripts the tab that he looks at shows it by itself.
func (w walker) isIn(as string) {
	w.s.t.Helper()
	w.WaitText("header .who", as)
}

func (w walker) isOut() {
	w.s.t.Helper()
	if !w.scripts {
		w.goes("/")
	}
	w.WaitText("header a[href='/login']", "Log in")
	if connected(w.Tab) {
		w.s.t.Error("he is still logged in")
	}
}

// TestWalk is the life of an account, from the first page to its end and a new beginning, with scripts and without.
func TestWalk(t *testing.T) {
	for name, scripts := range map[string]bool{"JavaScript": true, "none": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			l := s.letters()
			ada, elsewhere := s.walker(l, scripts), s.walker(l, scripts)
			signsUp(ada)
			comesBack(ada, elsewhere)
			forgets(ada, elsewhere)
			changes(ada)
			endsOthers(ada, elsewhere)
			leaves(ada)
		})
	}
}

// signsUp: the page that was asked for leads to an account, and a password that is too short costs nothing else.
func signsUp(ada walker) {
	ada.s.t.Helper()
	ada.goes("/settings")
	ada.WaitURL("/login?next=%2Fsettings")
	ada.hears("Log in to see the page that you asked for.")
	ada.Click("main .aside a[href^='/signup']")
	ada.WaitURL("/signup?next=%2Fsettings")
	ada.Fill("[name=email]", "ada@example.com")
	ada.Submit("main form")
	ada.WaitURL("/sent")
	ada.follows("ada@example.com", "Your account at")
	ada.Fill("[name=name]", "Ada")
	ada.Fill("[name=password]", "too short")
	ada.Submit("main form")
	ada.WaitText("#password-error", "This password has fewer than 12 characters.")
	ada.Wait(`document.querySelector("[name=name]").value === "Ada" && document.querySelector("[name=password]").value === ""`)
	ada.Fill("[name=password]", password)
	ada.Submit("main form")
	ada.WaitURL("/")
	ada.isIn("ada@example.com")
}

// comesBack: out, in again with the password, out, in again with a mailed link; and in another browser, of which he is told.
func comesBack(ada, elsewhere walker) {
	ada.s.t.Helper()
	ada.Submit("header form[action='/logout']")
	ada.hears("You are logged out.")
	ada.isOut()
	ada.logsIn("ada@example.com", "not her password")
	ada.WaitText("#password-error", "This e-mail and this password do not belong together.")
	ada.Fill("[name=password]", password)
	ada.Submit("main form")
	ada.isIn("ada@example.com")
	ada.Submit("header form[action='/logout']")
	ada.hears("You are logged out.")
	ada.goes("/login")
	ada.Fill("[name=email]", "ada@example.com")
	ada.Click("main button[value=link]")
	ada.WaitURL("/sent")
	ada.follows("ada@example.com", "Log in at")
	ada.Submit("main form")
	ada.isIn("ada@example.com")

	elsewhere.logsIn("ada@example.com", password)
	elsewhere.isIn("ada@example.com")
	ada.reads("ada@example.com", "another browser")
}

// forgets: a new password by letter ends all sessions, and he is told.
func forgets(ada, elsewhere walker) {
	ada.s.t.Helper()
	ada.goes("/")
	ada.Submit("header form[action='/logout']")
	ada.hears("You are logged out.")
	ada.goes("/login")
	ada.Click("main a[href='/forgot']")
	ada.WaitURL("/forgot")
	ada.Fill("[name=email]", "ada@example.com")
	ada.Submit("main form")
	ada.WaitURL("/sent")
	ada.follows("ada@example.com", "A new password")
	ada.Fill("[name=password]", anotherPassword)
	ada.Submit("main form")
	ada.WaitURL("/login")
	ada.hears("Your password is changed")
	elsewhere.isOut()
	ada.reads("ada@example.com", "Your password")
	ada.logsIn("ada@example.com", password)
	ada.WaitText("#password-error", "This e-mail and this password do not belong together.")
	ada.logsIn("ada@example.com", anotherPassword)
	ada.isIn("ada@example.com")
}

// changes: the name, and the address, for which he has to show first that it is he.
func changes(ada walker) {
	ada.s.t.Helper()
	ada.goes("/settings")
	ada.Fill("#new-name", "Ada Lovelace")
	ada.Submit("#change-name")
	ada.hears("Your name is changed.")
	ada.s.later(tooLong)
	ada.Fill("#email", "ada@example.org")
	ada.Submit("#add-address")
	ada.confirms(anotherPassword)
	ada.hears("We have sent a message to ada@example.org.")
	ada.follows("ada@example.org", "Your address at")
	ada.Submit("main form")
	ada.WaitURL("/settings")
	ada.reads("ada@example.com", "An address was added")
	ada.goes("/settings")
	ada.Click("#address-list [value=make-main]")
	ada.hears("Your main address is ada@example.org now.")
	ada.isIn("ada@example.org")
	ada.Click("#address-list [value=remove-address]")
	ada.hears("ada@example.com is none of your addresses any more.")
	ada.Click("a[href='/settings/download']")
	if _, kept := ada.WaitDownload(); !strings.Contains(string(kept), "Ada Lovelace") || !strings.Contains(string(kept), "ada@example.org") {
		ada.s.t.Errorf("of her is kept %s", kept)
	}
	ada.Fill("#new-password", password)
	ada.Submit("#change-password")
	ada.hears("Your password is changed, and you are logged out everywhere else.")
}

// endsOthers: the other browser is logged out from this one.
func endsOthers(ada, elsewhere walker) {
	ada.s.t.Helper()
	elsewhere.logsIn("ada@example.org", password)
	elsewhere.isIn("ada@example.org")
	ada.goes("/settings")
	ada.Click("[value=log-out-others]")
	ada.hears("You are logged out everywhere else.")
	elsewhere.isOut()
	ada.isIn("ada@example.org")
}

// leaves: the account stays if he comes back within seven days, and is gone after them. Then nothing is left of it.
func leaves(ada walker) {
	ada.s.t.Helper()
	away := func() {
		ada.goes("/settings")
		ada.Click("#leave")
		ada.Submit("#leave-form")
	}
	away()
	ada.hears(leaving)
	ada.reads("ada@example.org", "will be deleted")
	ada.logsIn("ada@example.org", password)
	ada.isIn("ada@example.org")
	ada.reads("ada@example.org", "is not deleted")
	ada.s.later(tooLong)
	away()
	ada.confirms(password)
	ada.hears(leaving)
	ada.isOut()

	const long = `UPDATE users SET leaves = leaves - interval '7 days' WHERE leaves IS NOT NULL`
	if done, err := ada.s.db.Exec(ada.s.t.Context(), long); err != nil || done.RowsAffected() != 1 {
		ada.s.t.Fatalf("%v, %v", done, err)
	}
	stop := running(ada.s.accounts)
	defer stop()
	ada.awaits("ada@example.org", "was deleted")
	ada.logsIn("ada@example.org", password)
	ada.WaitText("#password-error", "This e-mail and this password do not belong together.")
	ada.goes("/signup")
	ada.Fill("[name=email]", "ada@example.org")
	ada.Submit("main form")
	ada.WaitURL("/sent")
	ada.follows("ada@example.org", "Your account at")
	ada.Fill("[name=password]", password)
	ada.Submit("main form")
	ada.isIn("ada@example.org")
	ada.goes("/settings")
	ada.Wait(`document.querySelector("#new-name").value === ""`)
}
