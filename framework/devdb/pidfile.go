//go:build unix

package devdb

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// A pidFile is what a server writes about itself into the data folder, as
// postmaster.pid: its process, the data folder, when it started, its port, the
// socket's folder, its address, its shared memory, and its state, a line each.
type pidFile struct {
	pid    int
	socket string // the folder
	ready  bool
}

// parsePidFile reads what there is. A starting server has not written all lines.
func parsePidFile(text string) (pidFile, bool) {
	lines := strings.Split(text, "\n")
	pid, err := strconv.ParseInt(lines[0], 10, 32)
	if err != nil || pid <= 0 {
		return pidFile{}, false // negative: a single-user Postgres
	}
	file := pidFile{pid: int(pid)}
	if len(lines) > 4 {
		file.socket = lines[4]
	}
	if len(lines) > 7 {
		file.ready = strings.TrimSpace(lines[7]) == "ready"
	}
	return file, true
}

func readPidFile(folder string) (pidFile, bool) {
	text, err := os.ReadFile(pidFileName(folder))
	if err != nil {
		return pidFile{}, false
	}
	return parsePidFile(string(text))
}

func pidFileName(folder string) string { return filepath.Join(folder, "postmaster.pid") }

// forgetCrash removes the postmaster.pid of a server that died without removing
// it. Postgres does so itself, but not when another process of the user has got
// the same number since, as happens after a reboot and in containers.
//
// The file of one of our servers is stale for certain: they all hold the lock
// that we have now. One that somebody started by hand is left to Postgres.
func forgetCrash(p place) error {
	file, ok := readPidFile(p.folder)
	if !ok || !strings.HasPrefix(filepath.Base(file.socket), socketBase(p.folder)) {
		return nil
	}
	return os.Remove(pidFileName(p.folder))
}
