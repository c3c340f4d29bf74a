package web_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"github.com/ocsigo/start/accounts"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/mail"
	"github.com/ocsigo/start/web"
)

// administrator makes an account that may use the administrators' pages.
func (s *site) administrator(email string) session.UserID {
	s.t.Helper()
	id := s.user(email)
	if err := s.accounts.AddGroup(s.t.Context(), accounts.By{}, id, web.Administrators); err != nil {
		s.t.Fatal(err)
	}
	return id
}

// named makes accounts of these names without a password; the address of each begins with "user".
func (s *site) named(names ...string) {
	s.t.Helper()
	_, err := s.db.Exec(s.t.Context(), `WITH made AS (INSERT INTO users (name, created) SELECT unnest($1::text[]), now() RETURNING id)
		INSERT INTO addresses SELECT 'user' || id || '@example.com', id, true, now() FROM made`, names)
	if err != nil {
		s.t.Fatal(err)
	}
}

// userPath is the page of a user, for administrators.
func userPath(id session.UserID) string { return fmt.Sprintf("/admin/users/%d", id) }

// kindOf is what kind of failure a call has met; "" for none.
func kindOf(err error) string {
	if failure, ok := errors.AsType[*processtest.Failure](err); ok {
		return failure.Data.Kind
	}
	return fmt.Sprint(err)
}

// TestAdministratorsAlone: the others see and change nothing, and find no link; nobody is asked to log in.
func TestAdministratorsAlone(t *testing.T) {
	s := newSite(t)
	s.administrator("ada@example.com")
	bob := s.user("bob@example.com")
	ada, bobs, nobody := s.visitorAs("ada@example.com"), s.visitorAs("bob@example.com"), s.visitor()
	for _, path := range []string{"/admin", "/admin?q=ada", userPath(bob)} {
		if p := ada.Get(path); p.Status != http.StatusOK {
			t.Errorf("%s for an administrator: %d", path, p.Status)
		}
		if p := bobs.Get(path); p.Status != http.StatusForbidden || strings.Contains(p.Body, "ada@") {
			t.Errorf("%s for a user: %d %s", path, p.Status, p.Body)
		}
		if p := nobody.Get(path); p.Header.Get("Location") != "/login?next="+url.QueryEscape(path) {
			t.Errorf("%s for nobody: %d %v", path, p.Status, p.Header)
		}
		form := url.Values{"do": {"add-group"}, "group": {"admin"}, "email": {"eve@example.com"}}
		if p := bobs.Submit(path, form); p.Status != http.StatusForbidden {
			t.Errorf("%s, posted by a user: %d", path, p.Status)
		}
		form.Set("_identity", nobody.Get("/login").IdentityTag())
		if p := nobody.Post(path, form); p.Status != http.StatusUnauthorized {
			t.Errorf("%s, posted by nobody: %d", path, p.Status)
		}
	}
	if user, err := s.accounts.User(t.Context(), bob); err != nil || len(user.Groups) > 0 {
		t.Errorf("Bob is %+v, %v", user, err)
	}
	const link = `<a class="tab" href="/admin"`
	if !strings.Contains(ada.Get("/").Body, link) || strings.Contains(bobs.Get("/").Body, link) || strings.Contains(nobody.Get("/").Body, link) {
		t.Error("the link in the header is for administrators")
	}
	of := web.OfUser{User: bob}
	if kind := kindOf(bobs.Open("/").Call("admin.tabs", of, nil)); kind != "permission_denied" {
		t.Errorf("a user calls: %s", kind)
	}
	if kind := kindOf(nobody.Open("/").Call("admin.tabs", of, nil)); kind != "permission_denied" {
		t.Errorf("nobody calls: %s", kind)
	}
}

