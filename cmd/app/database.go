package main

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ocsigo/start/framework/devdb"
)

// database is the Postgres that serves: the one that DATABASE_URL names, or one of the program's own.
type database struct {
	url   string
	where string          // for people, when it is the program's own
	gone  <-chan struct{} // closed when the program's own has ended; nil for another
	stop  func()
}

// openDatabase finds the database, or starts it. It is the site's alone.
func openDatabase(ctx context.Context, c Config) (database, error) {
	if !c.Development() {
		return database{url: c.Database, stop: func() {}}, nil
	}
	server, err := devdb.Start(ctx, devdb.Options{Folder: c.Data})
	if err != nil {
		return database{}, err
	}
	return database{
		url:   server.URL("postgres"),
		where: " (its database is in " + server.Folder() + ")",
		gone:  server.Done(),
		stop: func() {
			if err := server.Stop(); err != nil {
				slog.Error("database not stopped", "error", err)
			}
		},
	}, nil
}

// joinDatabase is for a command: it takes the database of a running site as well.
func joinDatabase(ctx context.Context, c Config) (url string, leave func(), err error) {
	if !c.Development() {
		return c.Database, func() {}, nil
	}
	url, stop, err := devdb.Join(ctx, devdb.Options{Folder: c.Data}, "postgres")
	if err != nil {
		return "", nil, err
	}
	return url, func() {
		if err := stop(); err != nil {
			slog.Error("database not stopped", "error", err)
		}
	}, nil
}

// connect returns connections to a database that answers.
func connect(ctx context.Context, url string) (*pgxpool.Pool, error) {
	db, err := pgxpool.New(ctx, url)
	if err != nil {
		return nil, fmt.Errorf("DATABASE_URL is no address of a Postgres, such as postgres://user@host/name: %w", err)
	}
	if err := db.Ping(ctx); err != nil {
		db.Close()
		return nil, fmt.Errorf("the database does not answer: %w", err)
	}
	return db, nil
}
