package web_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"github.com/ocsigo/start/framework/page"
)

// The tests of this file are about forms that wait for a password, on a page that carries what was typed.

// TestReauthenticateWithoutPassword: who has none sends his form when he has followed a link beside it.
func TestReauthenticateWithoutPassword(t *testing.T) {
	s := newSiteAs(t, setup{more: keys})
	s.user("ada@example.com")
	l := s.letters()
	b := s.visitorAs("ada@example.com")
	if _, err := s.db.Exec(t.Context(), `UPDATE users SET password_hash = NULL`); err != nil {
		t.Fatal(err)
	}
	s.later(tooLong)
	p := b.Post("/keys", url.Values{"key": {"typed"}, "_identity": {b.Get("/").IdentityTag()}})
	if !strings.Contains(p.Body, `href="/reauthenticate"`) || strings.Contains(p.Body, `name="_email"`) {
		t.Errorf("%s", p.Body)
	}
	form := with(carried(p), page.ProofField, "")
	if p := b.Post("/keys", form); p.Status != http.StatusForbidden || !strings.Contains(p.Body, `value="typed"`) {
		t.Errorf("before: %d %s", p.Status, p.Body)
	}
	b.Submit("/reauthenticate", url.Values{"do": {"link"}})
	b.Post("/link", carried(follow(t, b, l.link("ada@example.com"))))
	if p := b.Post("/keys", form); p.Status != http.StatusOK || !strings.Contains(p.Body, "POST typed<") {
		t.Errorf("after: %d %s", p.Status, p.Body)
	}
}

// TestReauthenticateToSend: what was posted without JavaScript is kept while the password is asked for, and then sent.
func TestReauthenticateToSend(t *testing.T) {
	s := newSiteAs(t, setup{more: keys})
	s.user("ada@example.com")
	b := s.visitorAs("ada@example.com")
	s.later(tooLong)
	typed := url.Values{"key": {"two\r\nlines & \"more\""}, "new_password": {"a new one"}, "_identity": {b.Get("/").IdentityTag()}}
	p := b.Post("/keys?a=b", typed)
	if p.Status != http.StatusForbidden || !strings.Contains(p.Body, `action="/keys?a=b"`) || strings.Contains(p.Body, "a new one") {
		t.Fatalf("%d %s", p.Status, p.Body)
	}
	p = b.Post("/keys?a=b", with(carried(p), page.ProofField, "not her password"))
	if p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Body, "This is not your password.") ||
		strings.Contains(p.Body, "not her password") || who(b) != "ada@example.com" {
		t.Errorf("a wrong one: %d %s", p.Status, p.Body)
	}
	p = b.Post("/keys?a=b", with(carried(p), page.ProofField, password))
	if p.Status != http.StatusOK || !strings.Contains(p.Body, "POST "+templ.EscapeString(typed.Get("key"))+"<") {
		t.Errorf("the right one: %d %s", p.Status, p.Body)
	}
	if p := b.Get("/keys"); p.Status != http.StatusOK {
		t.Errorf("the page: %d", p.Status)
	}
}

// TestReauthenticateToSendFiles: a form with files is sent again as one, and its files have to be chosen again.
func TestReauthenticateToSendFiles(t *testing.T) {
	s := newSiteAs(t, setup{more: keys})
	s.user("ada@example.com")
	b := s.visitorAs("ada@example.com")
	s.later(tooLong)
	for name, again := range map[string]bool{"my key.pem": true, "": false} { // the second has chosen none
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		form.WriteField("_identity", b.Get("/").IdentityTag())
		if _, err := form.CreateFormFile("key", name); err != nil {
			t.Fatal(err)
		}
		form.Close()
		r, err := http.NewRequest(http.MethodPost, b.URL+"/keys", &body)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", form.FormDataContentType())
		answer, err := b.Client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		asks, file := string(text), regexp.MustCompile(`<input id="file-0" name="key"[^>]* type="file"`).FindString(string(text))
		if err != nil || answer.StatusCode != http.StatusForbidden || !strings.Contains(asks, `enctype="multipart/form-data"`) ||
			strings.Contains(asks, "Choose “my key.pem” again") != again || strings.Contains(file, "required") != again {
			t.Errorf("%q: %d, %v, %q, %s", name, answer.StatusCode, err, file, asks)
		}
	}
}
