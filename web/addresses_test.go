package web_test

import (
	"fmt"
	"net/http"
	"path"
	"strings"
	"testing"

	"github.com/ocsigo/start/framework/session"
)

// addAddress gives a user another address.
func (s *site) addAddress(user session.UserID, address string) {
	s.t.Helper()
	_, err := s.db.Exec(s.t.Context(), `INSERT INTO addresses (address, user_id, main, verified)
		VALUES ($1, $2, false, now())`, address, user)
	if err != nil {
		s.t.Fatal(err)
	}
}

// TestAddresses are added by a link, made the main one, and removed. Notices go where the user reads them.
func TestAddresses(t *testing.T) {
	s := newSite(t)
	letter := s.letters().among
	ada := s.user("ada@example.com")
	b := s.visitorAs("ada@example.com")
	p := b.Submit("/settings", change("add-address", "email", " Other@example.com "))
	wantDone(t, b, p, "addresses", "We have sent a message to")
	link := letter("Other@example.com").Links[0]
	if list := listOf(b.Get("/settings").Body); strings.Contains(list, "Other@") {
		t.Errorf("it is listed before it is confirmed: %s", list)
	}
	if err := s.accounts.ConfirmAddress(t.Context(), path.Base(link), ada); err != nil {
		t.Fatal(err)
	}
	letter("ada@example.com") // that it was added
	if list := listOf(b.Get("/settings").Body); !strings.Contains(list, "Other@example.com") {
		t.Errorf("it is not listed: %s", list)
	}

	p = b.Submit("/settings", change("make-main", "email", "other@example.com"))
	wantDone(t, b, p, "addresses", "Your main address is")
	letter("ada@example.com") // that another one is the main one
	if who(b) != "Other@example.com" {
		t.Errorf("the main address is %q", who(b))
	}
	p = b.Submit("/settings", change("remove-address", "email", "ada@example.com"))
	wantDone(t, b, p, "addresses", "ada@example.com is none of")
	if subject := letter("ada@example.com").Subject; !strings.Contains(subject, "removed") {
		t.Errorf("the letter is %q", subject)
	}
	if list := listOf(b.Get("/settings").Body); strings.Contains(list, "ada@example.com") {
		t.Errorf("it is still listed: %s", list)
	}
}

// listOf is the list of addresses in the settings.
func listOf(body string) string {
	_, list, _ := strings.Cut(body, `id="address-list"`)
	list, _, _ = strings.Cut(list, "</ul>")
	return list
}

// TestAddressesRefused: each in words, next to the field or above the list, with what was entered.
func TestAddressesRefused(t *testing.T) {
	s := newSite(t)
	ada := s.user("ada@example.com")
	s.user("bob@example.com")
	b := s.visitorAs("ada@example.com")
	for typed, words := range map[string]string{
		"no address":      "does not look like an e-mail address",
		"":                "does not look like an e-mail address",
		"ADA@example.com": "yours already",
	} {
		p := b.Submit("/settings", change("add-address", "email", typed))
		wantWrong(t, p, http.StatusUnprocessableEntity, words, `id="email-error"`, fmt.Sprintf(`value="%s"`, typed))
	}
	for _, test := range []struct{ do, address, words string }{
		{"remove-address", "ada@example.com", "This is your main address"},
		{"remove-address", "bob@example.com", "none of your addresses"},
		{"make-main", "bob@example.com", "none of your addresses"},
		{"make-main", "\x00", "none of your addresses"},
	} {
		p := b.Submit("/settings", change(test.do, "email", test.address))
		wantWrong(t, p, http.StatusUnprocessableEntity, `role="alert"`, test.words)
	}
	p := b.Submit("/settings", change("add-address", "email", "bob@example.com")) // whose it is is nobody's business
	wantDone(t, b, p, "addresses", "We have sent a message to bob@example.com.")
	for i := range 9 {
		s.addAddress(ada, fmt.Sprintf("ada%d@example.com", i))
	}
	p = b.Submit("/settings", change("add-address", "email", "more@example.com"))
	wantWrong(t, p, http.StatusUnprocessableEntity, "You have 10 addresses.")
}

// TestTooManyLetters: who adds addresses without end is told to wait.
func TestTooManyLetters(t *testing.T) {
	s := newSite(t)
	s.user("ada@example.com")
	b := s.visitorAs("ada@example.com")
	for i := range 20 {
		p := b.Submit("/settings", change("add-address", "email", fmt.Sprintf("ada%d@example.com", i)))
		if p.Status != http.StatusSeeOther {
			t.Fatalf("letter %d: %d %s", i, p.Status, p.Body)
		}
	}
	p := b.Submit("/settings", change("add-address", "email", "more@example.com"))
	wantWrong(t, p, http.StatusTooManyRequests, "You have asked for many letters.", `value="more@example.com"`)
	if p.Header.Get("Retry-After") == "" {
		t.Error("nobody says when to try again")
	}
}
