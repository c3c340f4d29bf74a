package devdb

import (
	"errors"
	"log/slog"

	"github.com/ocsigo/start/framework/devdb/internal/installed"
)

// ErrNotInstalled is in the error of [Start] when this machine has no Postgres.
// Its text says what to install.
var ErrNotInstalled = installed.ErrNone

// Options say where the data lives. Only Folder is required.
type Options struct {
	// Folder is the data folder, for instance "<clone>/.data/postgres". It is
	// created, with the folders above it. Next to it appear two lock files.
	Folder string

	// Settings are further settings of the server, as in postgresql.conf. They
	// cannot open it to the network. With fsync off, making the data folder
	// does not wait for the disk either.
	Settings map[string]string

	// Log gets the server's own lines: warnings and what is worse as such, all
	// else for debugging. An SQL error is for debugging too, since whoever sent
	// the query is told already. Without it they go to slog.Default().
	Log *slog.Logger
}

func (o Options) check() error {
	if o.Folder == "" {
		return errors.New("no folder was named for the database")
	}
	return nil
}
