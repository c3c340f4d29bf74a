package accounts

import (
	"slices"
	"sync"
	"testing"

	"github.com/ocsigo/start/framework/session"
)

// Of administrators who take each other's right at the same moment, one keeps it: whether by the group or by the account.
func TestAdministratorsAtOnce(t *testing.T) {
	a := newAccounts(t)
	all := []session.UserID{signUp(t, a, "ada@example.com"), signUp(t, a, "bob@example.com"), signUp(t, a, "eve@example.com")}
	for name, remove := range map[string]func(by By, user session.UserID) error{
		"RemoveGroup": func(by By, user session.UserID) error { return a.RemoveGroup(t.Context(), by, user, "admin") },
		"Disable":     func(by By, user session.UserID) error { return a.Disable(t.Context(), by, user) },
	} {
		for range 10 {
			for _, user := range all {
				must(t, a.Enable(t.Context(), By{}, user))
				must(t, a.AddGroup(t.Context(), By{}, user, "admin"))
			}
			var together sync.WaitGroup
			for i, user := range all {
				together.Go(func() {
					err := remove(By{user, "admin"}, all[(i+1)%len(all)])
					if err != nil && err != session.ErrPermissionDenied {
						t.Errorf("%s: %v", name, err)
					}
				})
			}
			together.Wait()
			if n := query[int](t, a, `SELECT count(*) FROM users JOIN user_groups ON user_id = id WHERE disabled IS NULL`); n == 0 {
				t.Fatalf("%s: nobody is left", name)
			}
		}
	}
}

// Who is no administrator any more changes nothing, though his request began when he was.
func TestNoAdministratorAnyMore(t *testing.T) {
	a := newAccounts(t)
	ada, bob := signUp(t, a, "ada@example.com"), signUp(t, a, "bob@example.com")
	must(t, a.AddGroup(t.Context(), By{}, bob, "editor"))
	exec(t, a, insertWaiting, "joe@example.com", a.now())
	by := By{ada, "admin"}
	for name, err := range map[string]error{
		"Disable": a.Disable(t.Context(), by, bob), "Enable": a.Enable(t.Context(), by, bob),
		"AddGroup": a.AddGroup(t.Context(), by, bob, "admin"), "RemoveGroup": a.RemoveGroup(t.Context(), by, bob, "editor"),
		"Invite": a.Invite(t.Context(), by, "eve@example.com"), "StopWaiting": a.StopWaiting(t.Context(), by, "joe@example.com"),
	} {
		if err != session.ErrPermissionDenied {
			t.Errorf("%s: %v", name, err)
		}
	}
	user, err := a.User(t.Context(), bob)
	if err != nil || user.Disabled != nil || !slices.Equal(user.Groups, []session.Group{"editor"}) || jobs(t, a) != 0 {
		t.Errorf("Bob is %+v, %v, and %d letters are sent", user, err, jobs(t, a))
	}
	if waiting, err := a.Waiting(t.Context(), "", 2); err != nil || len(waiting) != 1 {
		t.Errorf("there wait %v, %v", waiting, err)
	}
}
