package pgstore

import (
	"context"
	"database/sql"
	"embed"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed sql/*.sql
var embedded embed.FS

// Migrations are the framework's own SQL files.
func Migrations() fs.FS {
	files, err := fs.Sub(embedded, "sql")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return files
}

// versions is the table in which goose notes which of the framework's migrations have run. The site's have
// their own.
const versions = "ocsigo_versions"

// Migrate brings the framework's tables up to date, under an advisory lock: several nodes may start at once.
func Migrate(ctx context.Context, db *sql.DB) error {
	return Up(ctx, db, versions, Migrations())
}

// Up runs the migrations of a folder that have not run yet, noting them in the table named versions, under
// an advisory lock. The site runs its own files with it.
func Up(ctx context.Context, db *sql.DB, versions string, files fs.FS) error {
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300)) // look each second, for 5 minutes
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, db, files,
		goose.WithTableName(versions), goose.WithSessionLocker(locker))
	if err != nil {
		return err
	}
	_, err = provider.Up(ctx)
	return err
}
