package main

import (
	"context"
	"log/slog"

	"github.com/ocsigo/start/framework/devdb"
)

// database is the Postgres that serves: the one that DATABASE_URL names, or one of the program's own.
type database struct {
	url   string
	where string          // for people, when it is the program's own
	gone  <-chan struct{} // closed when the program's own has ended; nil for another
	stop  func()
}

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
