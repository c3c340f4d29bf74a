package accounts

import (
	"bytes"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// Who logs in and fails to, what users change and what administrators do stands in the log, with numbers for users: no
// address, name, password or token does.
func TestLog(t *testing.T) {
	a := newAccounts(t)
	clock := withClock(a)
	var written bytes.Buffer
	a.options.Log = slog.New(slog.NewTextHandler(&written, nil))
	said := func(want ...string) {
		t.Helper()
		var got []string
		for line := range strings.Lines(written.String()) {
			got = append(got, strings.TrimSpace(regexp.MustCompile(`^.*msg="account: ([^"]*)"`).ReplaceAllString(line, "$1")))
		}
		written.Reset()
		if !slices.Equal(got, want) {
			t.Errorf("the log says %q, want %q", got, want)
		}
	}
	token := newLink(t, a.signUps, Owner{Address: "ada@example.com"}, nothing{})
	ada, err := a.CompleteSignUp(t.Context(), token, "Ada", testPassword, at(1, 1))
	must(t, err)
	said(`account made user=1 by=sign-up from=10.0.0.1/32`)
	wrong(t, a, 1, "ada@example.com", at(2, 2))
	wrong(t, a, 1, "nobody@example.com", at(3, 3))
	_, err = a.Authenticate(t.Context(), "ada@example.com", testPassword, at(1, 1))
	must(t, err)
	_, err = byLink(t, a, newLink(t, a.logIns, Owner{User: ada}, nothing{}), at(4, 4))
	must(t, err)
	said(`wrong password user=1 from=10.0.0.2/32`, `wrong password user=0 from=10.0.0.3/32`,
		`logged in user=1 by=password from=10.0.0.1/32`, `logged in user=1 by=link from=10.0.0.4/32`)

	must(t, a.ChangePassword(t.Context(), ada, testPassword, otherPassword, false, at(1, 1)))
	_, err = a.SetNewPassword(t.Context(), newLink(t, a.newPasswords, Owner{User: ada}, nothing{}), testPassword)
	must(t, err)
	confirm(t, a, ada, "lovelace@example.com")
	must(t, a.MakeMain(t.Context(), ada, "lovelace@example.com"))
	must(t, a.RemoveAddress(t.Context(), ada, "ada@example.com"))
	said(`password changed user=1`, `password changed user=1 by=link`,
		`address added user=1`, `main address changed user=1`, `address removed user=1`)

	bob := signUp(t, a, "bob@example.com")
	by := By{ada, "admin"}
	must(t, a.AddGroup(t.Context(), By{}, ada, "admin"))
	must(t, a.AddGroup(t.Context(), by, bob, "editor"))
	must(t, a.RemoveGroup(t.Context(), by, bob, "editor"))
	must(t, a.Disable(t.Context(), by, bob))
	must(t, a.Enable(t.Context(), by, bob))
	must(t, a.Invite(t.Context(), by, "eve@example.com", "editor"))
	must(t, a.StopWaiting(t.Context(), by, "joe@example.com"))
	if err := a.Disable(t.Context(), By{bob, "admin"}, ada); err == nil {
		t.Error("Bob disables Ada")
	}
	said(`group added user=1 group=admin by=0`, `group added user=2 group=editor by=1`, `group removed user=2 group=editor by=1`,
		`user disabled user=2 by=1`, `user enabled user=2 by=1`, `somebody invited user=0 by=1 groups=[editor]`,
		`taken off the waiting list user=0 by=1`)

	must(t, a.Leave(t.Context(), bob))
	clock.pass(leaveTime + time.Second)
	must(t, a.sweep(t.Context()))
	said(`account will be deleted user=2`, `account deleted user=2`)
}
