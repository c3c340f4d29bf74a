//go:build unix

package devdb

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/ocsigo/start/framework/devdb/internal/installed"
)

const superuser = "postgres" // of the database, whatever the system's user is called

// A Server is a running Postgres. Its methods may be called from anywhere.
type Server struct {
	place    place
	programs installed.Programs
	log      *slog.Logger
	locks    locks
	socket   string // the folder
	child    *child
	journal  *journal

	stopping atomic.Bool
	done     chan struct{}
	ended    error // what it ended with; read it after done
}

// URL is the connection string of a database, for pgx and for psql. The database
// "postgres" is always there.
func (s *Server) URL(database string) string {
	query := url.Values{"host": {s.socket}, "port": {port}, "user": {superuser}, "sslmode": {"disable"}}
	return (&url.URL{Scheme: "postgres", Path: "/" + database, RawQuery: query.Encode()}).String()
}

// Folder is where the data really is: see the package's text about root.
func (s *Server) Folder() string { return s.place.folder }

// Done is closed when the server has ended, by itself or by [Server.Stop].
// Stop then says why.
func (s *Server) Done() <-chan struct{} { return s.done }

// launch starts the server and the goroutine that waits for its end. A setting
// of ours comes after the caller's, so it counts.
func (s *Server) launch(settings map[string]string) error {
	args := []string{s.programs.Postgres(), "-D", s.place.folder}
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		args = append(args, "-c", name+"="+settings[name])
	}
	for _, setting := range []string{
		"listen_addresses=",
		"port=" + port,
		"unix_socket_directories=" + `"` + strings.ReplaceAll(s.socket, `"`, `""`) + `"`,
		"unix_socket_permissions=0700",
		"logging_collector=off",
		"log_destination=stderr",
		"log_line_prefix=",
		"lc_messages=C",
	} {
		args = append(args, "-c", setting)
	}
	s.journal = &journal{log: s.log}
	var err error
	// The server outlives the context of its start.
	s.child, err = startChild(context.Background(), s.place.owner, s.locks, s.journal, s.socket, args)
	if err != nil {
		return plain(err, s.place.folder)
	}
	go s.wait()
	return nil
}

// wait is the one goroutine of a server. Nothing else touches the data, the
// socket or the locks once it runs.
func (s *Server) wait() {
	s.ended = s.child.wait()
	if s.ended == nil && !s.stopping.Load() {
		s.ended = errors.New("somebody else stopped it")
	}
	s.tidy()
	close(s.done)
}

// why says in one sentence why the server ended; nil when it was asked to. Only
// for after done.
func (s *Server) why(event string) error {
	if s.ended == nil {
		return nil
	}
	return s.journal.explain(event, s.place.folder, s.ended)
}

func (s *Server) tidy() {
	if s.socket != "" {
		os.RemoveAll(s.socket)
	}
	s.locks.release()
}

// ready returns when the server answers. It asks only when postmaster.pid says
// "ready": a question before that would be an error in the server's log.
func (s *Server) ready(ctx context.Context) error {
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	for {
		file, ok := readPidFile(s.place.folder)
		if ok && file.ready && file.pid == s.child.cmd.Process.Pid {
			return s.answers(ctx)
		}
		select {
		case <-s.done:
			return s.why("Postgres did not start")
		case <-ctx.Done():
			return ctx.Err()
		case <-again.C:
		}
	}
}

func (s *Server) answers(ctx context.Context) error {
	conn, err := pgconn.Connect(ctx, s.URL("postgres"))
	if refusal := new(pgconn.PgError); errors.As(err, &refusal) {
		return nil // an answer too: the database was dropped, or all connections are taken
	}
	if err != nil {
		return fmt.Errorf("the Postgres that was started does not answer: %w", err)
	}
	return conn.Close(ctx)
}
