//go:build unix

package devdb

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// A place is where the data really is, and the user it belongs to.
type place struct {
	folder string // absolute, without links
	owner  account
}

// settle finds the place for the data that was asked to live in folder. Where
// the user that runs Postgres cannot get there (a clone under /root), it is the
// system's state folder: loosening the permissions of folders is not ours to do.
func settle(ctx context.Context, folder, state string) (place, error) {
	asked, err := settleAt(folder)
	if err != nil || asked.reachable(ctx) {
		return asked, err
	}
	if ctx.Err() != nil {
		return asked, ctx.Err() // the attempt to get there was cut off
	}
	instead, err := settleAt(filepath.Join(state, cloneName(asked.folder)+"-"+short(asked.folder)))
	if err == nil && !instead.reachable(ctx) {
		err = fmt.Errorf("the user that runs Postgres can enter neither %s nor %s: loosen one of them, or set DATABASE_URL",
			filepath.Dir(asked.folder), filepath.Dir(instead.folder))
	}
	return instead, err
}

// settleAt makes the folders above folder and resolves links, so that two names
// of one folder have the same locks.
func settleAt(folder string) (place, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return place{}, err
	}
	if err := os.MkdirAll(filepath.Dir(folder), 0o755); err != nil {
		return place{}, plain(err, folder)
	}
	if real, err := filepath.EvalSymlinks(folder); err == nil {
		folder = real
	} else if above, err := filepath.EvalSymlinks(filepath.Dir(folder)); err == nil {
		folder = filepath.Join(above, filepath.Base(folder))
	}
	owner, err := accountFor(folder)
	return place{folder, owner}, err
}

func (p place) reachable(ctx context.Context) bool {
	return !p.owner.other || p.owner.canEnter(ctx, filepath.Dir(p.folder))
}

// cloneName is the first name above folder that is not hidden: "start" for
// /srv/start/.data/postgres.
func cloneName(folder string) string {
	for above := filepath.Dir(folder); above != "/"; above = filepath.Dir(above) {
		if name := filepath.Base(above); !strings.HasPrefix(name, ".") {
			return name
		}
	}
	return "data"
}

// short tells folders apart in names that must be short.
func short(folder string) string {
	sum := sha256.Sum256([]byte(folder))
	return hex.EncodeToString(sum[:6])
}
