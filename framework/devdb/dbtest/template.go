//go:build unix

package dbtest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/ocsigo/start/framework/devdb"
	"github.com/ocsigo/start/framework/devdb/internal/lock"
)

const (
	migrated = "migrated"  // the database in the template
	building = ".building" // the end of a template's name before it is whole

	// layout is part of a template's name. Raise it when templates are made
	// differently.
	layout = 1
)

// copyTemplate returns a copy of the template, which it makes first when it is
// missing. Whoever comes meanwhile waits at the lock.
func (c cache) copyTemplate(ctx context.Context, version string, t Template) (*copied, error) {
	template := filepath.Join(c.templates(), templateID(version, t.Key))
	held, err := lock.Wait(ctx, template+".lock")
	if err != nil {
		return nil, err
	}
	defer held.Close()
	if _, err := os.Stat(template); os.IsNotExist(err) {
		err = build(ctx, template, t)
		if err != nil {
			return nil, err
		}
	}
	now := time.Now()
	os.Chtimes(template+".lock", now, now) // for sweep: it was used
	return c.copy(ctx, template)
}

func templateID(version, key string) string {
	sum := sha256.Sum256([]byte(key))
	return fmt.Sprintf("%s-%d-%s", version, layout, hex.EncodeToString(sum[:8]))
}

// build makes a template under another name and renames it when it is whole and
// on the disk: it will be read for weeks.
func build(ctx context.Context, template string, t Template) error {
	folder := template + building
	if err := clear(ctx, folder); err != nil {
		return err
	}
	postgres, err := devdb.Start(ctx, devdb.Options{Folder: dataIn(folder), Settings: hasty, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	err = migrate(ctx, postgres, t)
	if stopped := postgres.Stop(); err == nil {
		err = stopped
	}
	if err != nil {
		return err
	}
	syscall.Sync()
	return os.Rename(folder, template)
}

// clear empties the folder of a build. One that crashed may have left a server
// that is still shutting down.
func clear(ctx context.Context, folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	held, err := lock.Wait(ctx, lock.Server(dataIn(folder)))
	if err != nil {
		return err
	}
	defer held.Close()
	if err := os.RemoveAll(folder); err != nil {
		return err
	}
	if err := os.Mkdir(folder, 0o755); err != nil {
		return err
	}
	return os.Chmod(folder, 0o755) // whatever the umask is
}

// migrate fills the database and closes it: a template with an open connection
// cannot be copied.
func migrate(ctx context.Context, postgres *devdb.Server, t Template) error {
	if err := execute(ctx, postgres, "create database "+migrated); err != nil {
		return err
	}
	if t.Migrate != nil {
		if err := t.Migrate(ctx, postgres.URL(migrated)); err != nil {
			return fmt.Errorf("migrating the template: %w", err)
		}
	}
	return execute(ctx, postgres, "alter database "+migrated+" with is_template true allow_connections false")
}
