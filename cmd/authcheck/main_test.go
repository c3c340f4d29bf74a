package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestRun: what is asked for is done, said, and counted.
func TestRun(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/enter":
			fmt.Fprint(w, `<form method="post"><input type="email" name="e"><input type="password" name="p"></form>`)
		case "/signup":
			fmt.Fprint(w, `<form method="post"><input type="email" name="e"></form>`) // and no way to log in
		}
	}))
	defer server.Close()
	for _, test := range []struct {
		args   string
		failed int
		says   []string
	}{
		{"-list", 0, []string{"link-get-does-nothing", "S114", "uses it up."}},
		{"-list -run S149", 0, []string{"limit-log-in-account"}},
		{"-url " + server.URL + " -run ^login-page$ -path-log-in /enter", 0, []string{"ok       login-page", "1 ok, 0 failed, 0 skipped"}},
		{"-url " + server.URL + " -run ^signup-page$ -seed 36", 1, []string{"seed 36", "failed   signup-page", "has no link to /login", "0 ok, 1 failed"}},
		{"-url " + server.URL + " -run ^link-host$", 0, []string{"skipped  link-host", "there is no mailbox"}},
	} {
		var said bytes.Buffer
		failed, err := run(t.Context(), strings.Fields(test.args), &said)
		if err != nil || failed != test.failed {
			t.Errorf("%s: %d failed, %v", test.args, failed, err)
		}
		for _, what := range test.says {
			if !strings.Contains(said.String(), what) {
				t.Errorf("%s does not say %q: %s", test.args, what, &said)
			}
		}
	}
	for _, args := range []string{"", "-url nowhere", "-run (", "-url http://localhost -run ^nothing$", "-url http://localhost -admin-email a"} {
		if _, err := run(t.Context(), strings.Fields(args), new(bytes.Buffer)); err == nil {
			t.Errorf("%q is taken", args)
		}
	}
}
