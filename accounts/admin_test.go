package accounts

import (
	"slices"
	"testing"

	"github.com/ocsigo/start/framework/session"
)

func TestSearch(t *testing.T) {
	a := newAccounts(t)
	ada, bob, eve := signUp(t, a, "ada@example.com"), signUp(t, a, "bob_100%@example.com"), signUp(t, a, "eve@example.com")
	confirm(t, a, ada, "Lovelace@example.com")
	must(t, a.ChangeName(t.Context(), eve, "Zoë Q'); DROP"))
	for _, test := range []struct {
		text   string
		before session.UserID
		limit  int
		want   []session.UserID
	}{
		{"", 0, 10, []session.UserID{eve, bob, ada}},
		{"", 0, 2, []session.UserID{eve, bob}},
		{"", bob, 2, []session.UserID{ada}},
		{"", ada, 2, nil},
		{"EXAMPLE.com", 0, 10, []session.UserID{eve, bob, ada}},
		{"example.com", eve, 1, []session.UserID{bob}},
		{" lovelace ", 0, 10, []session.UserID{ada}},
		{"lovelace", ada, 10, nil},
		{"%", 0, 10, []session.UserID{bob}},
		{"_", 0, 10, []session.UserID{bob}},
		{"Zoe\u0308 q');", 0, 10, []session.UserID{eve}},
		{"ZOË", 0, 10, []session.UserID{eve}},
		{"nobody", 0, 10, nil},
		{"e\x00v\xffe", 0, 10, []session.UserID{eve}},
	} {
		found, err := a.Search(t.Context(), test.text, test.before, test.limit)
		must(t, err)
		var got []session.UserID
		for _, user := range found {
			got = append(got, user.ID)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("Search(%q, %d, %d) = %v, want %v", test.text, test.before, test.limit, got, test.want)
		}
	}
}

// Who is disabled logs in no more, hears so after the right password only, and is told once.
func TestDisable(t *testing.T) {
	a := newAccounts(t)
	ada := signUp(t, a, "ada@example.com")
	for range 2 {
		must(t, a.Disable(t.Context(), By{}, ada))
	}
	told(t, a, notice{"ada@example.com", disabledNotice, ""})
	if _, err := a.Groups(t.Context(), ada, nil); err != session.ErrNoUser {
		t.Errorf("Groups: %v", err)
	}
	if id, err := a.Authenticate(t.Context(), "ada@example.com", "not the password", at(1, 1)); id != 0 || err != ErrWrongPassword {
		t.Errorf("the wrong password: %d, %v", id, err)
	}
	if id, err := a.Authenticate(t.Context(), "ada@example.com", testPassword, at(1, 1)); id != 0 || err != ErrDisabled {
		t.Errorf("the right password: %d, %v", id, err)
	}
	if detail, err := a.Detail(t.Context(), ada); err != nil || detail.Disabled == nil || len(detail.Addresses) != 1 {
		t.Errorf("Detail = %+v, %v", detail, err)
	}
	must(t, a.Enable(t.Context(), By{}, ada))
	if id, err := a.Authenticate(t.Context(), "ada@example.com", testPassword, at(1, 1)); id != ada || err != nil {
		t.Errorf("enabled: %d, %v", id, err)
	}
	for name, err := range map[string]error{
		"Disable": a.Disable(t.Context(), By{}, 99), "Enable": a.Enable(t.Context(), By{}, 99),
		"AddGroup": a.AddGroup(t.Context(), By{}, 99, "admin"), "RemoveGroup": a.RemoveGroup(t.Context(), By{}, 99, "admin"),
	} {
		if err != session.ErrNoUser {
			t.Errorf("%s of nobody: %v", name, err)
		}
	}
}

func TestGrant(t *testing.T) {
	a := newAccounts(t)
	ada := signUp(t, a, "ada@example.com")
	for range 2 {
		if id, err := a.Grant(t.Context(), "ADA@example.com", "admin"); id != ada || err != nil {
			t.Errorf("Grant = %d, %v", id, err)
		}
	}
	must(t, a.AddGroup(t.Context(), By{}, ada, "editor"))
	must(t, a.RemoveGroup(t.Context(), By{}, ada, "editor"))
	if detail, err := a.Detail(t.Context(), ada); err != nil || !slices.Equal(detail.Groups, []session.Group{"admin"}) {
		t.Errorf("Detail = %+v, %v", detail, err)
	}
	for _, test := range []struct {
		address string
		group   session.Group
		want    error
	}{
		{"nobody@example.com", "admin", session.ErrNoUser},
		{"no address", "admin", ErrBadEmail},
		{"ada@example.com", "", ErrBadGroup},
		{"ada@example.com", "Admin", ErrBadGroup},
	} {
		if id, err := a.Grant(t.Context(), test.address, test.group); id != 0 || err != test.want {
			t.Errorf("Grant(%q, %q) = %d, %v", test.address, test.group, id, err)
		}
	}
}

// A log-in in another browser is told, the first one and one in a browser that is known are not.
func TestNewBrowser(t *testing.T) {
	a := newAccounts(t)
	signUp(t, a, "ada@example.com")
	for _, test := range []struct {
		browser byte
		tell    []notice
	}{
		{1, nil}, {1, nil}, {2, []notice{{"ada@example.com", browserNotice, ""}}}, {1, nil}, {2, nil},
		{0, nil}, // a command has none
	} {
		_, err := a.Authenticate(t.Context(), "ada@example.com", testPassword, at(1, test.browser))
		must(t, err)
		told(t, a, test.tell...)
	}
}

// TestBrowserOfSignUp: the browser in which an account is made is known to it from the start, and others are not.
func TestBrowserOfSignUp(t *testing.T) {
	a := newAccounts(t)
	token := newLink(t, a.signUps, Owner{Address: "ada@example.com"}, nothing{})
	_, err := a.CompleteSignUp(t.Context(), token, "", testPassword, at(1, 1))
	must(t, err)
	for _, test := range []struct {
		browser byte
		tell    []notice
	}{{1, nil}, {2, []notice{{"ada@example.com", browserNotice, ""}}}} {
		_, err := a.Authenticate(t.Context(), "ada@example.com", testPassword, at(1, test.browser))
		must(t, err)
		told(t, a, test.tell...)
	}
}
