package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ocsigo/start/accounts"
	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/web"
)

// does is what a button posts about a user, with a further field.
func does(do string, field ...string) url.Values {
	form := url.Values{"do": {do}}
	for i := 0; i+1 < len(field); i += 2 {
		form.Set(field[i], field[i+1])
	}
	return form
}

// groupsOf are those that a user is in.
func (s *site) groupsOf(id session.UserID) string {
	s.t.Helper()
	user, err := s.accounts.User(s.t.Context(), id)
	if err != nil {
		s.t.Fatal(err)
	}
	return fmt.Sprint(user.Groups)
}

// refused fails unless a page says so, with status 422.
func refused(t *testing.T, what string, p processtest.Page, words string) {
	t.Helper()
	if p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Body, words) {
		t.Errorf("%s: %d %s", what, p.Status, p.Body)
	}
}

// TestDisable ends what is open, and tells nobody but who knows the password. Enabled again, the user comes in.
func TestDisable(t *testing.T) {
	s := newSite(t)
	s.administrator("ada@example.com")
	bob := s.user("bob@example.com")
	ada, bobs := s.visitorAs("ada@example.com"), s.visitorAs("bob@example.com")
	tab, kept := bobs.Open("/"), s.cookiesOf(bobs)
	if p := ada.Submit(userPath(bob), does("disable")); p.Status != http.StatusSeeOther {
		t.Fatalf("%d %s", p.Status, p.Body)
	}
	if closed := tab.WaitClose(); closed.Code != int(process.Restart) {
		t.Errorf("his open tab: %v", closed)
	}
	s.give(bobs, kept...)
	if all, err := s.sessions.SessionsOf(t.Context(), bob); who(bobs) != "" || len(all) != 0 || err != nil {
		t.Errorf("his browser is %q, and he has %v, %v", who(bobs), all, err)
	}
	p := ada.Get(userPath(bob))
	for _, want := range []string{"The account is disabled, and its sessions have ended.", "Nobody can log in to this account", `value="enable"`} {
		if !strings.Contains(p.Body, want) {
			t.Errorf("the page does not say %q: %s", want, p.Body)
		}
	}
	logIn := func(password string) processtest.Page {
		return bobs.Submit("/login", url.Values{"email": {"bob@example.com"}, "password": {password}})
	}
	refused(t, "a wrong password", logIn("not his password at all"), "This e-mail and this password do not belong together.")
	refused(t, "the right one", logIn(password), "This account was disabled.")

	if p := ada.Submit(userPath(bob), does("disable")); p.Status != http.StatusSeeOther {
		t.Errorf("again: %d", p.Status)
	}
	if p := ada.Submit(userPath(bob), does("enable")); p.Status != http.StatusSeeOther {
		t.Errorf("enabled: %d", p.Status)
	}
	if p := logIn(password); p.Status != http.StatusSeeOther || who(bobs) != "bob@example.com" {
		t.Errorf("he logs in: %d", p.Status)
	}
}

