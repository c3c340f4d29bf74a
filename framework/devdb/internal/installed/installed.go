// Package installed finds the Postgres programs of this machine.
package installed

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
)

// oldest is the first major version that has all that devdb and dbtest ask for
// (DROP DATABASE … WITH (FORCE)).
const oldest = 13

// ErrNone says that no usable Postgres is installed, and what to do about it.
var ErrNone = errors.New("no Postgres (version 13 or later) is installed: " + advice() + ", or set DATABASE_URL")

// Programs is one installation of Postgres.
type Programs struct {
	Folder  string // holds postgres and initdb
	Version Version
}

// Postgres is the path of the server.
func (p Programs) Postgres() string { return filepath.Join(p.Folder, "postgres") }

// Initdb is the path of the program that makes a data folder.
func (p Programs) Initdb() string { return filepath.Join(p.Folder, "initdb") }

// Usual are the places where packages put the programs without adding them to
// the PATH.
var Usual = []string{
	"/usr/lib/postgresql/*/bin",                               // Debian, Ubuntu
	"/usr/pgsql-*/bin",                                        // Postgres' own RPM packages
	"/usr/lib/postgresql*/bin",                                // openSUSE
	"/usr/libexec/postgresql*",                                // Alpine
	"/opt/homebrew/opt/postgresql@*/bin",                      // Homebrew on Apple's chips
	"/usr/local/opt/postgresql@*/bin",                         // Homebrew on Intel's
	"/home/linuxbrew/.linuxbrew/opt/postgresql@*/bin",         // Homebrew on Linux
	"/Applications/Postgres.app/Contents/Versions/[0-9]*/bin", // Postgres.app
	"/Library/PostgreSQL/*/bin",                               // EDB's installer
	"/opt/local/lib/postgresql*/bin",                          // MacPorts
	"/usr/local/pgsql/bin",                                    // built from source
	"/usr/local/bin",
	"/usr/bin",
}

// Find lists the installations, the preferred one first: the first in path,
// then those in the folders that match patterns, highest version first.
// The versions are asked of the programs. Without any it returns [ErrNone].
func Find(ctx context.Context, path string, patterns []string) ([]Programs, error) {
	var first, others []Programs
	for _, folder := range filepath.SplitList(path) {
		if p, ok := look(ctx, folder); ok {
			first = append(first, p)
			break
		}
	}
	for _, pattern := range patterns {
		folders, _ := filepath.Glob(pattern)
		for _, folder := range folders {
			if p, ok := look(ctx, folder); ok {
				others = append(others, p)
			}
		}
	}
	slices.SortStableFunc(others, newestFirst)
	all := append(first, others...)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err() // the answers were cut off
	case len(all) == 0:
		return nil, ErrNone
	}
	return all, nil
}

// look reports what is installed in folder. A program that does not run or is
// too old is as good as none.
func look(ctx context.Context, folder string) (Programs, bool) {
	p := Programs{Folder: folder}
	if !filepath.IsAbs(folder) || !isFile(p.Postgres()) || !isFile(p.Initdb()) {
		return p, false
	}
	answer, err := exec.CommandContext(ctx, p.Postgres(), "--version").Output()
	if err != nil {
		return p, false
	}
	p.Version, err = ParseVersion(string(answer))
	return p, err == nil && p.Version.Major >= oldest
}

func isFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

func newestFirst(a, b Programs) int {
	switch {
	case a.Version.newer(b.Version):
		return -1
	case b.Version.newer(a.Version):
		return 1
	}
	return 0
}

func advice() string {
	switch runtime.GOOS {
	case "darwin":
		return "install it (brew install postgresql@17, or Postgres.app)"
	case "linux":
		return "install it (Debian, Ubuntu: apt install postgresql; Fedora: dnf install postgresql-server; Alpine: apk add postgresql)"
	}
	return "install it"
}
