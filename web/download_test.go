package web_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/ocsigo/start/web"
)

// TestDownload: what is kept about a user is a file for him alone, who has proved lately who he is. It has no secrets.
func TestDownload(t *testing.T) {
	s := newSite(t)
	ada := s.user("ada@example.com")
	s.user("bob@example.com")
	b := s.visitorAs("ada@example.com")
	b.Submit("/settings", change("name", "name", "Ada & <b>"))
	p := b.Get("/settings/download")
	if p.Status != http.StatusOK || p.Header.Get("Content-Type") != "application/json" || p.Header.Get("Cache-Control") != "no-store" ||
		p.Header.Get("X-Content-Type-Options") != "nosniff" || p.Header.Get("Cross-Origin-Resource-Policy") != "same-origin" ||
		p.Header.Get("Content-Disposition") != "attachment; filename=my-data.json" {
		t.Errorf("%d %v", p.Status, p.Header)
	}
	var kept web.Kept
	if err := json.Unmarshal([]byte(p.Body), &kept); err != nil {
		t.Fatal(err)
	}
	if kept.Account.ID != ada || kept.Account.Name != "Ada & <b>" || !strings.Contains(p.Body, `"Ada & <b>"`) || len(kept.Account.Addresses) != 1 || len(kept.Sessions) != 1 ||
		kept.Sessions[0].Network != "127.0.0.0/24" || kept.Sessions[0].Proved.IsZero() {
		t.Errorf("%s", p.Body)
	}
	for _, secret := range append(s.cookiesOf(b), &http.Cookie{Value: "argon2"}, &http.Cookie{Value: "bob@example.com"}) {
		if strings.Contains(p.Body, secret.Value) {
			t.Errorf("%s stands in %s", secret.Value, p.Body)
		}
	}

	s.later(tooLong)
	const to = "/reauthenticate?next=%2Fsettings%23download"
	if p := b.Get("/settings/download"); p.Status != http.StatusSeeOther || p.Header.Get("Location") != to {
		t.Errorf("long ago: %d %s", p.Status, p.Header.Get("Location"))
	}
	p = b.Post(to, with(carried(b.Get(to)), "password", password))
	if p.Status != http.StatusSeeOther || p.Header.Get("Location") != "/settings#download" {
		t.Errorf("with the password: %d %s", p.Status, p.Header.Get("Location"))
	}
	if p := b.Get("/settings/download"); p.Status != http.StatusOK {
		t.Errorf("then: %d", p.Status)
	}
	if p := s.visitor().Get("/settings/download"); p.Header.Get("Location") != "/login?next=%2Fsettings%2Fdownload" {
		t.Errorf("nobody: %d %s", p.Status, p.Header.Get("Location"))
	}
}