// TestGroupsAreFeltInOpenTabs, whether somebody is put into one or taken out of it: by the next call of an open tab. S009
func TestGroupsAreFeltInOpenTabs(t *testing.T) {
	s := newSite(t)
	s.administrator("ada@example.com")
	bob := s.user("bob@example.com")
	ada, bobs := s.visitorAs("ada@example.com"), s.visitorAs("bob@example.com")
	tab := bobs.Open("/")
	for _, test := range []struct {
		do, kind string
		status   int
		groups   string
	}{
		{"", "permission_denied", http.StatusForbidden, "[]"},
		{"add-group", "<nil>", http.StatusOK, "[admin]"},
		{"add-group", "<nil>", http.StatusOK, "[admin]"},
		{"remove-group", "permission_denied", http.StatusForbidden, "[]"},
		{"remove-group", "permission_denied", http.StatusForbidden, "[]"},
	} {
		if test.do != "" {
			if p := ada.Submit(userPath(bob), does(test.do, "group", "admin")); p.Status != http.StatusSeeOther {
				t.Errorf("%s: %d %s", test.do, p.Status, p.Body)
			}
		}
		if kind := kindOf(tab.Call("admin.tabs", web.OfUser{User: bob}, nil)); kind != test.kind {
			t.Errorf("after %q the open tab's call is %s, want %s", test.do, kind, test.kind)
		}
		if p := bobs.Get("/admin"); p.Status != test.status || s.groupsOf(bob) != test.groups {
			t.Errorf("after %q the page is %d, and he is in %s", test.do, p.Status, s.groupsOf(bob))
		}
	}
	for _, group := range []string{"", "Editors", "two words", "1st", "<b>", "\x00", strings.Repeat("a", 41)} {
		refused(t, group, ada.Submit(userPath(bob), does("add-group", "group", group)), `id="group-error">A group&#39;s name has small letters`)
	}
	if p := ada.Submit(userPath(bob), does("remove-group", "group", "\xff\x00")); p.Status != http.StatusSeeOther {
		t.Errorf("a group that he is not in: %d", p.Status)
	}
}

// TestNewAdministratorsProve who they are before the first thing that they change, when they have logged in long ago; and
// so does everybody each time. S009
func TestNewAdministratorsProve(t *testing.T) {
	s := newSite(t)
	ada, bob := s.administrator("ada@example.com"), s.user("bob@example.com")
	adas, bobs := s.visitorAs("ada@example.com"), s.visitorAs("bob@example.com")
	s.later(tooLong)
	if err := s.accounts.AddGroup(t.Context(), accounts.By{}, bob, web.Administrators); err != nil {
		t.Fatal(err)
	}
	if err := s.sessions.Changed(t.Context(), bob); err != nil {
		t.Fatal(err)
	}
	if p := bobs.Get(userPath(ada)); p.Status != http.StatusOK {
		t.Errorf("he looks: %d", p.Status)
	}
	for _, do := range []string{"add-group", "remove-group", "end-session", "end-all", "disable", "enable"} {
		p := bobs.Submit(userPath(ada), does(do, "group", "admin", "session", s.sessionOf(ada)))
		if p.Status != http.StatusForbidden || !strings.Contains(p.Body, page.ProofField) {
			t.Errorf("%s: %d", do, p.Status)
		}
	}
	for _, do := range []string{"invite", "stop-waiting"} {
		if p := bobs.Submit("/admin", does(do, "email", "eve@example.com")); p.Status != http.StatusForbidden || !strings.Contains(p.Body, page.ProofField) {
			t.Errorf("%s: %d", do, p.Status)
		}
	}
	if who(adas) != "ada@example.com" || s.groupsOf(ada) != "[admin]" {
		t.Errorf("Ada is in %s, and her browser is %q", s.groupsOf(ada), who(adas))
	}
	asked := bobs.Submit(userPath(ada), does("disable"))
	p := bobs.Post(userPath(ada), with(carried(asked), page.ProofField, password))
	if p.Status != http.StatusSeeOther || who(adas) != "" {
		t.Errorf("with his password: %d, and Ada's browser is %q", p.Status, who(adas))
	}
}

// TestAdministratorsCannotLockThemselvesOut, but others can.
func TestAdministratorsCannotLockThemselvesOut(t *testing.T) {
	s := newSite(t)
	ada, bob := s.administrator("ada@example.com"), s.administrator("bob@example.com")
	adas, bobs := s.visitorAs("ada@example.com"), s.visitorAs("bob@example.com")
	refused(t, "disable", adas.Submit(userPath(ada), does("disable")), "You cannot disable your own account. Another administrator can.")
	refused(t, "remove", adas.Submit(userPath(ada), does("remove-group", "group", "admin")),
		"You cannot take yourself out of the group admin. Another administrator can.")
	p := adas.Get(userPath(ada))
	if strings.Contains(p.Body, `value="disable"`) || strings.Contains(p.Body, `value="remove-group"`) || s.groupsOf(ada) != "[admin]" {
		t.Errorf("she is offered it: %s", p.Body)
	}
	if p := adas.Submit(userPath(ada), does("add-group", "group", "editors")); p.Status != http.StatusSeeOther {
		t.Errorf("another group: %d", p.Status)
	}
	if p := bobs.Submit(userPath(ada), does("remove-group", "group", "admin")); p.Status != http.StatusSeeOther || s.groupsOf(ada) != "[editors]" {
		t.Errorf("by another: %d, and she is in %s", p.Status, s.groupsOf(ada))
	}
	if p := adas.Submit(userPath(bob), does("disable")); p.Status != http.StatusForbidden {
		t.Errorf("she is no administrator any more: %d", p.Status)
	}
}

