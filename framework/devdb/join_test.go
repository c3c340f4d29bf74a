//go:build unix

package devdb

import (
	"context"
	"errors"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/ocsigo/start/framework/devdb/internal/lock"
)

// mustJoin joins a folder, and returns what a database there says.
func mustJoin(t *testing.T, folder, sql string) (answer string, leave func() error) {
	t.Helper()
	url, leave, err := Join(t.Context(), Options{Folder: folder, Settings: careless, Log: quiet}, "postgres")
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if err := conn.QueryRow(t.Context(), sql).Scan(&answer); err != nil {
		t.Fatal(err)
	}
	return answer, leave
}

const began = `select pg_postmaster_start_time()::text`

func TestJoinARunningServer(t *testing.T) {
	s := mustStart(t, newFolder(t))
	here, leave := mustJoin(t, s.Folder(), began)
	if there := query(t, s, began); here != there {
		t.Errorf("it has joined a server that began at %s, and there is one that began at %s", here, there)
	}
	if err := leave(); err != nil {
		t.Error(err)
	}
	query(t, s, `select 'unharmed'`)
}

// TestJoinNobody: without an app it serves the folder itself, as long as it is needed; also where one has crashed.
func TestJoinNobody(t *testing.T) {
	folder := newFolder(t)
	for range 2 {
		_, leave := mustJoin(t, folder, began)
		if got := refused(t, t.Context(), Options{Folder: folder}); got != (inUse{folder}).Error() {
			t.Errorf("meanwhile another is told %q", got)
		}
		if err := leave(); err != nil {
			t.Error(err)
		}
		held, err := lock.Try(lock.Server(folder))
		if err != nil {
			t.Fatalf("a process of the server is left: %v", err)
		}
		held.Close()
		s := mustStart(t, folder)
		s.child.signal(syscall.SIGKILL) // postmaster.pid stays
		<-s.Done()
	}
}

// TestJoinWaits for an app that has the folder and does not answer yet: until it does, or has gone, or nobody waits.
func TestJoinWaits(t *testing.T) {
	folder := newFolder(t)
	mustStop(t, mustStart(t, folder))
	app, err := lock.Try(lock.App(folder))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*farewell)
	defer cancel()
	if _, _, err := Join(ctx, Options{Folder: folder, Log: quiet}, "postgres"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("while it has the folder: %v", err)
	}
	gone := make(chan error)
	go func() { gone <- app.Close() }()
	_, leave := mustJoin(t, folder, began)
	if err := errors.Join(<-gone, leave()); err != nil {
		t.Error(err)
	}
}
