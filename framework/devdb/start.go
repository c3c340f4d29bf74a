//go:build unix

package devdb

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"github.com/ocsigo/start/framework/devdb/internal/installed"
)

// A machine is what Start needs to know about the computer. Tests have their own.
type machine struct {
	path     string   // like the environment's PATH
	programs []string // patterns of further folders with Postgres programs
	state    string   // where data goes that cannot live in the clone
}

func thisMachine() machine {
	return machine{path: os.Getenv("PATH"), programs: installed.Usual, state: "/var/lib/ocsigo"}
}

// Start serves the data folder until [Server.Stop], or until the app dies. It
// returns when the server answers. When ctx ends before that, nothing is left
// running; afterwards ctx has no meaning.
func Start(ctx context.Context, o Options) (*Server, error) {
	return start(ctx, o, thisMachine())
}

func start(ctx context.Context, o Options, m machine) (*Server, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	programs, err := installed.Find(ctx, m.path, m.programs)
	if err != nil {
		return nil, err
	}
	where, err := settle(ctx, o.Folder, m.state)
	if err != nil {
		return nil, err
	}
	s := &Server{place: where, log: o.Log, done: make(chan struct{})}
	if s.log == nil {
		s.log = slog.Default()
	}
	if s.locks, err = where.lock(ctx); err != nil {
		return nil, err
	}
	if err = s.prepare(ctx, o, programs); err == nil {
		err = s.launch(o.Settings)
	}
	if err != nil {
		s.tidy()
		return nil, err
	}
	if err := s.ready(ctx); err != nil {
		s.Stop() // what it would say, ready has said better
		return nil, err
	}
	return s, nil
}

// prepare makes sure that there is data which an installed Postgres can serve,
// and a folder for the socket. Only the holder of the locks may do this.
func (s *Server) prepare(ctx context.Context, o Options, programs []installed.Programs) error {
	major, err := inspect(s.place.folder)
	if err != nil {
		return err
	}
	if s.programs, err = choose(programs, major, s.place.folder); err != nil {
		return err
	}
	if major == 0 {
		err = create(ctx, s.place, s.programs, s.locks, o.Settings["fsync"] == "off")
	} else {
		err = forgetCrash(s.place)
	}
	if err != nil {
		return err
	}
	s.socket, err = makeSocketFolder(ctx, s.place)
	return err
}

// choose returns the preferred of the installed programs, or those that fit the
// data when there is some.
func choose(programs []installed.Programs, major int, folder string) (installed.Programs, error) {
	if major == 0 {
		return programs[0], nil
	}
	for _, p := range programs {
		if p.Version.Major == major {
			return p, nil
		}
	}
	return installed.Programs{}, fmt.Errorf(
		"%s was made by Postgres %d, but Postgres %s is installed: install version %d, or move the folder away to begin anew",
		folder, major, programs[0].Version.Text, major)
}