// TestAdministratorsEndSessions: one, or all of a user, and no others.
func TestAdministratorsEndSessions(t *testing.T) {
	s := newSite(t)
	ada, bob := s.administrator("ada@example.com"), s.user("bob@example.com")
	adas := s.visitorAs("ada@example.com")
	bobs := []*processtest.Browser{s.visitorAs("bob@example.com"), s.visitorAs("bob@example.com"), s.visitorAs("bob@example.com")}
	all, err := s.sessions.SessionsOf(t.Context(), bob)
	if err != nil || len(all) != 3 {
		t.Fatalf("%v, %v", all, err)
	}
	slices.SortFunc(all, func(a, b session.Info) int { return int(a.ID - b.ID) })
	second := strconv.FormatInt(int64(all[1].ID), 10)
	if p := adas.Submit(userPath(bob), does("end-session", "session", second)); p.Status != http.StatusSeeOther {
		t.Errorf("%d %s", p.Status, p.Body)
	}
	if who(bobs[0]) == "" || who(bobs[1]) != "" || who(bobs[2]) == "" {
		t.Errorf("now they are %q, %q and %q", who(bobs[0]), who(bobs[1]), who(bobs[2]))
	}
	for _, id := range []string{second, s.sessionOf(ada), "", "x", "-1", "99999999999999999999"} {
		refused(t, "session "+id, adas.Submit(userPath(bob), does("end-session", "session", id)), "The user has no such session")
	}
	if p := adas.Submit(userPath(bob), does("end-all")); p.Status != http.StatusSeeOther || who(bobs[0]) != "" || who(bobs[2]) != "" {
		t.Errorf("all: %d, and they are %q and %q", p.Status, who(bobs[0]), who(bobs[2]))
	}
	for _, form := range []url.Values{does("end-session", "session", s.sessionOf(ada)), does("end-all")} {
		p := adas.Submit(userPath(ada), form)
		if p.Status != http.StatusSeeOther || p.Header.Get("Location") != "/" || who(adas) != "" {
			t.Errorf("%v of her own: %d %v", form, p.Status, p.Header)
		}
		adas = s.visitorAs("ada@example.com")
	}
}

// TestNoSuchUser: neither one who is gone, nor what is no number.
func TestNoSuchUser(t *testing.T) {
	s := newSite(t)
	s.administrator("ada@example.com")
	b := s.visitorAs("ada@example.com")
	tag := b.Get("/admin").IdentityTag()
	for _, id := range []string{"999999", "0", "-1", "x", "1.0", "99999999999999999999", "%00"} {
		if p := b.Get("/admin/users/" + id); p.Status != http.StatusNotFound {
			t.Errorf("%s: %d", id, p.Status)
		}
		for _, do := range []string{"add-group", "remove-group", "end-session", "end-all", "disable", "enable"} {
			if p := b.Post("/admin/users/"+id, with(does(do, "group", "editors"), "_identity", tag)); p.Status != http.StatusNotFound {
				t.Errorf("%s %s: %d", do, id, p.Status)
			}
		}
	}
	if p := b.Submit("/admin/users/1", does("promote")); p.Status != http.StatusBadRequest {
		t.Errorf("what there is no button for: %d", p.Status)
	}
}
