package pgstore_test

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"github.com/ocsigo/start/framework/devdb/dbtest"
	"github.com/ocsigo/start/framework/session/pgstore"
)

func TestMain(m *testing.M) {
	dbtest.Main(m, dbtest.Template{Key: key(), Migrate: migrate})
}

// key names the schema by the text of its migrations.
func key() string {
	var all strings.Builder
	files := pgstore.Migrations()
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(files, name)
		fmt.Fprintf(&all, "%s\n%s\n", name, text)
		return err
	})
	if err != nil {
		panic(err) // the files are embedded
	}
	return all.String()
}

func migrate(ctx context.Context, url string) error {
	db, err := sql.Open("pgx", url)
	if err != nil {
		return err
	}
	defer db.Close()
	return pgstore.Migrate(ctx, db)
}

// newPool connects to a fresh database, with the tables in it.
func newPool(t *testing.T) *pgxpool.Pool {
	t.Helper()
	return configured(t, func(c *pgxpool.Config) { c.MaxConns = 50 }) // so that fifty are at once
}

// configured is a pool that is special.
func configured(t *testing.T, change func(*pgxpool.Config)) *pgxpool.Pool {
	t.Helper()
	config, err := pgxpool.ParseConfig(dbtest.New(t))
	if err != nil {
		t.Fatal(err)
	}
	change(config)
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}
