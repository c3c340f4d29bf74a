//go:build unix

package dbtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/ocsigo/start/framework/devdb"
	"github.com/ocsigo/start/framework/devdb/internal/lock"
)

// crashIn makes this test binary begin in the cache named by the environment
// variable, say so and wait to be killed.
const crashIn = "DBTEST_TEST_CRASH_IN"

var words = Template{Key: "words", Migrate: func(ctx context.Context, url string) error {
	return exec1(ctx, url, `create table word (text text primary key); insert into word values ('first')`)
}}

func TestMain(m *testing.M) {
	if folder := os.Getenv(crashIn); folder != "" {
		_, err := begin(context.Background(), cache(folder), words)
		fmt.Println("begun:", err)
		os.Stdin.Read(make([]byte, 1))
		os.Exit(0)
	}
	Main(m, words)
}

func TestEveryTestHasItsOwnDatabase(t *testing.T) {
	for i := range 6 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			url := New(t)
			// The key is unique: a second test in the same database would fail.
			if err := exec1(t.Context(), url, `insert into word values ('second')`); err != nil {
				t.Error(err)
			}
			if got := count(t, url); got != 2 {
				t.Errorf("there are %d words, want the template's and ours", got)
			}
		})
	}
}

func TestTheDatabaseGoesWithItsTest(t *testing.T) {
	var url string
	t.Run("inner", func(t *testing.T) {
		url = New(t)
		conn, err := pgx.Connect(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close(context.Background()) })
		_, err = pgx.Connect(t.Context(), current.postgres.URL(migrated))
		if err == nil {
			t.Error("the template lets connections in")
		}
		if _, err := conn.Exec(t.Context(), `select 1`); err != nil {
			t.Error(err)
		}
	})
	if _, err := pgx.Connect(t.Context(), url); err == nil || !strings.Contains(err.Error(), "does not exist") {
		t.Errorf("after the test it says %v", err)
	}
}

func TestAConnectionLeftOpenIsNoObstacle(t *testing.T) {
	var conn *pgx.Conn
	t.Run("inner", func(t *testing.T) {
		var err error
		if conn, err = pgx.Connect(t.Context(), New(t)); err != nil {
			t.Fatal(err)
		}
	})
	conn.Close(context.Background())
}

func TestPackagesAtTheSameTime(t *testing.T) {
	where := newCache(t)
	var migrations atomic.Int32
	template := Template{Key: "slow", Migrate: func(ctx context.Context, url string) error {
		migrations.Add(1)
		return words.Migrate(ctx, url)
	}}
	var packages sync.WaitGroup
	for range 3 {
		packages.Go(func() {
			s, err := begin(t.Context(), where, template)
			if err != nil {
				t.Error(err)
				return
			}
			if name, err := s.create(t.Context()); err != nil {
				t.Error(err)
			} else if got := count(t, s.postgres.URL(name)); got != 1 {
				t.Errorf("there are %d words, want 1", got)
			}
			if err := s.end(); err != nil {
				t.Error(err)
			}
		})
	}
	packages.Wait()
	if got := migrations.Load(); got != 1 {
		t.Errorf("migrated %d times, want once", got)
	}
	if left, _ := os.ReadDir(where.copies()); len(left) != 0 {
		t.Errorf("copies left: %v", left)
	}
}

