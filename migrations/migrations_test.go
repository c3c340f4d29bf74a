package migrations_test

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"testing"

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
	for _, table := range []string{"users", "user_groups", "site_versions", "ocsigo_sessions", "ocsigo_versions", "river_job", "river_migration"} {
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

func open(t *testing.T, url string) *sql.DB {
	t.Helper()
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}
