//go:build unix

package dbtest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/ocsigo/start/framework/devdb/internal/lock"
)

// unusedFor is when a template goes.
const unusedFor = 7 * 24 * time.Hour

// A cache holds the templates and the copies in use:
//
//	templates/<id>/data   templates/<id>.lock
//	copies/<id>/data      copies/<id>.lock
//
// A folder belongs to whoever holds its lock.
type cache string

func (c cache) templates() string { return filepath.Join(string(c), "templates") }
func (c cache) copies() string    { return filepath.Join(string(c), "copies") }

// openCache makes the cache. Root's is the system's: no other user gets into
// root's own cache folder, and Postgres runs as one.
func openCache() (cache, error) {
	if os.Geteuid() == 0 {
		return makeCache("/var/cache/ocsigo", 0o755)
	}
	if home, err := os.UserCacheDir(); err == nil {
		if c, err := makeCache(filepath.Join(home, "ocsigo"), 0o755); err == nil {
			return c, nil
		}
	}
	return makeCache(filepath.Join(os.TempDir(), fmt.Sprintf("ocsigo-%d", os.Geteuid())), 0o700)
}

// makeCache refuses a folder of somebody else's, as there may be in a temporary
// folder, whose names anybody can guess.
func makeCache(folder string, mode os.FileMode) (cache, error) {
	c := cache(folder)
	for _, f := range []string{folder, c.templates(), c.copies()} {
		if err := os.MkdirAll(f, mode); err != nil {
			return c, err
		}
		info, err := os.Lstat(f)
		if err != nil {
			return c, err
		}
		if int(info.Sys().(*syscall.Stat_t).Uid) != os.Geteuid() {
			return c, fmt.Errorf("%s belongs to somebody else: remove it, and start again", f)
		}
		if err := os.Chmod(f, mode); err != nil { // whatever the umask is
			return c, err
		}
	}
	return c, nil
}

// sweep removes the copies that crashed runs left, and templates that nobody
// used for long. What is in use is locked.
func (c cache) sweep() {
	for _, name := range locksIn(c.copies()) {
		sweepOne(name, func() bool { return true })
	}
	for _, name := range locksIn(c.templates()) {
		sweepOne(name, func() bool {
			info, err := os.Stat(name)
			return err == nil && time.Since(info.ModTime()) > unusedFor
		})
	}
}

func locksIn(folder string) []string {
	names, _ := filepath.Glob(filepath.Join(folder, "*.lock"))
	return names
}

func sweepOne(name string, old func() bool) {
	held, err := lock.Try(name)
	if err != nil {
		return
	}
	defer held.Close()
	folder := strings.TrimSuffix(name, ".lock")
	if old() && !inUse(folder) {
		os.RemoveAll(folder)
		os.RemoveAll(folder + building)
		os.Remove(name) // while the lock is held: see lock.Try
	}
}

// inUse reports whether the server of a crashed run is still shutting down.
func inUse(folder string) bool {
	if _, err := os.Stat(folder); err != nil {
		return false
	}
	held, err := lock.Try(lock.Server(dataIn(folder)))
	if err != nil {
		return true
	}
	held.Close()
	return false
}
