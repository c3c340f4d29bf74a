package web_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ocsigo/start/framework/process/processtest"
)

// Of the administrators' list.
var (
	userLink = regexp.MustCompile(`<a href="(/admin/users/\d+)">([^<]*)</a>`)
	leadsTo  = regexp.MustCompile(`<a class="button" href="([^"]*)">([^<]*)</a>`)
)

// found are the addresses of the users whom a page lists.
func found(p processtest.Page) (all []string) {
	for _, user := range userLink.FindAllStringSubmatch(p.Body, -1) {
		all = append(all, html.UnescapeString(user[2]))
	}
	return all
}

// next is where a link to further users leads; "" where there is none.
func next(p processtest.Page, label string) string {
	for _, link := range leadsTo.FindAllStringSubmatch(p.Body, -1) {
		if link[2] == label {
			return html.UnescapeString(link[1])
		}
	}
	return ""
}

// TestManyUsers are shown fifty at a time, the newest first, and every one of them can be reached.
func TestManyUsers(t *testing.T) {
	s := newSite(t)
	s.administrator("ada@example.com")
	s.named(slices.Repeat([]string{"Grace"}, 10_000)...)
	b := s.visitorAs("ada@example.com")
	first := b.Get("/admin")
	if n := len(found(first)); n != 50 || next(first, "The newest") != "" || next(first, "Older ones") == "" {
		t.Errorf("%d users: %s", n, first.Body)
	}
	second := b.Get(next(first, "Older ones"))
	if n := len(found(second)); n != 50 || slices.Contains(found(first), found(second)[0]) || next(second, "The newest") != "/admin" {
		t.Errorf("%d more: %s", n, second.Body)
	}
	last := b.Get("/admin?before=51")
	if all := found(last); len(all) != 50 || all[49] != "ada@example.com" || next(last, "Older ones") != "" {
		t.Errorf("the oldest are %q", all)
	}
	if all := found(b.Get("/admin?q=ada%40")); !slices.Equal(all, []string{"ada@example.com"}) {
		t.Errorf("a search finds %q", all)
	}
	for _, nobody := range []string{"x", "-1", "0", "99999999999999999999", "%00"} {
		if p := b.Get("/admin?before=" + nobody); p.Status != http.StatusOK || len(found(p)) != 50 {
			t.Errorf("before %s: %d, %d users", nobody, p.Status, len(found(p)))
		}
	}
}

// TestNobodyHidesAnother: who takes the address of another one for his name, however often, is told from him, and keeps
// nobody from finding him.
func TestNobodyHidesAnother(t *testing.T) {
	s := newSite(t)
	s.administrator("ada@example.com")
	s.named(slices.Repeat([]string{"ada@example.com"}, 120)...)
	b := s.visitorAs("ada@example.com")
	var all []string
	for at := "/admin?q=ada%40example.com"; at != ""; {
		p := b.Get(at)
		all = append(all, found(p)...)
		at = next(p, "Older ones")
		if at != "" && !strings.Contains(at, "q=ada%40example.com") {
			t.Fatalf("the older ones of all users: %s", at)
		}
	}
	if len(all) != 121 || all[120] != "ada@example.com" || slices.Contains(all[:120], "ada@example.com") {
		t.Errorf("%d users: %q", len(all), all)
	}
}

// TestChangesLeadBack to the users who were shown, wherever that is in the list.
func TestChangesLeadBack(t *testing.T) {
	s := newSite(t)
	s.administrator("ada@example.com")
	b := s.visitorAs("ada@example.com")
	for _, at := range []string{"/admin", "/admin?q=%22%3E%3Cb%3E%26", "/admin?before=7", "/admin?before=7&q=a+b"} {
		if p := b.Get(at); !strings.Contains(p.Body, `action="`+html.EscapeString(at)+`"`) {
			t.Errorf("%s posts elsewhere: %s", at, p.Body)
		}
		p := b.Submit(at, url.Values{"do": {"stop-waiting"}, "email": {"eve@example.com"}})
		if p.Status != http.StatusSeeOther || p.Header.Get("Location") != at {
			t.Errorf("%s: %d %s", at, p.Status, p.Header.Get("Location"))
		}
	}
}

// TestManyWait: fifty are shown, those who have waited longest; a search finds the others, and who was invited gives way.
func TestManyWait(t *testing.T) {
	s := newSite(t)
	s.administrator("ada@example.com")
	if _, err := s.db.Exec(t.Context(), `INSERT INTO waiting (address, since)
		SELECT 'waits' || i || '@example.com', now() - interval '1 day' + i * interval '1 second' FROM generate_series(1, 10000) i`); err != nil {
		t.Fatal(err)
	}
	b := s.visitorAs("ada@example.com")
	waits := func(path string) (n int, body string) {
		p := b.Get(path)
		return strings.Count(p.Body, "waiting since"), p.Body
	}
	if n, body := waits("/admin"); n != 50 || !strings.Contains(body, "waits50@") || strings.Contains(body, "waits51@") || !strings.Contains(body, "Others wait too.") {
		t.Errorf("%d wait: %s", n, body)
	}
	if n, body := waits("/admin?q=waits9999%40"); n != 1 || strings.Contains(body, "Others wait too.") {
		t.Errorf("a search finds %d: %s", n, body)
	}
	l := s.letters()
	if p := b.Submit("/admin", url.Values{"do": {"invite"}, "email": {"waits1@example.com"}}); p.Status != http.StatusSeeOther {
		t.Fatalf("%d %s", p.Status, p.Body)
	}
	l.to("waits1@example.com")
	b.Get("/admin") // which says so
	if _, body := waits("/admin"); strings.Contains(body, "waits1@") || !strings.Contains(body, "waits51@") {
		t.Errorf("who was invited stands first: %s", body)
	}
}

// TestHostileNames: a name is shown for what it is, and one that nobody can see is none.
func TestHostileNames(t *testing.T) {
	s := newSite(t)
	s.administrator("ada@example.com")
	s.user("bob@example.com")
	ada, bobs := s.visitorAs("ada@example.com"), s.visitorAs("bob@example.com")
	for name, status := range map[string]int{
		`<script>alert(1)</script>`: http.StatusSeeOther, strings.Repeat("🙂", 100): http.StatusSeeOther, "עדה": http.StatusSeeOther,
		strings.Repeat("🙂", 101): http.StatusUnprocessableEntity, "\u202eadmin": http.StatusUnprocessableEntity,
		"\u200d": http.StatusUnprocessableEntity, "\u3164": http.StatusUnprocessableEntity, "Ada\u200b": http.StatusUnprocessableEntity,
	} {
		if p := bobs.Submit("/settings", change("name", "name", name)); p.Status != status {
			t.Errorf("%q: %d", name, p.Status)
		}
		p := ada.Get("/admin?q=bob%40")
		if all := found(p); !slices.Equal(all, []string{"bob@example.com"}) {
			t.Errorf("after %q the link is %q", name, all)
		}
		if shown := strings.Contains(p.Body, `<bdi class="item">`+html.EscapeString(name)+`</bdi>`); shown != (status == http.StatusSeeOther) {
			t.Errorf("%q is shown: %t: %s", name, shown, p.Body)
		}
	}
}
