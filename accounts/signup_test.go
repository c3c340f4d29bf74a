package accounts

import (
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// A link to sign up still works after a form that could not be taken, and once.
func TestCompleteSignUp(t *testing.T) {
	a := newAccounts(t)
	token := newLink(t, a.signUps, Owner{Address: "Ada@Example.com"}, nothing{})
	for _, test := range []struct {
		name, password string
		want           error
	}{
		{"Ada", "short", ErrShortPassword},
		{"Ada", "Ada@example.com", ErrOwnWords},
		{"Adalbertine", "adalbertine adalbertine", ErrOwnWords},
		{"Ada\nLovelace", testPassword, ErrBadName},
	} {
		if id, err := a.CompleteSignUp(t.Context(), token, test.name, test.password, Client{}); id != 0 || err != test.want {
			t.Errorf("CompleteSignUp(%q, %q) = %d, %v", test.name, test.password, id, err)
		}
	}
	id, err := a.CompleteSignUp(t.Context(), token, "Ada", testPassword, Client{})
	must(t, err)
	if user, err := a.User(t.Context(), id); err != nil || user.Email != "Ada@Example.com" || user.Name != "Ada" {
		t.Errorf("User = %+v, %v", user, err)
	}
	if id, err := a.CompleteSignUp(t.Context(), token, "Ada", testPassword, Client{}); id != 0 || err != ErrBadLink {
		t.Errorf("once more: %d, %v", id, err)
	}
	other := newLink(t, a.logIns, Owner{User: id}, nothing{})
	if id, err := a.CompleteSignUp(t.Context(), other, "Ada", testPassword, Client{}); id != 0 || err != ErrBadLink {
		t.Errorf("with a link to log in: %d, %v", id, err)
	}
}

// Who claims an address without showing that he reads it blocks nobody: its owner gets an account with his own password.
func TestClaimBlocksNobody(t *testing.T) {
	a := newAccounts(t)
	claimed := newLink(t, a.signUps, Owner{Address: "ada@example.com"}, nothing{})
	mallory := signUp(t, a, "mallory@example.com")
	added := newLink(t, a.newAddresses, Owner{mallory, "ada@example.com"}, nothing{})
	ada := signUp(t, a, "ada@example.com")
	if id, err := a.CompleteSignUp(t.Context(), claimed, "", otherPassword, Client{}); id != 0 || err != ErrEmailTaken {
		t.Errorf("the older link: %d, %v", id, err)
	}
	if err := a.ConfirmAddress(t.Context(), added, mallory); err != ErrEmailTaken {
		t.Errorf("Mallory's link: %v", err)
	}
	if id, err := a.Authenticate(t.Context(), "ada@example.com", testPassword, Client{}); id != ada || err != nil {
		t.Errorf("Ada: %d, %v", id, err)
	}
}

// Fifty forms of one link make one account.
func TestCompleteSignUpAtOnce(t *testing.T) {
	a := newAccounts(t)
	token := newLink(t, a.signUps, Owner{Address: "ada@example.com"}, nothing{})
	var made atomic.Int64
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			switch _, err := a.CompleteSignUp(t.Context(), token, "", testPassword, Client{}); err {
			case nil:
				made.Add(1)
			case ErrBadLink, ErrBusy: // fifty hashes may take long
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	if users := query[int](t, a, `SELECT count(*) FROM users`); made.Load() != 1 || users != 1 {
		t.Errorf("%d were told so, and there are %d", made.Load(), users)
	}
}

// An invited user comes into his groups, unless who invited him has lost the right to it meanwhile. The site itself keeps it.
func TestInvitation(t *testing.T) {
	a := newAccounts(t)
	boss := signUp(t, a, "boss@example.com")
	must(t, a.AddGroup(t.Context(), By{}, boss, "admin"))
	by := By{boss, "admin"}
	for _, test := range []struct {
		address string
		by      By
		before  func()
		want    []session.Group
	}{
		{"ada@example.com", by, func() {}, []session.Group{"admin", "editor"}},
		{"bob@example.com", by, func() { must(t, a.RemoveGroup(t.Context(), By{}, boss, "admin")) }, nil},
		{"joe@example.com", By{User: boss}, func() {}, nil}, // of an older program
		{"sue@example.com", by, func() { must(t, a.AddGroup(t.Context(), By{}, boss, "admin")) }, []session.Group{"admin", "editor"}},
		{"tim@example.com", by, func() { must(t, a.Disable(t.Context(), By{}, boss)) }, nil},
		{"una@example.com", By{}, func() {}, []session.Group{"admin", "editor"}},
	} {
		token := newLink(t, a.invitations, Owner{Address: test.address}, invitation{test.by, []session.Group{"editor", "admin"}})
		test.before()
		id, err := a.CompleteSignUp(t.Context(), token, "", testPassword, Client{})
		must(t, err)
		if user, err := a.User(t.Context(), id); err != nil || !slices.Equal(user.Groups, test.want) {
			t.Errorf("%s is in %v, %v", test.address, user.Groups, err)
		}
	}
	for _, test := range []struct {
		address string
		group   session.Group
		want    error
	}{
		{"ADA@example.com", "admin", ErrEmailTaken},
		{"no address", "admin", ErrBadEmail},
		{"eve@example.com", "No Group", ErrBadGroup},
		{"eve@example.com", "editor", session.ErrPermissionDenied}, // who invites is disabled
	} {
		if err := a.Invite(t.Context(), by, test.address, test.group); err != test.want {
			t.Errorf("Invite(%q, %q): %v", test.address, test.group, err)
		}
	}
}

// The waiting list has each address once, says who was invited, and loses who has an account.
func TestWaiting(t *testing.T) {
	a := newAccounts(t)
	clock := withClock(a)
	signUp(t, a, "ada@example.com")
	for _, address := range []string{"bob@example.com", "eve@example.com", "BOB@example.com", "ADA@example.com", "joe@example.com"} {
		must(t, a.Wait(t.Context(), address, Client{}))
		clock.pass(time.Second)
	}
	newLink(t, a.invitations, Owner{Address: "Eve@example.com"}, invitation{})
	must(t, a.StopWaiting(t.Context(), By{}, "JOE@example.com"))
	search := ""
	waits := func(want ...string) {
		t.Helper()
		all, err := a.Waiting(t.Context(), search, 2)
		must(t, err)
		var got []string
		for _, w := range all {
			if w.Invited != nil {
				w.Address += ", invited"
			}
			got = append(got, w.Address)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q wait, want %q", got, want)
		}
	}
	newLink(t, a.invitations, Owner{Address: "eve@example.com"}, invitation{}) // once more
	waits("bob@example.com", "eve@example.com, invited")
	if few, err := a.Waiting(t.Context(), "", 1); err != nil || len(few) != 1 || few[0].Address != "bob@example.com" {
		t.Errorf("the first: %v, %v", few, err)
	}
	newLink(t, a.invitations, Owner{Address: "bob@example.com"}, invitation{})
	must(t, a.Wait(t.Context(), "joe@example.com", Client{}))
	waits("joe@example.com", "bob@example.com, invited") // and others
	search = "EVE@"
	waits("eve@example.com, invited")
	search = "%"
	waits()
	search = ""
	exec(t, a, `UPDATE links SET used = true WHERE lower(address) = 'bob@example.com'`) // as of an account that is deleted since
	waits("bob@example.com", "joe@example.com")
	exec(t, a, `UPDATE links SET used = false`)
	clock.pass(invitationLife)
	waits("bob@example.com", "eve@example.com")
	must(t, a.StopWaiting(t.Context(), By{}, "joe@example.com"))
	signUp(t, a, "Bob@example.com")
	waits("eve@example.com")
	if n := jobs(t, a); n != 6 {
		t.Errorf("%d letters: all are written to", n)
	}
	exec(t, a, `UPDATE tries SET count = $2, ends = $3 WHERE key = $1`, keyOf("letters"), lettersAll.most, clock.now().Add(time.Hour))
	must(t, a.Wait(t.Context(), "sue@example.com", Client{}))
	waits("eve@example.com")
}
