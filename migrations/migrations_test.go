package migrations_test

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"os"
	"testing"

	"github.com/pressly/goose/v3"

	"github.com/ocsigo/start/framework/devdb/dbtest"
	"github.com/ocsigo/start/migrations"
)

// The tests start from an empty schema, for making one is what they are about.
func TestMain(m *testing.M) {
	dbtest.Main(m, dbtest.Template{
		Key:     "empty",
		Migrate: func(context.Context, string) error { return nil },
	})
}

func TestApply(t *testing.T) {
	url := dbtest.New(t)
	for _, more := range []string{"", "&pool_max_conns=3"} { // the second time has nothing to do
		if err := migrations.Apply(t.Context(), url+more); err != nil {
			t.Fatal(err)
		}
	}
	for _, table := range []string{"users", "user_groups", "addresses", "links", "site_versions", "ocsigo_sessions", "ocsigo_versions", "river_job", "river_migration"} {
		if !exists(t, url, table) {
			t.Errorf("there is no table %s", table)
		}
	}
}

func TestApplyTwoAtOnce(t *testing.T) {
	url := dbtest.New(t)
	results := make(chan error)
	for range 2 {
		go func() { results <- migrations.Apply(t.Context(), url) }()
	}
	if err := errors.Join(<-results, <-results); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"users", "river_job"} {
		if !exists(t, url, table) {
			t.Errorf("there is no table %s", table)
		}
	}
}

func TestEmailIsUniqueWhateverItsCase(t *testing.T) {
	url := dbtest.New(t)
	if err := migrations.Apply(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	db := open(t, url)
	const insert = `WITH made AS (INSERT INTO users DEFAULT VALUES RETURNING id)
		INSERT INTO addresses SELECT $1, id, true, now() FROM made`
	if _, err := db.ExecContext(t.Context(), insert, "ada@example.com"); err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), insert, "Ada@Example.com"); err == nil {
		t.Error("the same e-mail in capitals was taken for another")
	}
}

// Who had an account before there were addresses has it still, and again when the step is taken back.
func TestAccountsStep(t *testing.T) {
	url := dbtest.New(t)
	db := open(t, url)
	site, err := goose.NewProvider(goose.DialectPostgres, db, os.DirFS("sql"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := site.UpTo(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	exec(t, db, `INSERT INTO users (email, password_hash) VALUES ('Ada@example.com', 'her hash'), ('bob@example.com', 'his hash')`)
	if _, err := site.UpTo(t.Context(), 3); err != nil {
		t.Fatal(err)
	}
	const after = `SELECT string_agg(concat_ws(' ', users.id, address, main, verified = created, password_hash, name, state, disabled, leaves), ', ' ORDER BY users.id)
		FROM users JOIN addresses ON user_id = users.id`
	if got := text(t, db, after); got != "1 Ada@example.com t t her hash  0, 2 bob@example.com t t his hash  0" {
		t.Errorf("they became %q", got)
	}

	exec(t, db, `INSERT INTO addresses VALUES ('lovelace@example.com', 1, false, now())`)
	exec(t, db, `UPDATE users SET password_hash = NULL WHERE id = 2`)
	if _, err := site.DownTo(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	const before = `SELECT string_agg(concat_ws(' ', id, email, left(password_hash, 9)), ', ' ORDER BY id) FROM users`
	if got := text(t, db, before); got != "1 Ada@example.com her hash, 2 bob@example.com $argon2id" {
		t.Errorf("taken back they became %q", got)
	}
}

// Links that were sent before there were several for the same work still, and of several the newest is kept when the step
// is taken back.
func TestLinksStep(t *testing.T) {
	url := dbtest.New(t)
	db := open(t, url)
	site, err := goose.NewProvider(goose.DialectPostgres, db, os.DirFS("sql"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := site.UpTo(t.Context(), 3); err != nil {
		t.Fatal(err)
	}
	const insert = `INSERT INTO links (hash, purpose, address, data, made, expires) VALUES `
	exec(t, db, insert+`('old', 'sign-up', 'ada@example.com', '{}', now(), now())`)
	if _, err := site.UpTo(t.Context(), 4); err != nil {
		t.Fatal(err)
	}
	exec(t, db, insert+`('new', 'sign-up', 'ADA@example.com', '{}', now(), now()), ('other', 'invitation', 'ada@example.com', '{}', now(), now())`)
	const all = `SELECT string_agg(encode(hash, 'escape'), ', ' ORDER BY hash) FROM links`
	if got := text(t, db, all); got != "new, old, other" {
		t.Errorf("the links are %s", got)
	}
	if _, err := site.DownTo(t.Context(), 3); err != nil {
		t.Fatal(err)
	}
	if got := text(t, db, all); got != "new, other" {
		t.Errorf("taken back they are %s", got)
	}
}

func TestKey(t *testing.T) {
	key := migrations.Key()
	if sum, err := hex.DecodeString(key); err != nil || len(sum) != 32 {
		t.Errorf("Key() = %q, which is no SHA-256", key)
	}
	if key != migrations.Key() {
		t.Error("Key() says something else each time")
	}
}

func exists(t *testing.T, url, table string) (found bool) {
	t.Helper()
	err := open(t, url).QueryRowContext(t.Context(), `SELECT to_regclass($1) IS NOT NULL`, table).Scan(&found)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func exec(t *testing.T, db *sql.DB, query string) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), query); err != nil {
		t.Fatal(err)
	}
}

func text(t *testing.T, db *sql.DB, query string) (found string) {
	t.Helper()
	if err := db.QueryRowContext(t.Context(), query).Scan(&found); err != nil {
		t.Fatal(err)
	}
	return found
}

func open(t *testing.T, url string) *sql.DB {
	t.Helper()
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}
