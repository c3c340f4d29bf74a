//go:build unix

package dbtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/ocsigo/start/framework/devdb"
)

// A Template is what every test's database looks like at first.
type Template struct {
	// Key names the migrations, usually by their hash: another key, another template.
	Key string
	// Migrate fills the empty database at url. It closes its connections.
	Migrate func(ctx context.Context, url string) error
}

// The server of this package's tests. The first New starts it, so that runs
// without such tests (-list, -run, the workers of a fuzz test) do without it.
var (
	current *server
	start   = func() (*server, error) {
		return nil, errors.New("call dbtest.Main in this package's TestMain")
	}
)

// Main runs the tests of a package with a server of their own, and exits. When they have passed, more is ended that
// was begun for them, and no goroutine may be left: whoever started one waits for it.
func Main(m *testing.M, t Template, more ...func()) {
	start = sync.OnceValues(func() (_ *server, err error) {
		current, err = beginUsual(t)
		return current, err
	})
	code := m.Run()
	if err := end(more); err != nil {
		fmt.Fprintln(os.Stderr, "after the tests:", err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// end ends the server and more, and looks for goroutines that are left.
func end(more []func()) error {
	for _, f := range more {
		f()
	}
	if current != nil {
		if err := current.end(); err != nil {
			return fmt.Errorf("the database does not stop: %w", err)
		}
	}
	return goleak.Find()
}

func beginUsual(t Template) (*server, error) {
	where, err := openCache()
	if err != nil {
		return nil, err
	}
	return begin(context.Background(), where, t)
}

// New returns the URL of a fresh database, which is dropped at the end of t.
func New(t testing.TB) string {
	t.Helper()
	s, err := start()
	if err != nil {
		without(t, err, os.Getenv("CI") != "")
	}
	name, err := s.create(t.Context())
	if err != nil {
		t.Fatalf("making the test's database: %v", err)
	}
	t.Cleanup(func() {
		if err := s.drop(context.Background(), name); err != nil {
			t.Errorf("dropping the test's database: %v", err)
		}
	})
	return s.postgres.URL(name)
}

// without ends a test that has no Postgres. Where tests must not be skipped it fails.
func without(t testing.TB, why error, must bool) {
	t.Helper()
	if must || !errors.Is(why, devdb.ErrNotInstalled) {
		t.Fatal(why)
	}
	t.Skip(why)
}