// TestSearch finds parts of names and addresses as they are typed, whatever they mean to SQL or HTML.
func TestSearch(t *testing.T) {
	s := newSite(t)
	s.administrator("ada@example.com")
	s.user("o'hara+50%@example.com")
	names := []string{`<script>alert(1)</script>`, `100% "quoted"`, `back\slash_`, `Zoë`, `'; DROP TABLE users; --`, `&amp;`}
	s.named(names...)
	b := s.visitorAs("ada@example.com")
	found := func(search string) int {
		p := b.Get("/admin?q=" + url.QueryEscape(search))
		if p.Status != http.StatusOK || strings.Contains(p.Body, "<script>alert") || !strings.Contains(p.Body, `value="`+templ.EscapeString(search)) {
			t.Errorf("%q: %d %s", search, p.Status, p.Body)
		}
		return strings.Count(p.Body, `<a href="/admin/users/`)
	}
	for search, want := range map[string]int{
		"": 8, "ADA@": 1, "o'h": 1, "%": 2, "0%@": 1, `100% "`: 1, `\`: 1, "_": 1, "zoë": 1, "Zoe\u0308": 1, "<script>": 1, "&": 1, "&amp;": 1,
		"'; DROP": 1, "nobody at all": 0, "%%": 0, `%' OR '1'='1`: 0, "a_a": 0, "example.com": 8, "  zoë ": 1, "\x00": 8, "\xff": 8,
	} {
		if n := found(search); n != want {
			t.Errorf("%q finds %d, want %d", search, n, want)
		}
	}
	for _, name := range names {
		if p := b.Get("/admin?q=" + url.QueryEscape(name)); !strings.Contains(p.Body, ">"+templ.EscapeString(name)+"</bdi>") {
			t.Errorf("%s is not shown as it is: %s", name, p.Body)
		}
	}
	if p := b.Get("/admin?q=nobody+at+all"); !strings.Contains(p.Body, "Nobody was found.") {
		t.Error("it does not say that nobody was found")
	}
}

// TestInvitations are mailed, to who waits too; what is wrong is said next to its field.
func TestInvitations(t *testing.T) {
	s := newSite(t)
	s.administrator("ada@example.com")
	s.user("bob@example.com")
	for _, email := range []string{"Grace@example.com", "hal@example.com"} {
		if err := s.accounts.Wait(t.Context(), email, accounts.Client{}); err != nil {
			t.Fatal(err)
		}
	}
	letters := make(chan mail.Received, 10)
	s.mailbox.OnArrival(func(m mail.Received) { letters <- m })
	s.startPost()
	invited := func(email string) {
		for m := range letters {
			if m.To == email && strings.HasPrefix(m.Subject, "You are invited") {
				return
			}
		}
	}
	b := s.visitorAs("ada@example.com")
	invite := func(email, groups string) processtest.Page {
		return b.Submit("/admin?q=a", url.Values{"do": {"invite"}, "email": {email}, "group": {groups}})
	}
	says := func(p processtest.Page, words string) {
		t.Helper()
		if p.Status != http.StatusSeeOther || p.Header.Get("Location") != "/admin?q=a" || !strings.Contains(b.Get("/admin?q=a").Body, words) {
			t.Errorf("%d %s, and not %q", p.Status, p.Header.Get("Location"), words)
		}
	}
	says(invite(" eve@example.com ", "editors, admin"), "The invitation is on its way to eve@example.com.")
	invited("eve@example.com")

	if p := b.Get("/admin"); strings.Count(p.Body, "waiting since") != 2 || strings.Contains(p.Body, ">Invited<") {
		t.Errorf("the waiting list: %s", p.Body)
	}
	says(invite("Grace@example.com", ""), "on its way")
	invited("Grace@example.com")
	if p := b.Get("/admin"); strings.Count(p.Body, ">Invited<") != 1 || !strings.Contains(p.Body, "Invite again") {
		t.Errorf("the waiting list: %s", p.Body)
	}
	says(b.Submit("/admin?q=a", url.Values{"do": {"stop-waiting"}, "email": {"HAL@example.com"}}), "HAL@example.com is off the waiting list.")
	if p := b.Get("/admin"); strings.Contains(p.Body, "hal@example.com") {
		t.Error("he waits still")
	}

	for _, test := range []struct{ email, groups, field, words string }{
		{"nothing<", "editors", "email", "This does not look like an e-mail address."},
		{"Bob@example.com", "", "email", "There is an account with this address already."},
		{"hal@example.com", "editors Chiefs", "group", "A group&#39;s name has small letters"},
		{"hal@example.com", "\xff", "group", "A group&#39;s name has small letters"},
	} {
		p := invite(test.email, test.groups)
		if p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Body, `id="`+test.field+`-error">`+test.words) ||
			!strings.Contains(p.Body, `value="`+templ.EscapeString(test.email)+`"`) {
			t.Errorf("%v: %d %s", test, p.Status, p.Body)
		}
	}
	for range 4 { // hal has got one, when he came to the waiting list
		says(invite("hal@example.com", ""), "on its way")
	}
	if p := invite("hal@example.com", ""); p.Status != http.StatusTooManyRequests || p.Header.Get("Retry-After") == "" {
		t.Errorf("too many: %d %v", p.Status, p.Header)
	}
	for _, form := range []url.Values{{"do": {"stop-waiting"}, "email": {"\x00"}}, {"do": {"invite"}}} {
		if p := b.Submit("/admin", form); p.Status != http.StatusUnprocessableEntity {
			t.Errorf("%v: %d", form, p.Status)
		}
	}
	if p := b.Submit("/admin", url.Values{"do": {"promote"}}); p.Status != http.StatusBadRequest {
		t.Errorf("what there is no button for: %d", p.Status)
	}
}