func TestAnotherKeyIsAnotherTemplate(t *testing.T) {
	where := newCache(t)
	for _, key := range []string{"one", "two"} {
		s, err := begin(t.Context(), where, Template{Key: key, Migrate: func(ctx context.Context, url string) error {
			return exec1(ctx, url, `create table `+key+` ()`)
		}})
		if err != nil {
			t.Fatal(err)
		}
		name, err := s.create(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := exec1(t.Context(), s.postgres.URL(name), `select from `+key); err != nil {
			t.Error(err)
		}
		s.end()
	}
}

func TestAMigrationThatFails(t *testing.T) {
	where := newCache(t)
	wrong := errors.New("a comma is missing")
	_, err := begin(t.Context(), where, Template{Key: "words", Migrate: func(context.Context, string) error { return wrong }})
	if !errors.Is(err, wrong) {
		t.Errorf("it says %v", err)
	}
	s, err := begin(t.Context(), where, words) // the same key, repaired
	if err != nil {
		t.Fatal(err)
	}
	s.end()
}

func TestTheCopyOfACrashedRunIsSwept(t *testing.T) {
	where := newCache(t)
	crashed := exec.Command(os.Args[0])
	crashed.Env = append(os.Environ(), crashIn+"="+string(where))
	stdin, err := crashed.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	stdout, err := crashed.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := crashed.Start(); err != nil {
		t.Fatal(err)
	}
	said := make([]byte, 100)
	n, _ := stdout.Read(said)
	if got := string(said[:n]); got != "begun: <nil>\n" {
		t.Errorf("it says %q", got)
	}
	where.sweep()
	left := folders(t, where.copies())
	if len(left) != 1 {
		t.Fatalf("the copies of a live run: %v, want one", left)
	}
	crashed.Process.Kill()
	crashed.Wait()
	held, err := lock.Wait(t.Context(), lock.Server(dataIn(left[0])))
	if err != nil {
		t.Fatal(err)
	}
	held.Close()
	where.sweep()
	if left, _ := os.ReadDir(where.copies()); len(left) != 0 {
		t.Errorf("after the crash: %v", left)
	}
}

func TestOldTemplatesAreSwept(t *testing.T) {
	where := newCache(t)
	for name, age := range map[string]time.Duration{"old": unusedFor + time.Hour, "young": unusedFor - time.Hour} {
		folder := filepath.Join(where.templates(), name)
		if err := os.Mkdir(folder, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(folder+".lock", nil, 0o644); err != nil {
			t.Fatal(err)
		}
		then := time.Now().Add(-age)
		if err := os.Chtimes(folder+".lock", then, then); err != nil {
			t.Fatal(err)
		}
	}
	where.sweep()
	if left := folders(t, where.templates()); len(left) != 1 || filepath.Base(left[0]) != "young" {
		t.Errorf("left: %v, want the young one", left)
	}
}

func TestWithoutPostgres(t *testing.T) {
	for _, c := range []struct {
		why  error
		must bool
		want string
	}{
		{devdb.ErrNotInstalled, false, "skipped"},
		{devdb.ErrNotInstalled, true, "failed"},
		{errors.New("Main was not called"), false, "failed"},
	} {
		spy := &spy{TB: t}
		without(spy, c.why, c.must)
		if spy.did == "" || !strings.HasPrefix(spy.did, c.want) {
			t.Errorf("%v: the test %s, want %s", c, spy.did, c.want)
		}
	}
}

// A spy notes how a test would have ended.
type spy struct {
	testing.TB
	did string
}

func (s *spy) note(what string, args ...any) {
	if s.did == "" { // the first counts: a real one returns no more
		s.did = what + ": " + fmt.Sprint(args...)
	}
}
func (s *spy) Helper()           {}
func (s *spy) Skip(args ...any)  { s.note("skipped", args...) }
func (s *spy) Fatal(args ...any) { s.note("failed", args...) }

func BenchmarkNew(b *testing.B) {
	New(b) // starts the server
	for b.Loop() {
		name, err := current.create(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		if err := current.drop(b.Context(), name); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkBegin(b *testing.B) {
	where, err := openCache()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		s, err := begin(b.Context(), where, words)
		if err != nil {
			b.Fatal(err)
		}
		if err := s.end(); err != nil {
			b.Fatal(err)
		}
	}
}

// newCache is a cache of the test's own that every user can enter.
func newCache(t *testing.T) cache {
	t.Helper()
	if _, err := start(); err != nil {
		without(t, err, os.Getenv("CI") != "")
	}
	folder, err := os.MkdirTemp("", "dbtest-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	where, err := makeCache(folder, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	return where
}

func folders(t *testing.T, in string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(in)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() {
			names = append(names, filepath.Join(in, e.Name()))
		}
	}
	return names
}

func exec1(ctx context.Context, url, sql string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, sql)
	return err
}

func count(t *testing.T, url string) (n int) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Error(err)
		return 0
	}
	defer conn.Close(t.Context())
	if err := conn.QueryRow(t.Context(), `select count(*) from word`).Scan(&n); err != nil {
		t.Error(err)
	}
	return n
}
