package framework_test

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"github.com/ocsigo/start/framework/devdb/dbtest"
	"github.com/ocsigo/start/framework/session/pgstore"
)

func TestMain(m *testing.M) {
	dbtest.Main(m, dbtest.Template{Key: schema(), Migrate: migrate})
}

// schema names the tables by the text of the migrations that make them.
func schema() string {
	var all strings.Builder
	files := pgstore.Migrations()
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		panic(err) // the pattern is right
	}
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			panic(err) // the files are embedded
		}
		fmt.Fprintf(&all, "%s\n%s\n", name, text)
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
