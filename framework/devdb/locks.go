//go:build unix

package devdb

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ocsigo/start/framework/devdb/internal/lock"
)

// patience is how long Start waits for the server of an app that died. Its
// guard makes it stop at once, but the last checkpoint may take a while.
const patience = 30 * time.Second

// The locks on a data folder. Both held means: nobody else uses the data, and
// nothing that an earlier app started still runs on it.
type locks struct {
	app    *lock.Lock // held by this process only
	server *lock.Lock // inherited by initdb, the server and all of its children
}

func (p place) lock(ctx context.Context) (locks, error) {
	app, err := lock.Try(lock.App(p.folder))
	if errors.Is(err, lock.ErrBusy) {
		return locks{}, fmt.Errorf("another copy of the app is using %s", p.folder)
	}
	if err != nil {
		return locks{}, plain(err, p.folder)
	}
	bounded, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	server, err := lock.Wait(bounded, lock.Server(p.folder))
	if err == nil {
		return locks{app, server}, nil
	}
	app.Close()
	if bounded.Err() != nil && ctx.Err() == nil {
		return locks{}, fmt.Errorf("the Postgres of an earlier run is still using %s after %v: end it, and start again", p.folder, patience)
	}
	return locks{}, plain(err, p.folder)
}

func (l locks) release() {
	l.server.Close()
	l.app.Close()
}
