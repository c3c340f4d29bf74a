package web_test

import (
	"encoding/hex"
	"errors"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"

	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/session"
)

// kept is all that stands in the database, but for jobs.
func (s *site) kept() string {
	s.t.Helper()
	found, _ := s.db.Query(s.t.Context(), `SELECT table_name::text FROM information_schema.tables
		WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name NOT LIKE 'river%'`)
	tables, err := pgx.CollectRows(found, pgx.RowTo[string])
	if err != nil {
		s.t.Fatal(err)
	}
	var all strings.Builder
	for _, table := range tables {
		var text string
		query := `SELECT coalesce(string_agg(t::text, ' '), '') FROM ` + pgx.Identifier{table}.Sanitize() + ` AS t`
		if err := s.db.QueryRow(s.t.Context(), query).Scan(&text); err != nil {
			s.t.Fatal(err)
		}
		all.WriteString(text)
	}
	return all.String()
}

// sweep lets accounts go whose time has come, until a user is gone.
func (s *site) sweep(user session.UserID) {
	s.t.Helper()
	stop := running(s.accounts)
	defer stop()
	for {
		_, err := s.accounts.User(s.t.Context(), user)
		if errors.Is(err, session.ErrNoUser) {
			return
		}
		if err != nil {
			s.t.Fatal(err)
		}
		runtime.Gosched()
	}
}

// gone has a user's account deleted, and fails unless each of the texts is kept before it and none of them after it.
func (s *site) gone(b *processtest.Browser, user session.UserID, texts ...string) {
	s.t.Helper()
	kept := func(want bool) {
		s.t.Helper()
		all := s.kept()
		for _, text := range texts {
			if found := strings.Contains(all, text) || strings.Contains(all, hex.EncodeToString([]byte(text))); found != want {
				s.t.Errorf("%q is kept: %t, want %t", text, found, want)
			}
		}
	}
	kept(true)
	b.Submit("/settings", change("leave", "leave", "yes"))
	if _, err := s.db.Exec(s.t.Context(), `UPDATE users SET leaves = now() - interval '1 minute' WHERE leaves IS NOT NULL`); err != nil {
		s.t.Fatal(err)
	}
	s.sweep(user)
	kept(false)
}

// remembered is a stored reference, as features have them.
var remembered = session.NewStoredRef("web_test.remembered", session.PerUser, "")

// TestDeletedAccountLeavesNothing, as the settings say: neither in the tables of accounts nor in what stored references
// remember.
func TestDeletedAccountLeavesNothing(t *testing.T) {
	s := newSiteAs(t, setup{more: func(pages chi.Router) {
		pages.Get("/remember", page.Connected(func(r *http.Request, _ session.UserID) (page.Content, error) {
			return page.Content{}, remembered.Set(r.Context(), "under the third stone")
		}))
	}})
	ada := s.user("lovelace@example.com")
	s.addAddress(ada, "second@example.org")
	b := s.visitorAs("lovelace@example.com")
	b.Get("/remember")
	b.Submit("/settings", change("name", "name", "Countess Ada"))
	s.gone(b, ada, "lovelace@", "second@", "Countess", "third stone")
}
