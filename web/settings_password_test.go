package web_test

import (
	"context"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/session"
)

// newer is a password as good as that of all users.
const newer = "seven teapots argue loudly"

// closings notes why sessions close.
func (s *site) closings() func() []session.Reason {
	var mu sync.Mutex
	var why []session.Reason
	s.sessions.OnPostCloseSession(func(_ context.Context, c session.Closing) error {
		mu.Lock()
		defer mu.Unlock()
		why = append(why, c.Reason)
		return nil
	})
	return func() []session.Reason {
		mu.Lock()
		defer mu.Unlock()
		return why
	}
}

// TestPasswordIsChanged with the present one: the other sessions end, this one goes on under another token, and the old
// password is good for nothing.
func TestPasswordIsChanged(t *testing.T) {
	s := newSite(t)
	s.user("ada@example.com")
	why := s.closings()
	b, other := s.visitorAs("ada@example.com"), s.visitorAs("ada@example.com")
	s.later(tooLong)
	before := sessionOf(s.cookiesOf(b))
	if !strings.Contains(b.Get("/settings").Body, `name="old"`) {
		t.Error("the present password is not asked for")
	}
	p := b.Submit("/settings", change("password", "old", password, "password", newer))
	if after := sessionOf(s.cookiesOf(b)); after == "" || after == before {
		t.Errorf("the token was %q, and is %q", before, after)
	}
	wantDone(t, b, p, "password", "Your password is changed, and you are logged out everywhere else.")
	if who(b) != "ada@example.com" || who(other) != "" {
		t.Errorf("this browser is %q's, the other %q's", who(b), who(other))
	}
	if got := why(); len(got) != 1 || got[0] != session.NewPassword {
		t.Errorf("closed: %v", got)
	}
	for typed, status := range map[string]int{password: http.StatusUnprocessableEntity, newer: http.StatusSeeOther} {
		if p := s.visitor().Submit("/login", url.Values{"email": {"ada@example.com"}, "password": {typed}}); p.Status != status {
			t.Errorf("log-in with %q: %d", typed, p.Status)
		}
	}
}

// TestPasswordIsChangedJustAfterLogIn: then the present one is not asked for again.
func TestPasswordIsChangedJustAfterLogIn(t *testing.T) {
	s := newSite(t)
	s.user("ada@example.com")
	b := s.visitorAs("ada@example.com")
	if strings.Contains(b.Get("/settings").Body, `name="old"`) {
		t.Error("the present password is asked for")
	}
	wantDone(t, b, b.Submit("/settings", change("password", "password", newer)), "password", "Your password is changed")
}

// TestPasswordIsRefused: nothing typed as a password comes back, and nothing has changed.
func TestPasswordIsRefused(t *testing.T) {
	s := newSite(t)
	s.user("ada@example.com")
	b := s.visitorAs("ada@example.com")
	other := s.visitorAs("ada@example.com")
	for typed, words := range map[string]string{
		"": "Type your new password.", "too short": "fewer than 12 characters", "OcsigoStart2026!": "your name or address",
	} {
		p := b.Submit("/settings", change("password", "password", typed))
		wantWrong(t, p, http.StatusUnprocessableEntity, words, `id="new-password-error"`)
		if typed != "" && strings.Contains(p.Body, typed) {
			t.Errorf("%q comes back: %s", typed, p.Body)
		}
	}
	s.later(tooLong)
	identity := b.Get("/settings").IdentityTag()
	try := func(old string) processtest.Page {
		return b.Post("/settings", with(change("password", "old", old, "password", newer), "_identity", identity))
	}
	for range 5 {
		p := try("not her password")
		wantWrong(t, p, http.StatusUnprocessableEntity, `id="old-error"`, "This is not your password.")
		if strings.Contains(p.Body, newer) || strings.Contains(p.Body, "not her password") {
			t.Errorf("a password comes back: %s", p.Body)
		}
	}
	p := try(password) // the sixth within five minutes, right as it is
	wantWrong(t, p, http.StatusTooManyRequests, "There were too many tries.")
	if p.Header.Get("Retry-After") == "" {
		t.Error("nobody says when to try again")
	}
	if who(b) != "ada@example.com" || who(other) != "ada@example.com" {
		t.Errorf("the browsers are %q's and %q's", who(b), who(other))
	}
}

// TestSamePassword: who changes his password has another one then, whether he types the present one or not.
func TestSamePassword(t *testing.T) {
	s := newSite(t)
	s.user("ada@example.com")
	b, other := s.visitorAs("ada@example.com"), s.visitorAs("ada@example.com")
	same := func(p processtest.Page) {
		t.Helper()
		wantWrong(t, p, http.StatusUnprocessableEntity, `id="new-password-error"`, "This is the password that you have already.")
	}
	same(b.Submit("/settings", change("password", "password", password)))
	s.later(tooLong)
	same(b.Submit("/settings", change("password", "old", password, "password", password)))
	p := b.Submit("/settings", change("password", "old", "not her password", "password", password))
	wantWrong(t, p, http.StatusUnprocessableEntity, `id="old-error"`)
	if strings.Contains(p.Body, "already") || who(other) != "ada@example.com" {
		t.Errorf("the other browser is %q's, and a guesser is told: %s", who(other), p.Body)
	}
}

// TestBusySettings: where too many passwords are hashed at once the form comes back, to be sent again in some seconds.
func TestBusySettings(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // one hashes at once, however many processors there are
	s := newSite(t)
	s.user("ada@example.com")
	b := s.visitorAs("ada@example.com")
	form := with(change("password", "password", password), "_identity", b.Get("/settings").IdentityTag())
	answers := make([]processtest.Page, 400) // one who hashes, 256 who may wait, and many more
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() { answers[i] = b.Post("/settings", form) })
	}
	all.Wait()
	busy := 0
	for _, p := range answers {
		if p.Status != http.StatusServiceUnavailable {
			continue
		}
		busy++
		if p.Header.Get("Retry-After") != "5" || !strings.Contains(p.Body, "Nothing is wrong with what you typed") ||
			!strings.Contains(p.Body, `id="new-password"`) {
			t.Fatalf("%v %s", p.Header, p.Body)
		}
	}
	if busy == 0 {
		t.Error("nobody was asked to come again")
	}
}

// TestPasswordOnAnOldPage: a page that has not asked for the present password, for it was not long ago then, asks for it.
// What was typed as the new one is not kept in a page, and asked for again.
func TestPasswordOnAnOldPage(t *testing.T) {
	s := newSite(t)
	s.user("ada@example.com")
	b := s.visitorAs("ada@example.com")
	s.later(tooLong)
	p := b.Submit("/settings", change("password", "password", newer))
	if p.Status != http.StatusForbidden || strings.Contains(p.Body, newer) {
		t.Fatalf("%d %s", p.Status, p.Body)
	}
	p = b.Post("/settings", with(carried(p), page.ProofField, password))
	wantWrong(t, p, http.StatusUnprocessableEntity, "Type your new password.")
	if strings.Contains(p.Body, `name="old"`) {
		t.Error("the present password is asked for once more")
	}
}
