//go:build unix

package devdb

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/devdb/internal/lock"
)

func TestTheAppIsKilled(t *testing.T) {
	folder := newFolder(t)
	s := mustStart(t, folder)
	mustExec(t, s, `create table kept (word text); insert into kept values ('still here')`)
	mustStop(t, s)

	cmd := app(t, folder)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, _ := bufio.NewReader(stdout).ReadString('\n')
	var server int
	if _, err := fmt.Sscanf(line, "serving %d", &server); err != nil {
		t.Fatalf("the app says %q", line)
	}
	cmd.Process.Kill()
	cmd.Wait()

	waitForServer(t, folder)
	began := time.Now()
	s = mustStart(t, folder)
	t.Logf("start after a crash: %v", time.Since(began).Round(time.Millisecond))
	if got := query(t, s, `select word from kept`); got != "still here" {
		t.Errorf("the row says %q", got)
	}
}

// Whenever the app is killed, while it makes the data, starts the server or waits
// for it, the next start works, at once.
func TestTheAppIsKilledAtAnyMoment(t *testing.T) {
	folder := newFolder(t)
	killAtMoments(t, folder, 8, 120*time.Millisecond) // initdb
	mustStop(t, mustStart(t, folder))
	killAtMoments(t, folder, 8, 25*time.Millisecond) // the server
	mustStop(t, mustStart(t, folder))
	left, err := os.ReadDir(filepath.Dir(folder))
	if err != nil {
		t.Fatal(err)
	}
	if len(left) != 3 {
		t.Errorf("next to the data there are %v, want the two locks only", left)
	}
}

// killAtMoments starts the app again and again, and lets it live a step longer
// each time.
func killAtMoments(t *testing.T, folder string, times int, step time.Duration) {
	t.Helper()
	for i := range times {
		cmd := app(t, folder)
		stdin, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		kill := time.AfterFunc(time.Duration(i)*step, func() { cmd.Process.Kill() })
		cmd.Wait()
		kill.Stop()
		stdin.Close()
	}
}

// After a reboot the number in postmaster.pid may be another process's.
func TestAStalePidFile(t *testing.T) {
	folder := newFolder(t)
	s := mustStart(t, folder)
	pidFile, err := os.ReadFile(pidFileName(folder))
	if err != nil {
		t.Fatal(err)
	}
	mustStop(t, s)

	stranger := runAs(t, s.place.owner, "sleep", "1000")
	_, rest, _ := strings.Cut(string(pidFile), "\n")
	stale := fmt.Sprintf("%d\n%s", stranger, rest)
	plant(t, s.place.owner, pidFileName(folder), stale)
	mustStart(t, folder)
	if err := syscall.Kill(stranger, 0); err != nil {
		t.Errorf("the stranger's process: %v", err)
	}
}

// A server that somebody started by hand holds none of our locks.
func TestAServerStartedByHand(t *testing.T) {
	folder := newFolder(t)
	s := mustStart(t, folder)
	mustStop(t, s)
	sockets := filepath.Join(filepath.Dir(folder), "sockets")
	if err := os.Mkdir(sockets, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := s.place.owner.own(sockets); err != nil {
		t.Fatal(err)
	}
	byHand := &Server{place: s.place, programs: s.programs, socket: sockets, done: make(chan struct{}), log: quiet}
	held, err := s.place.lock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	byHand.locks = held
	// The same launch, with a lock that says nothing to anybody.
	other, err := lock.Try(filepath.Join(filepath.Dir(folder), "other.lock"))
	if err != nil {
		t.Fatal(err)
	}
	held.release()
	byHand.locks = locks{other, other}
	if err := byHand.launch(careless); err != nil {
		t.Fatal(err)
	}
	defer byHand.Stop()
	if err := byHand.ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := refused(t, t.Context(), Options{Folder: folder})
	if !strings.Contains(got, "postmaster.pid") || !strings.Contains(got, "already exists") {
		t.Errorf("it says %q", got)
	}
	query(t, byHand, `select 'unharmed'`)
}

func TestAServerThatIsShuttingDown(t *testing.T) {
	folder := newFolder(t)
	mustStop(t, mustStart(t, folder))
	held, err := lock.Try(lock.Server(folder))
	if err != nil {
		t.Fatal(err)
	}
	release := time.AfterFunc(200*time.Millisecond, func() { held.Close() })
	defer release.Stop()
	mustStart(t, folder) // waits for it
}

func TestGivingUpWhileStarting(t *testing.T) {
	folder := newFolder(t)
	for _, after := range []time.Duration{0, 20, 100, 200, 400, 600} {
		ctx, cancel := context.WithTimeout(t.Context(), after*time.Millisecond)
		s, err := Start(ctx, Options{Folder: folder, Settings: careless, Log: quiet})
		cancel()
		switch {
		case err == nil:
			mustStop(t, s)
		case !errors.Is(err, context.DeadlineExceeded):
			t.Errorf("given up after %d ms, it says %v", after, err)
		}
		if held, err := lock.Try(lock.App(folder)); err == nil {
			held.Close()
		} else {
			t.Errorf("the folder is still ours: %v", err)
		}
	}
	mustStop(t, mustStart(t, folder))
}
