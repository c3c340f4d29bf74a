//go:build unix

package devdb

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestTheStateFolderInsteadOfTheClone(t *testing.T) {
	needRoot(t, "own a folder that Postgres' user cannot enter")
	above := filepath.Dir(newFolder(t))
	closed := filepath.Join(above, "closed")
	if err := os.Mkdir(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	m := thisMachine()
	m.state = filepath.Join(above, "state")
	asked := filepath.Join(closed, "my-site", ".data", "postgres")
	o := Options{Folder: asked, Settings: careless, Log: quiet}
	s, err := start(t.Context(), o, m)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Stop()
	if want := filepath.Join(m.state, "my-site-"+short(asked)); s.Folder() != want {
		t.Errorf("the data is in %s, want %s", s.Folder(), want)
	}
	info, err := os.Stat(closed)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o700 {
		t.Errorf("the clone's folder was loosened: %v", info.Mode())
	}
	query(t, s, `select 'here'`)
}

func TestPostgresDoesNotRunAsRoot(t *testing.T) {
	needRoot(t, "become another user")
	s := mustStart(t, newFolder(t))
	info, err := os.Stat(filepath.Join(s.Folder(), "PG_VERSION"))
	if err != nil {
		t.Fatal(err)
	}
	if uid := info.Sys().(*syscall.Stat_t).Uid; uid == 0 {
		t.Error("the data is root's")
	}
}

// The clone of somebody who is usually not root stays theirs.
func TestRootServesTheDataOfAnotherUser(t *testing.T) {
	needRoot(t, "become another user")
	folder := newFolder(t)
	s := mustStart(t, folder)
	mustStop(t, s)
	nobody, ok := named("nobody")
	if !ok {
		without(t, "there is no user nobody")
	}
	err := filepath.WalkDir(folder, func(name string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return nobody.own(name)
	})
	if err != nil {
		t.Fatal(err)
	}
	if s = mustStart(t, folder); s.place.owner != nobody {
		t.Errorf("it is served by %+v, want %+v", s.place.owner, nobody)
	}
}

// A temporary folder may have a name too long for a socket, or be root's own.
func TestTheTemporaryFolderIsUnfit(t *testing.T) {
	folder := newFolder(t)
	deep := filepath.Join(filepath.Dir(folder), strings.Repeat("d", 80))
	if err := os.Mkdir(deep, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", deep)
	s := mustStart(t, folder)
	if !strings.HasPrefix(s.socket, "/tmp/") {
		t.Errorf("the socket is in %s", s.socket)
	}
	if left, _ := os.ReadDir(deep); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestCloneName(t *testing.T) {
	for folder, want := range map[string]string{
		"/srv/start/.data/postgres": "start",
		"/srv/start/postgres":       "start",
		"/.data/postgres":           "data",
	} {
		if got := cloneName(folder); got != want {
			t.Errorf("cloneName(%s) = %s, want %s", folder, got, want)
		}
	}
}

func TestEnvironment(t *testing.T) {
	got := strings.Join(environment([]string{"PATH=/bin", "PGDATA=/elsewhere", "PGPORT=1"}), " ")
	if want := "PATH=/bin LC_ALL=C TZ=UTC"; got != want {
		t.Errorf("the environment is %q, want %q", got, want)
	}
}

// runAs starts a program as the account and returns its number.
func runAs(t *testing.T, who account, program string, args ...string) int {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: who.credential()}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	return cmd.Process.Pid
}

// plant writes a file of the account's.
func plant(t *testing.T, who account, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := who.own(name); err != nil {
		t.Fatal(err)
	}
}
