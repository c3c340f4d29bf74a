//go:build unix

package devdb

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/ocsigo/start/framework/devdb/internal/installed"
	"github.com/ocsigo/start/framework/devdb/internal/lock"
	"go.uber.org/goleak"
)

// appFolder makes this test binary play the app: it serves the folder named by
// the environment variable, says so, and waits to be killed.
const appFolder = "DEVDB_TEST_APP_FOLDER"

func TestMain(m *testing.M) {
	if folder := os.Getenv(appFolder); folder != "" {
		playApp(folder)
	}
	goleak.VerifyTestMain(m)
}

func playApp(folder string) {
	s, err := Start(context.Background(), Options{Folder: folder, Log: quiet})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("serving", s.child.cmd.Process.Pid)
	io.Copy(io.Discard, os.Stdin) // ends with the test
	s.Stop()
	os.Exit(0)
}

// app is this test binary as the app, for the given folder.
func app(t *testing.T, folder string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), appFolder+"="+folder)
	return cmd
}

var quiet = slog.New(slog.DiscardHandler)

// careless makes the tests fast; those that are about the disk do without.
var careless = map[string]string{"fsync": "off"}

// newFolder returns the name of a data folder that does not exist yet. Unlike in
// t.TempDir, every user can get there. Without Postgres the test
// cannot be.
func newFolder(t *testing.T) string {
	t.Helper()
	if _, err := installed.Find(t.Context(), os.Getenv("PATH"), installed.Usual); err != nil {
		without(t, err.Error())
	}
	above, err := os.MkdirTemp("", "devdb-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		waitForServer(t, filepath.Join(above, "postgres"))
		os.RemoveAll(above)
	})
	if err := os.Chmod(above, 0o755); err != nil {
		t.Fatal(err)
	}
	if above, err = filepath.EvalSymlinks(above); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(above, "postgres")
}

// waitForServer returns when no process of a server is left on the folder.
func waitForServer(t *testing.T, folder string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	held, err := lock.Wait(ctx, lock.Server(folder))
	if os.IsNotExist(err) {
		return
	}
	if err != nil {
		t.Fatalf("a server is left on %s: %v", folder, err)
	}
	held.Close()
}

func mustStart(t *testing.T, folder string) *Server {
	t.Helper()
	s, err := Start(t.Context(), Options{Folder: folder, Settings: careless, Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Stop() })
	return s
}

func mustStop(t *testing.T, s *Server) {
	t.Helper()
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
}

func mustExec(t *testing.T, s *Server, sql string) {
	t.Helper()
	conn := connect(t, s)
	defer conn.Close(context.Background())
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

func query(t *testing.T, s *Server, sql string) (answer string) {
	t.Helper()
	conn := connect(t, s)
	defer conn.Close(context.Background())
	if err := conn.QueryRow(t.Context(), sql).Scan(&answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

func connect(t *testing.T, s *Server) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.URL("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

// refused starts where it must fail, and returns the sentence.
func refused(t *testing.T, ctx context.Context, o Options) string {
	t.Helper()
	o.Log = quiet
	s, err := Start(ctx, o)
	if err == nil {
		s.Stop()
		t.Fatal("it started")
	}
	return err.Error()
}

func needRoot(t *testing.T, why string) {
	t.Helper()
	if os.Geteuid() != 0 {
		without(t, "only root can "+why+"; run the tests as root too")
	}
}

// without ends a test that lacks something: it is skipped, or fails where nothing may be skipped.
func without(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatal(what)
	}
	t.Skip(what)
}
