//go:build unix

package devdb

import (
	"context"
	"fmt"
	"time"

	"github.com/ocsigo/start/framework/devdb/internal/lock"
)

// patience is how long Start waits for the server of an app that died. Its
// guard makes it stop at once, but the last checkpoint may take a while.
const patience = 30 * time.Second

// farewell is how long Start waits for an app that may just have died.
const farewell = time.Second

// The locks on a data folder. Both held means: nobody else uses the data, and
// nothing that an earlier app started still runs on it.
type locks struct {
	app    *lock.Lock // held by this process only
	server *lock.Lock // inherited by initdb, the server and all of its children
}

func (p place) lock(ctx context.Context) (locks, error) {
	app, err := p.lockApp(ctx)
	if err != nil {
		return locks{}, err
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

// lockApp makes this the only copy of the app. One that was killed while it began a child is outlived by its
// lock for an instant: until the child has become another program.
func (p place) lockApp(ctx context.Context) (*lock.Lock, error) {
	short, cancel := context.WithTimeout(ctx, farewell)
	defer cancel()
	app, err := lock.Wait(short, lock.App(p.folder))
	switch {
	case err == nil:
		return app, nil
	case short.Err() != nil && ctx.Err() == nil:
		return nil, inUse{p.folder}
	default:
		return nil, plain(err, p.folder)
	}
}

// inUse is the error for a folder that another copy of the app has.
type inUse struct{ folder string }

func (u inUse) Error() string {
	return fmt.Sprintf("another copy of the app is using %s: stop that one, or choose another folder", u.folder)
}

func (l locks) release() {
	l.server.Close()
	l.app.Close()
}
