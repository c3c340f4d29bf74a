package accounts

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/ocsigo/start/framework/session"
)

func TestChangeName(t *testing.T) {
	a := newAccounts(t)
	ada := signUp(t, a, "ada@example.com")
	for _, test := range []struct {
		typed, want string
		err         error
	}{
		{"  Ada Lovelace ", "Ada Lovelace", nil},
		{"", "", nil},
		{"Zoe\u0308", "Zoë", nil},
		{"علی\u200cرضا", "علی\u200cرضا", nil},
		{"<script>", "<script>", nil}, // pages escape it
		{strings.Repeat("ö", nameMost), strings.Repeat("ö", nameMost), nil},
		{strings.Repeat("ö", nameMost+1), "", ErrLongName},
		{strings.Repeat("a", 1<<20), "", ErrLongName},
		{"Ada\r\nBcc: all", "", ErrBadName},
		{"Ada\u202egnp.exe", "", ErrBadName}, // turns the rest around
		{strings.Repeat("🙂", nameMost), strings.Repeat("🙂", nameMost), nil},
		{"\u200fעדה\u200f", "", ErrBadName}, // with marks that steer
		{"עדה", "עדה", nil},
		{"?", "?", nil},
		{"Ada\u200b", "", ErrBadName}, // no wider than nothing
		{"\u200d\u200c", "", ErrBadName},
		{"\u3164 \u2800\uffa0\u115f\u1160", "", ErrBadName}, // letters and a sign that look like spaces
		{"\u0301\ufe0f", "", ErrBadName},                    // marks on nothing
		{"Ada\x00", "", ErrBadName},
		{"Ada\xff", "", ErrBadName},
	} {
		before, err := a.User(t.Context(), ada)
		must(t, err)
		if err := a.ChangeName(t.Context(), ada, test.typed); err != test.err {
			t.Errorf("ChangeName(%.20q): %v", test.typed, err)
		}
		if test.err != nil {
			test.want = before.Name
		}
		if user, err := a.User(t.Context(), ada); err != nil || user.Name != test.want {
			t.Errorf("%.20q became %q, %v", test.typed, user.Name, err)
		}
	}
	if err := a.ChangeName(t.Context(), 99, "Nobody"); err != session.ErrNoUser {
		t.Errorf("nobody's name: %v", err)
	}
}

func TestChangeLanguage(t *testing.T) {
	a := newAccounts(t)
	ada := signUp(t, a, "ada@example.com")
	for typed, want := range map[string]string{"EN-gb": "en-GB", "": "", "de": "de"} {
		must(t, a.ChangeLanguage(t.Context(), ada, typed))
		if user, err := a.User(t.Context(), ada); err != nil || user.Language != want {
			t.Errorf("%q became %q, %v", typed, user.Language, err)
		}
	}
	for _, typed := range []string{"a language", "<b>", strings.Repeat("a-", 9999), "\x00"} {
		if err := a.ChangeLanguage(t.Context(), ada, typed); err != ErrBadLanguage {
			t.Errorf("ChangeLanguage(%.20q): %v", typed, err)
		}
	}
}

// What is downloaded says all that is kept, and none of the secrets.
func TestDownload(t *testing.T) {
	a := newAccounts(t)
	ada := signUp(t, a, "ada@example.com")
	signUp(t, a, "bob@example.com")
	confirm(t, a, ada, "lovelace@example.com")
	must(t, a.AddGroup(t.Context(), By{}, ada, "admin"))
	_, err := a.Authenticate(t.Context(), "ada@example.com", testPassword, at(1, 1))
	must(t, err)
	newLink(t, a.newPasswords, Owner{ada, "ada@example.com"}, nothing{})
	kept, err := a.Download(t.Context(), ada)
	must(t, err)
	if len(kept.Addresses) != 2 || len(kept.Groups) != 1 || len(kept.Browsers) != 1 || len(kept.Links) != 2 || !kept.Password || kept.ID != ada {
		t.Errorf("Download = %+v", kept)
	}
	for _, link := range kept.Links {
		if link.Used != (link.Purpose == ForNewAddress) {
			t.Errorf("a link: %+v", link)
		}
	}
	document, err := json.Marshal(kept)
	must(t, err)
	for _, secret := range []string{"argon2id", "bob@", query[string](t, a, `SELECT encode(hash, 'base64') FROM links`)} {
		if strings.Contains(string(document), secret) {
			t.Errorf("it has %q: %s", secret, document)
		}
	}
	if _, err := a.Download(t.Context(), 99); err != session.ErrNoUser {
		t.Errorf("nobody's: %v", err)
	}
}

func FuzzParseName(f *testing.F) {
	f.Add(" Ada ")
	f.Add("Ada\u202e")
	f.Fuzz(func(t *testing.T, text string) {
		name, err := parseName(text)
		if err != nil {
			return
		}
		if again, err := parseName(name); again != name || err != nil || strings.ContainsAny(name, "\x00\r\n") {
			t.Errorf("parseName(%q) = %q, which is %q then, %v", text, name, again, err)
		}
	})
}
