package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ocsigo/start/accounts"
	"github.com/ocsigo/start/framework/devdb"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/web"
)

// asks runs the program with arguments, over a data folder, and returns what it says and its exit code.
func asks(t *testing.T, data string, arguments ...string) (said string, code int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], arguments...)
	cmd.Env = environment(data)
	out, err := cmd.CombinedOutput()
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !exited {
		t.Fatal(err)
	}
	if said = string(out); strings.Contains(said, devdb.ErrNotInstalled.Error()) && os.Getenv("CI") == "" {
		t.Skip(said)
	}
	return said, cmd.ProcessState.ExitCode()
}

// users makes accounts in the database of a site, whether it runs or not.
func users(t testing.TB, data string, emails ...string) {
	t.Helper()
	c := Config{Data: data, MailFrom: "Site <site@example.com>"}
	url, leave, err := joinDatabase(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer leave()
	db, err := connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	post, _, err := newPost(db, c, slog.Default())
	if err != nil {
		t.Fatal(err)
	}
	all := accounts.New(db, post, accounts.Options{Site: web.Name})
	for _, email := range emails {
		if _, err := all.Create(t.Context(), email, "", password); err != nil {
			t.Fatal(err)
		}
	}
}

// TestAdminGrant makes an administrator beside a site that runs, whose open tab feels it at once; and without one, which
// leaves no server behind.
func TestAdminGrant(t *testing.T) {
	data := filepath.Join(folder(t), "postgres")
	p := start(t, data)
	users(t, data, "Ada@example.com", "bob@example.com")
	logIn := func(email string) *processtest.Browser {
		b := processtest.NewBrowser(t, p.URL)
		if answer := b.Submit("/login", url.Values{"email": {email}, "password": {password}}); answer.Status != http.StatusSeeOther {
			t.Fatalf("log-in: %d", answer.Status)
		}
		return b
	}
	ada := logIn("ada@example.com")
	tab := ada.Open("/")
	mayLook := func() bool { return tab.Call("admin.tabs", map[string]int{"user": 1}, nil) == nil }
	if mayLook() || ada.Get("/admin").Status != http.StatusForbidden {
		t.Error("everybody is an administrator")
	}
	for range 2 {
		said, code := asks(t, data, "admin", "grant", "ada@example.com")
		want := "ada@example.com is in the group admin now: user 1. A running site feels it at once, and in 30 seconds at the latest.\n"
		if code != 0 || said != want {
			t.Errorf("it says %q, and ends with %d", said, code)
		}
	}
	told, cancel := context.WithTimeout(t.Context(), 15*time.Second) // what it knows it would believe for 30 seconds
	defer cancel()
	for ada.Get("/admin").Status != http.StatusOK {
		if told.Err() != nil {
			t.Fatal("the site was not told")
		}
	}
	if !mayLook() {
		t.Error("her open tab has not felt it")
	}
	for arguments, want := range map[string]string{
		"eve@example.com": "app: nobody has an account with the address eve@example.com: sign up on the site first\n",
		"nobody":          `app: "nobody": This does not look like an e-mail address.` + "\n",
	} {
		if said, code := asks(t, data, "admin", "grant", arguments); code != 1 || said != want {
			t.Errorf("%s: it says %q, and ends with %d", arguments, said, code)
		}
	}
	if err := p.end(syscall.SIGTERM); err != nil {
		t.Fatalf("after SIGTERM: %v\n%s", err, &p.stderr)
	}

	if said, code := asks(t, data, "admin", "grant", "bob@example.com"); code != 0 || !strings.Contains(said, "bob@example.com is in the group admin") {
		t.Errorf("without a site it says %q, and ends with %d", said, code)
	}
	p = start(t, data)
	if status := logIn("bob@example.com").Get("/admin").Status; status != http.StatusOK {
		t.Errorf("Bob's page: %d", status)
	}
	if err := p.end(syscall.SIGTERM); err != nil {
		t.Errorf("after SIGTERM: %v\n%s", err, &p.stderr)
	}
}

// TestAdminGrantBeforeTheSite: there are no tables yet.
func TestAdminGrantBeforeTheSite(t *testing.T) {
	said, code := asks(t, filepath.Join(folder(t), "postgres"), "admin", "grant", "ada@example.com")
	if code != 1 || !strings.Contains(said, "app: the database has not the tables of this program: start the site once") {
		t.Errorf("it says %q, and ends with %d", said, code)
	}
}

// TestUsage: what the program does not know, it does not try.
func TestUsage(t *testing.T) {
	for _, arguments := range [][]string{
		{"help"}, {"-h"}, {""}, {"admin"}, {"admin", "grant"}, {"admin", "grant", "a@example.com", "b@example.com"}, {"grant", "admin", "a@example.com"},
	} {
		if said, code := asks(t, "/nowhere", arguments...); code != 2 || said != usage {
			t.Errorf("%q: it says %q, and ends with %d", arguments, said, code)
		}
	}
}
