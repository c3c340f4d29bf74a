package main

import (
	"context"
	"log/slog"

	"github.com/ocsigo/start/framework/devdb"
)

// database is the Postgres that serves: the one that DATABASE_URL names, or one of the program's own.
type database struct {
	url  string
	gone <-chan struct{} // closed when a server of our own has ended; nil otherwise
	stop func()
}

func openDatabase(ctx context.Context, c Config, say func(string)) (database, error) {
	if !c.Development() {
		return database{url: c.Database, stop: func() {}}, nil
	}
	server, err := devdb.Start(ctx, devdb.Options{Folder: c.Data})
	if err != nil {
		return database{}, err
	}
	say("The database is in " + server.Folder())
	return database{url: server.URL("postgres"), gone: server.Done(), stop: func() {
		if err := server.Stop(); err != nil {
			slog.Error("database not stopped", "error", err)
		}
	}}, nil
}
