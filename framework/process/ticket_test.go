package process_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"testing"

	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/rpc"
	"github.com/ocsigo/start/framework/session"
)

// newTicketSite is a world whose server functions log in, and where nobody may be user 13.
func newTicketSite(t *testing.T) *world {
	w := newWorld(t)
	w.sessions.OnOpenSession(func(_ context.Context, me session.UserID) error {
		if me == 13 {
			return session.ErrPermissionDenied
		}
		return nil
	})
	rpc.Handle(w.api, "logIn", func(ctx context.Context, user session.UserID) (bool, error) {
		err := session.Connect(ctx, user)
		return session.Current(ctx).Connected(), err
	})
	rpc.Handle(w.api, "logInVainly", func(ctx context.Context, user session.UserID) (bool, error) {
		return false, errors.Join(session.Connect(ctx, user), session.ErrPermissionDenied)
	})
	rpc.Connected(w.api, "prove", func(ctx context.Context, _ session.UserID, _ struct{}) (bool, error) {
		return true, session.Reauthenticated(ctx)
	})
	return w
}

// TestLogInByNotification: nobody would hear of a ticket, and the function learns that.
func TestLogInByNotification(t *testing.T) {
	w := newTicketSite(t)
	failed := make(chan error, 1)
	rpc.Handle(w.api, "logInUnheard", func(ctx context.Context, user session.UserID) (struct{}, error) {
		failed <- session.Connect(ctx, user)
		return struct{}{}, nil
	})
	tab := processtest.NewBrowser(t, w.URL).Open("/")
	tab.Send(`{"jsonrpc":"2.0","method":"logInUnheard","params":[7]}`)
	if err := <-failed; !errors.Is(err, session.ErrNoAnswer) {
		t.Errorf("got %v", err)
	}
}

// TestLogInByCall: the call is done when the tab has redeemed its ticket. It goes on as the user's, on the same socket.
func TestLogInByCall(t *testing.T) {
	w := newTicketSite(t)
	b := processtest.NewBrowser(t, w.URL)
	tab := b.Open("/")
	var already bool
	if err := tab.Call("logIn", []int{7}, &already); err != nil || already {
		t.Fatalf("%v; in the call somebody is connected: %v", err, already)
	}
	tab.Announce()
	var me session.UserID
	if err := tab.Call("me", nil, &me); err != nil || me != 7 || tab.Number != 1 {
		t.Errorf("%v: the tab is user %d's, under number %d", err, me, tab.Number)
	}
	was := cookieOf(t, b)
	if err := tab.Call("prove", nil, nil); err != nil || cookieOf(t, b) == was {
		t.Errorf("%v; the cookie has changed: %v", err, cookieOf(t, b) != was)
	}
	if n := w.started.Load(); n != 1 {
		t.Errorf("the start hooks ran %d times", n)
	}
}

// cookieOf is the session's cookie of a browser.
func cookieOf(t *testing.T, b *processtest.Browser) string {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, b.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	all := b.Client.Jar.Cookies(r.URL)
	i := slices.IndexFunc(all, func(c *http.Cookie) bool { return c.Name == "dev-session" })
	if i < 0 {
		t.Fatalf("there is no session among %v", all)
	}
	return all[i].Value
}

// TestLogInByCallFails where the log-in does, and where its function fails behind it nothing is redeemed.
func TestLogInByCallFails(t *testing.T) {
	w := newTicketSite(t)
	tab := processtest.NewBrowser(t, w.URL).Open("/")
	wantKind(t, tab.Call("logIn", []int{13}, nil), "permission_denied")
	wantKind(t, tab.Call("logInVainly", []int{7}, nil), "permission_denied")
	var connected bool
	if err := tab.Call("who", nil, &connected); err != nil || connected || tab.Number != 0 {
		t.Errorf("%v: somebody is connected: %v, under number %d", err, connected, tab.Number)
	}
}

// TestLogInByCallsAtOnce: many tabs of a browser log in, each by a call of its own. One session is left, and no tab
// of another goes on.
func TestLogInByCallsAtOnce(t *testing.T) {
	w := newTicketSite(t)
	b := processtest.NewBrowser(t, w.URL)
	var tabs []*processtest.Tab
	for range 8 {
		tabs = append(tabs, b.Open("/"))
	}
	var all sync.WaitGroup
	for _, tab := range tabs {
		all.Go(func() { tab.Call("logIn", []int{7}, nil) }) // an error says that another was faster
	}
	all.Wait()
	rows, err := w.store.OfUser(t.Context(), 7)
	if err != nil || len(rows) != 1 {
		t.Fatalf("%v: there are %d sessions", err, len(rows))
	}
	if n := len(w.sessions.TabsOfUser(7)); n > 1 {
		t.Errorf("%d tabs go on", n)
	}
}
