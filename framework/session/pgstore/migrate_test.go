package pgstore_test

import (
	"database/sql"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/pressly/goose/v3"

	"github.com/ocsigo/start/framework/devdb/dbtest"
	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/framework/session/pgstore"
)

// steps is how many there are.
const steps = 4

// provider takes the steps one by one, forwards and back.
func provider(t *testing.T, pool *pgxpool.Pool) *goose.Provider {
	t.Helper()
	db, err := sql.Open("pgx", pool.Config().ConnString())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	p, err := goose.NewProvider(goose.DialectPostgres, db, pgstore.Migrations(), goose.WithTableName("ocsigo_versions"))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestMigrateAgain: twice in a row, and by several nodes at once on an empty database.
func TestMigrateAgain(t *testing.T) {
	url := dbtest.New(t)
	if err := migrate(t.Context(), url); err != nil {
		t.Errorf("the second time: %v", err)
	}
	pool := newPool(t)
	if _, err := pool.Exec(t.Context(), `DROP TABLE ocsigo_sessions, ocsigo_states, ocsigo_versions`); err != nil {
		t.Fatal(err)
	}
	results := make(chan error)
	for range 4 {
		go func() { results <- migrate(t.Context(), pool.Config().ConnString()) }()
	}
	for range 4 {
		if err := <-results; err != nil {
			t.Errorf("at once: %v", err)
		}
	}
	var taken, tables int
	err := pool.QueryRow(t.Context(), `SELECT count(*), count(DISTINCT to_regclass('ocsigo_sessions'))
		FROM ocsigo_versions WHERE version_id > 0`).Scan(&taken, &tables)
	if err != nil || taken != steps || tables != 1 {
		t.Errorf("%d steps were taken, %d tables are there: %v", taken, tables, err)
	}
}

// TestMigrateBack goes down to nothing and up again.
func TestMigrateBack(t *testing.T) {
	pool := newPool(t)
	before := schema(t, pool)
	p := provider(t, pool)
	if _, err := p.DownTo(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	if left := schema(t, pool); left != "" {
		t.Errorf("left: %s", left)
	}
	for version := range int64(steps) { // and a step back at each
		for _, move := range []int64{version + 1, version, version + 1} {
			var err error
			if at, _ := p.GetDBVersion(t.Context()); at < move {
				_, err = p.UpTo(t.Context(), move)
			} else {
				_, err = p.DownTo(t.Context(), move)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if after := schema(t, pool); after != before {
		t.Errorf("before: %s\nafter: %s", before, after)
	}
}

// schema is what the framework's tables look like, but for goose's own.
func schema(t *testing.T, pool *pgxpool.Pool) (text string) {
	t.Helper()
	err := pool.QueryRow(t.Context(), `SELECT coalesce(string_agg(line, E'\n' ORDER BY line), '') FROM (
			SELECT indexdef FROM pg_indexes WHERE tablename IN ('ocsigo_sessions', 'ocsigo_states')
			UNION ALL
			SELECT format('%s.%s %s %s', table_name, column_name, data_type, is_nullable) FROM information_schema.columns
			WHERE table_name IN ('ocsigo_sessions', 'ocsigo_states')
			UNION ALL
			SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
			WHERE conrelid IN (to_regclass('ocsigo_sessions'), to_regclass('ocsigo_states'))
		) AS all_of_it (line)`).Scan(&text)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestMigrateSessions: the sessions of the schema before stay open, but of each browser's the last alone.
func TestMigrateSessions(t *testing.T) {
	pool := newPool(t)
	p := provider(t, pool)
	if _, err := p.DownTo(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	_, err := pool.Exec(t.Context(), `INSERT INTO ocsigo_sessions (user_id, token, browser, created, signed_in, ends)
		SELECT i, sha256(i::text::bytea), sha256((i % 3)::text::bytea), now() + i * interval '1 s', now(), now() + interval '1 h'
		FROM generate_series(1, 9) i`)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	pool.Reset() // its connections know the statements for the table as it was
	s := pgstore.New(pool)
	for user := range session.UserID(10) { // 7, 8 and 9 were the last
		found, err := s.OfUser(t.Context(), user)
		if err != nil || len(found) != int(user/7) {
			t.Errorf("user %d has %+v, %v", user, found, err)
		}
		for _, r := range found {
			if !r.Seen.Equal(r.Created) || !r.Issued.Equal(r.Created) || !r.IdleEnds.Equal(r.Ends) || r.Expires || r.Agent != "" ||
				r.Network != "" || !r.BeforeEnds.IsZero() {
				t.Errorf("a session is %+v", r)
			}
		}
	}
}
