package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/ocsigo/start/accounts"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/framework/session/pgstore"
)

// stuck lets the database refuse to delete rows, until the function that it returns is called.
func (s *site) stuck(table string) (mend func()) {
	s.t.Helper()
	s.exec(`CREATE FUNCTION stuck() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'stuck'; END $$`)
	s.exec(`CREATE TRIGGER stuck BEFORE DELETE ON ` + table + ` EXECUTE FUNCTION stuck()`)
	return func() { s.exec(`DROP FUNCTION stuck CASCADE`) }
}

func (s *site) exec(query string, arguments ...any) {
	s.t.Helper()
	if _, err := s.db.Exec(s.t.Context(), query, arguments...); err != nil {
		s.t.Fatal(err)
	}
}

// TestSessionsEndTogether with what ends them: where they cannot end, the password stays what it is, and nobody leaves.
func TestSessionsEndTogether(t *testing.T) {
	s := newSite(t)
	s.user("ada@example.com")
	l := s.letters()
	b, other, forgetful := s.visitorAs("ada@example.com"), s.visitorAs("ada@example.com"), s.visitor()
	l.to("ada@example.com") // of the other browser
	askFor(t, forgetful, "/forgot", "ada@example.com")
	follow(t, forgetful, l.link("ada@example.com"))
	mend := s.stuck("ocsigo_sessions")
	for what, p := range map[string]processtest.Page{
		"another password":     b.Submit("/settings", change("password", "password", newer)),
		"a password by letter": forgetful.Submit("/link", url.Values{"password": {newer}}),
		"leaving":              b.Submit("/settings", change("leave", "leave", "yes")),
	} {
		if p.Status != http.StatusInternalServerError {
			t.Errorf("%s: %d", what, p.Status)
		}
	}
	mend()
	s.exec(`UPDATE tries SET count = 0`)
	if _, err := s.accounts.Authenticate(t.Context(), "ada@example.com", newer, accounts.Client{}); err == nil {
		t.Error("the password is changed")
	}
	if user, err := s.accounts.User(t.Context(), 1); err != nil || user.Leaves != nil {
		t.Errorf("%+v, %v", user, err)
	}
	if who(b) != "ada@example.com" || who(other) != "ada@example.com" {
		t.Errorf("the browsers are %q's and %q's", who(b), who(other))
	}
	if p := forgetful.Submit("/link", url.Values{"password": {newer}}); p.Status != http.StatusSeeOther || who(b) != "" || who(other) != "" {
		t.Errorf("the link: %d, and the browsers are %q's and %q's", p.Status, who(b), who(other))
	}
}

// TestLogInWhilePasswordChanges: who has shown the old password, and is not logged in yet when another one is set and all
// sessions end, is not logged in after it.
func TestLogInWhilePasswordChanges(t *testing.T) {
	s := newSite(t)
	s.user("ada@example.com")
	l := s.letters()
	thief, reader := s.visitor(), s.visitor()
	askFor(t, reader, "/login", "ada@example.com", "do", "link")
	follow(t, reader, l.link("ada@example.com"))
	s.sessions.OnOpenSession(func(ctx context.Context, me session.UserID) error {
		// As if it had been deleted among the others just before it was made.
		_, err := s.db.Exec(ctx, `UPDATE users SET state = state + 1 WHERE id = $1`, me)
		return err
	})
	p := thief.Submit("/login", url.Values{"email": {"ada@example.com"}, "password": {password}})
	if p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Body, "do not belong together") || who(thief) != "" {
		t.Errorf("by password: %d, and the browser is %q's", p.Status, who(thief))
	}
	s.exec(`UPDATE users SET state = 0`)
	if p := reader.Submit("/link", nil); p.Status != http.StatusNotFound || who(reader) != "" {
		t.Errorf("by link: %d, and the browser is %q's", p.Status, who(reader))
	}
	if all, err := s.sessions.SessionsOf(t.Context(), 1); err != nil || len(all) != 0 {
		t.Errorf("sessions: %v, %v", all, err)
	}
}

// TestPasswordChangeUnderWay: who changes a password while its owner sets a new one by a link, and waits for him, changes
// nothing: his session has ended by then.
func TestPasswordChangeUnderWay(t *testing.T) {
	s := newSite(t)
	ada := s.user("ada@example.com")
	thief := s.visitorAs("ada@example.com")
	tx, err := s.db.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback(t.Context())
	if _, err := tx.Exec(t.Context(), `UPDATE users SET password_hash = 'new', state = state + 1 WHERE id = $1`, ada); err != nil {
		t.Fatal(err)
	}
	var under sync.WaitGroup
	under.Go(func() {
		if p := thief.Submit("/settings", change("password", "password", newer)); p.Status == http.StatusOK || p.Header.Get("Location") == "/settings#password" {
			t.Errorf("%d %q", p.Status, p.Header.Get("Location"))
		}
	})
	for waits := 0; waits == 0; {
		err := s.db.QueryRow(t.Context(), `SELECT count(*) FROM pg_stat_activity
			WHERE datname = current_database() AND wait_event_type = 'Lock'`).Scan(&waits)
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := pgstore.DeleteUser(t.Context(), tx, ada, 0, session.Ending{Reason: session.NewPassword}); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	under.Wait()
	var hash string
	if err := s.db.QueryRow(t.Context(), `SELECT password_hash FROM users WHERE id = $1`, ada).Scan(&hash); err != nil || hash != "new" || who(thief) != "" {
		t.Errorf("the password is %q, %v, and the browser is %q's", hash, err, who(thief))
	}
}

// TestLogInWhileLeaving: who is not logged in yet when his account is to be deleted, and all his sessions end, is not logged
// in after it; when he logs in once more, the account stays.
func TestLogInWhileLeaving(t *testing.T) {
	s := newSite(t)
	ada := s.user("ada@example.com")
	b, leaves := s.visitor(), true
	s.sessions.OnOpenSession(func(ctx context.Context, me session.UserID) error {
		if !leaves {
			return nil
		}
		leaves = false
		_, err := s.db.Exec(ctx, `UPDATE users SET leaves = now() + interval '7 days' WHERE id = $1`, me)
		return err
	})
	form := url.Values{"email": {"ada@example.com"}, "password": {password}}
	if p := b.Submit("/login", form); p.Status != http.StatusUnprocessableEntity || who(b) != "" {
		t.Errorf("%d, and the browser is %q's", p.Status, who(b))
	}
	p := b.Submit("/login", form)
	if user, err := s.accounts.User(t.Context(), ada); err != nil || user.Leaves != nil || who(b) != "ada@example.com" {
		t.Errorf("once more: %d, %+v, %v, and the browser is %q's", p.Status, user, err, who(b))
	}
}
