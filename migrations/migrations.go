// Package migrations makes the site's tables.
//
// Each file in sql is one step, numbered in the order the steps are taken. To change the schema, add a
// file; never edit one that has run somewhere:
//
//	sql/00002_notes.sql
//
//	-- +goose Up
//	CREATE TABLE notes (…);
//
//	-- +goose Down
//	DROP TABLE notes;
//
// The program takes the steps that are missing each time it starts, before it serves anything: the framework's
// first, then those of the queue of jobs (River's, in jobs.go), then yours. Several nodes may start at once: an
// advisory lock lets one after the other look.
package migrations

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/ocsigo/start/framework/session/pgstore"
)

//go:embed sql/*.sql
var embedded embed.FS

// versions is the table in which goose notes which of the site's steps were taken. The framework has its own.
const versions = "site_versions"

// Apply brings the database at url up to date: the framework's tables first, then those of the queue of jobs, then the
// site's. The url may say what is meant for a pool of connections, such as pool_max_conns.
func Apply(ctx context.Context, url string) error {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return err
	}
	db := stdlib.OpenDB(*config.ConnConfig)
	defer db.Close()
	if err := pgstore.Migrate(ctx, db); err != nil {
		return fmt.Errorf("the framework's migrations: %w", err)
	}
	if err := migrateJobs(ctx, db, config); err != nil {
		return fmt.Errorf("the migrations of the queue of jobs: %w", err)
	}
	if err := pgstore.Up(ctx, db, versions, files()); err != nil {
		return fmt.Errorf("the site's migrations: %w", err)
	}
	return nil
}

// Key names the schema that Apply makes: another key, another schema. The tests keep a migrated database
// under this name, so that they migrate again only when a file has changed.
func Key() string {
	hash := sha256.New()
	for _, folder := range []fs.FS{pgstore.Migrations(), files()} {
		if err := addAll(hash, folder); err != nil {
			panic(err) // both folders are embedded
		}
	}
	addJobs(hash)
	return hex.EncodeToString(hash.Sum(nil))
}

// addAll writes every file with its name and length, so that no two folders look the same.
func addAll(to io.Writer, folder fs.FS) error {
	return fs.WalkDir(folder, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(folder, name)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(to, "%q %d\n%s", name, len(content), content)
		return err
	})
}

func files() fs.FS {
	folder, err := fs.Sub(embedded, "sql")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return folder
}
