//go:build !unix

package dbtest

import (
	"context"
	"os"
	"testing"
)

// A Template is what every test's database looks like at first.
type Template struct {
	Key     string
	Migrate func(ctx context.Context, url string) error
}

// Main runs the tests of a package, ends more that was begun for them, and exits.
func Main(m *testing.M, t Template, more ...func()) {
	code := m.Run()
	for _, f := range more {
		f()
	}
	os.Exit(code)
}

// New skips the test, or fails it when the environment variable CI is set: this
// system cannot run the built-in Postgres.
func New(t testing.TB) string {
	t.Helper()
	const why = "this system cannot run the Postgres of the tests"
	if os.Getenv("CI") != "" {
		t.Fatal(why)
	}
	t.Skip(why)
	return ""
}
