//go:build unix

package devdb

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
)

// joinTries is how often Join looks whether the app answers that has the folder. Each time takes a second (farewell).
const joinTries = 30

// Join is for a program beside the app, such as a command: it returns the connection string of a database of the folder,
// which the running app serves or, when none runs, Join itself until leave is called, as Start does. No second server is
// ever started over a folder. Leaving the app's server does nothing to it.
func Join(ctx context.Context, o Options, database string) (url string, leave func() error, err error) {
	return join(ctx, o, thisMachine(), database)
}

func join(ctx context.Context, o Options, m machine, database string) (url string, leave func() error, err error) {
	for range joinTries {
		if s := answering(ctx, o, m); s != nil {
			return s.URL(database), func() error { return nil }, nil
		}
		var s *Server
		s, err = start(ctx, o, m)
		if err == nil {
			return s.URL(database), s.Stop, nil
		}
		if _, used := errors.AsType[inUse](err); !used {
			break
		}
	}
	return "", nil, err
}

// answering returns the server of another program of ours that serves the folder and answers; nil when there is none.
// Where it is, stands in postmaster.pid, which nobody but its owner can read or write.
func answering(ctx context.Context, o Options, m machine) *Server {
	if o.check() != nil {
		return nil
	}
	where, err := settle(ctx, o.Folder, m.state)
	if err != nil {
		return nil
	}
	file, ok := readPidFile(where.folder)
	if !ok || !file.ready || !strings.HasPrefix(filepath.Base(file.socket), socketBase(where.folder)) {
		return nil
	}
	s := &Server{place: where, socket: file.socket}
	if s.answers(ctx) != nil {
		return nil
	}
	return s
}
