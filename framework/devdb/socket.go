//go:build unix

package devdb

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// longest is how long the path of a unix socket may be: 104 bytes on macOS and
// BSD with the zero at its end, 108 on Linux.
const longest = 103

const (
	port       = "5432" // only a part of the socket's name: nothing listens on the network
	socketName = ".s.PGSQL." + port
)

// socketBase begins the name of the socket's folder. postmaster.pid repeats it, and
// so tells our servers from those that somebody started by hand.
func socketBase(folder string) string { return "ocsigo-" + short(folder) + "-" }

// makeSocketFolder makes the private folder that the socket lives in. Whoever
// can open the socket is let in without a password, so the folder is the owner's
// and closed to everybody else. It is a new one at every start: nobody can have
// prepared it, and the guard of an earlier server can remove its own in peace.
func makeSocketFolder(ctx context.Context, p place) (string, error) {
	for _, above := range []string{os.TempDir(), "/tmp"} {
		if p.owner.other && !p.owner.canEnter(ctx, above) {
			continue
		}
		folder, err := os.MkdirTemp(above, socketBase(p.folder))
		if err != nil {
			return "", plain(err, above)
		}
		if len(filepath.Join(folder, socketName)) <= longest {
			return folder, p.owner.own(folder)
		}
		os.Remove(folder)
	}
	return "", fmt.Errorf("neither %s nor /tmp can hold the database's socket: set TMPDIR to a folder with a short name", os.TempDir())
}
