package web_test

import (
	"context"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

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
	ctx, end := context.WithCancel(s.t.Context())
	var work sync.WaitGroup
	work.Go(func() { s.accounts.Run(ctx) })
	for {
		_, err := s.accounts.User(s.t.Context(), user)
		if errors.Is(err, session.ErrNoUser) {
			break
		}
		if err != nil {
			s.t.Fatal(err)
		}
		runtime.Gosched()
	}
	end()
	work.Wait()
}

// TestDeletedAccountLeavesNothing, as the settings say: neither in the tables of accounts nor in those of features, nor in
// what stored references remember.
func TestDeletedAccountLeavesNothing(t *testing.T) {
	s := newSite(t)
	ada := s.user("lovelace@example.com")
	s.addAddress(ada, "second@example.org")
	b := s.visitorAs("lovelace@example.com")
	for path, form := range map[string]url.Values{
		"/settings":     change("name", "name", "Countess Ada"),
		"/safe":         {"note": {"under the third stone"}},
		"/chat/kitchen": {"text": {"fresh coffee"}},
	} {
		if p := b.Submit(path, form); p.Status != http.StatusSeeOther {
			t.Fatalf("%s: %d %s", path, p.Status, p.Body)
		}
	}
	left := func(want bool) {
		t.Helper()
		kept := s.kept()
		for _, text := range []string{"lovelace@", "second@", "Countess", "third stone", "fresh coffee"} {
			if found := strings.Contains(kept, text) || strings.Contains(kept, hex.EncodeToString([]byte(text))); found != want {
				t.Errorf("%q is kept: %t, want %t", text, found, want)
			}
		}
	}
	left(true)
	b.Submit("/settings", change("leave", "leave", "yes"))
	if _, err := s.db.Exec(t.Context(), `UPDATE users SET leaves = now() - interval '1 minute' WHERE leaves IS NOT NULL`); err != nil {
		t.Fatal(err)
	}
	s.sweep(ada)
	left(false)
}
