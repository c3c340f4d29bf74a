//go:build unix

package devdb

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/ocsigo/start/framework/devdb/internal/installed"
)

// create makes a new data folder, all of it or none: initdb works in a folder
// next to it, which gets its name at the end. What an interrupted initdb left
// behind is removed by the next one.
func create(ctx context.Context, p place, programs installed.Programs, held locks, unsafe bool) error {
	abandoned, _ := filepath.Glob(escape(p.folder) + ".new-*")
	for _, folder := range abandoned {
		os.RemoveAll(folder)
	}
	folder, err := os.MkdirTemp(filepath.Dir(p.folder), filepath.Base(p.folder)+".new-")
	if err != nil {
		return plain(err, p.folder)
	}
	defer os.RemoveAll(folder) // gone already when all went well
	if err := p.owner.own(folder); err != nil {
		return err
	}
	if err := initdb(ctx, p, programs, held, folder, unsafe); err != nil {
		return err
	}
	// Rename does not replace a folder, not even an empty one.
	if err := os.Remove(p.folder); err != nil && !os.IsNotExist(err) {
		return err
	}
	return os.Rename(folder, p.folder)
}

// initdb fills folder. The locale is C.UTF-8, which sorts alike everywhere and
// knows the letters of every language, or plain C where the system lacks it;
// from version 17 on Postgres brings its own.
func initdb(ctx context.Context, p place, programs installed.Programs, held locks, folder string, unsafe bool) error {
	locales := [][]string{{"--locale=C.UTF-8"}, {"--locale=C"}}
	if programs.Version.Major >= 17 {
		locales = [][]string{{"--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"}}
	}
	var err error
	for _, locale := range locales {
		args := append([]string{
			programs.Initdb(), "--pgdata=" + folder,
			"--username=" + superuser,
			"--auth-local=trust", "--auth-host=reject",
			"--encoding=UTF8",
			"--data-checksums",
			"--wal-segsize=1", // a small folder
		}, locale...)
		if unsafe {
			args = append(args, "--no-sync")
		}
		var said journal
		if err = runInitdb(ctx, p.owner, held, folder, &said, args); err == nil {
			return nil
		}
		err = said.explain(fmt.Sprintf("making the data folder %s", p.folder), p.folder, err)
		if !said.mentions("invalid locale") {
			break
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

func runInitdb(ctx context.Context, owner account, held locks, folder string, said *journal, args []string) error {
	c, err := startChild(ctx, owner, held, said, folder, args)
	if err != nil {
		return err
	}
	return c.wait()
}

// escape makes a name match itself in a pattern.
func escape(name string) string {
	var b []byte
	for i := range len(name) {
		switch name[i] {
		case '*', '?', '[', '\\':
			b = append(b, '\\')
		}
		b = append(b, name[i])
	}
	return string(b)
}
