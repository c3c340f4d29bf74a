//go:build unix

package devdb

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/devdb/internal/lock"
)

func TestARowSurvivesTwoStarts(t *testing.T) {
	folder := newFolder(t)
	began := time.Now()
	s := mustStart(t, folder)
	t.Logf("first start: %v", time.Since(began).Round(time.Millisecond))
	mustExec(t, s, `create table kept (word text); insert into kept values ('still here')`)
	mustStop(t, s)

	began = time.Now()
	s = mustStart(t, folder)
	t.Logf("second start: %v", time.Since(began).Round(time.Millisecond))
	if got := query(t, s, `select word from kept`); got != "still here" {
		t.Errorf("the row says %q", got)
	}
	if s.Folder() != folder {
		t.Errorf("the data is in %s, asked for %s", s.Folder(), folder)
	}
}

func TestStopWaits(t *testing.T) {
	s := mustStart(t, newFolder(t))
	conn := connect(t, s)
	defer conn.Close(context.Background()) // an open connection does not hold it up
	mustStop(t, s)
	select {
	case <-s.Done():
	default:
		t.Error("Stop returned, but Done is open")
	}
	if err := syscall.Kill(s.child.cmd.Process.Pid, 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("the server's process: %v, want none", err)
	}
	if _, err := os.Stat(s.socket); !os.IsNotExist(err) {
		t.Errorf("the socket's folder: %v, want none", err)
	}
	held, err := lock.Try(lock.Server(s.Folder()))
	if err != nil {
		t.Fatalf("a process of the server is left: %v", err)
	}
	held.Close()
	mustStop(t, s) // again is harmless
}

func TestTheServerEndsByItself(t *testing.T) {
	s := mustStart(t, newFolder(t))
	s.child.signal(syscall.SIGKILL)
	<-s.Done()
	if err := s.Stop(); err == nil || !strings.HasPrefix(err.Error(), "Postgres ended: ") {
		t.Errorf("Stop says %v", err)
	}
}

func TestNothingListensOnTheNetwork(t *testing.T) {
	folder := newFolder(t)
	s, err := Start(t.Context(), Options{Folder: folder, Log: quiet, Settings: map[string]string{
		"fsync": "off", "listen_addresses": "*", "work_mem": "5MB",
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Stop()
	if got := query(t, s, `show listen_addresses`); got != "" {
		t.Errorf("listening on %q", got)
	}
	if got := query(t, s, `show work_mem`); got != "5MB" {
		t.Errorf("the caller's setting is %s", got)
	}
	if got := query(t, s, `select string_agg(distinct auth_method || ' ' || type, ', ' order by auth_method || ' ' || type) from pg_hba_file_rules`); got != "reject host, trust local" {
		t.Errorf("pg_hba.conf lets in: %s", got)
	}
	info, err := os.Stat(s.socket)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o700 {
		t.Errorf("the socket's folder is %v", info.Mode())
	}
	if n := len(filepath.Join(s.socket, socketName)); n > longest {
		t.Errorf("the socket's path has %d bytes", n)
	}
}

func TestTextIsUnicode(t *testing.T) {
	s := mustStart(t, newFolder(t))
	if got := query(t, s, `show server_encoding`); got != "UTF8" {
		t.Errorf("the encoding is %s", got)
	}
	// A database that sorts by bytes sorts alike on every machine.
	if got := query(t, s, `select string_agg(word, ' ' order by word) from (values ('é'), ('Z'), ('a')) v(word)`); got != "Z a é" {
		t.Errorf("it sorts %s", got)
	}
}

func TestAnotherCopyOfTheApp(t *testing.T) {
	s := mustStart(t, newFolder(t))
	want := "another copy of the app is using " + s.Folder() + ": stop that one, or choose another folder"
	if got := refused(t, t.Context(), Options{Folder: s.Folder()}); got != want {
		t.Errorf("it says %q, want %q", got, want)
	}
	link := filepath.Join(filepath.Dir(s.Folder()), "link")
	if err := os.Symlink(s.Folder(), link); err != nil {
		t.Fatal(err)
	}
	if got := refused(t, t.Context(), Options{Folder: link}); got != want {
		t.Errorf("under another name it says %q, want %q", got, want)
	}
	query(t, s, `select 'unharmed'`)
}

func TestAnotherMajorVersion(t *testing.T) {
	folder := newFolder(t)
	mustStop(t, mustStart(t, folder))
	if err := os.WriteFile(filepath.Join(folder, "PG_VERSION"), []byte("9.6\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	before := list(t, folder)
	got := refused(t, t.Context(), Options{Folder: folder})
	if !strings.Contains(got, folder+" was made by Postgres 9, but Postgres ") || !strings.Contains(got, "install version 9") {
		t.Errorf("it says %q", got)
	}
	if after := list(t, folder); after != before {
		t.Errorf("the data was touched:\n%s\nbefore:\n%s", after, before)
	}
}

func TestAFolderOfSomethingElse(t *testing.T) {
	folder := newFolder(t)
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "thesis.txt"), []byte("years of work"), 0o644); err != nil {
		t.Fatal(err)
	}
	before := list(t, folder)
	want := folder + " is not empty and holds no Postgres data: move what is in it elsewhere"
	if got := refused(t, t.Context(), Options{Folder: folder}); got != want {
		t.Errorf("it says %q, want %q", got, want)
	}
	if after := list(t, folder); after != before {
		t.Errorf("the folder was touched: %s", after)
	}
}

func TestAnEmptyFolder(t *testing.T) {
	folder := newFolder(t)
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	mustStart(t, folder)
}

func TestNoFolder(t *testing.T) {
	refused(t, t.Context(), Options{})
}

// A long name of the clone must not make the socket's name long.
func TestADeepFolder(t *testing.T) {
	folder := filepath.Join(filepath.Dir(newFolder(t)), strings.Repeat("d", 120), "it's [here], *really*", ".data", "postgres")
	s := mustStart(t, folder)
	if s.Folder() != folder {
		t.Errorf("the data is in %s", s.Folder())
	}
	mustStop(t, s)
	if left, _ := os.ReadDir(filepath.Dir(folder)); len(left) != 3 {
		t.Errorf("next to the data there are %v, want the two locks only", left)
	}
}

func TestNothingInstalled(t *testing.T) {
	folder := newFolder(t)
	nothing := machine{path: filepath.Dir(folder), programs: []string{filepath.Dir(folder) + "/*"}}
	_, err := start(t.Context(), Options{Folder: folder}, nothing)
	if !errors.Is(err, ErrNotInstalled) {
		t.Fatalf("it says %v", err)
	}
	if !strings.Contains(err.Error(), "install it") || !strings.Contains(err.Error(), "DATABASE_URL") {
		t.Errorf("it does not say what to do: %v", err)
	}
	if _, err := os.Stat(folder); !os.IsNotExist(err) {
		t.Errorf("the folder was made: %v", err)
	}
}

// A setting that Postgres refuses stands for all that it says while starting.
func TestTheServersOwnWords(t *testing.T) {
	folder := newFolder(t)
	got := refused(t, t.Context(), Options{Folder: folder, Settings: map[string]string{"fsync": "off", "work_mem": "plenty"}})
	if want := `Postgres did not start: invalid value for parameter "work_mem": "plenty"`; got != want {
		t.Errorf("it says %q, want %q", got, want)
	}
	mustStart(t, folder) // and nothing is in the way
}

// list describes every file below folder, with its time and size.
func list(t *testing.T, folder string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(folder, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		all.WriteString(name + " " + info.ModTime().String() + " " + info.Mode().String() + "\n")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}
