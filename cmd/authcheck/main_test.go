package main

import (
	"bytes"
	"context"
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
			fmt.Fprint(w, `<form method="post"><input type="email" name="e"><input type="password" name="p"></form><a href="/forgot">x</a>`)
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
		{"-url " + server.URL + " -run ^(signup-page|link-host)$", 1, []string{"skipped  link-host", "there is no mailbox"}},
		{"-h", 0, []string{"-admin-password", "Only for sites that are yours"}},
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
}

// TestRunNothing: what keeps it from checking anything is said, and is no failure of the site.
func TestRunNothing(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/broken":
			w.WriteHeader(http.StatusInternalServerError)
		case "/away":
			http.Redirect(w, r, "https://site.example/", http.StatusMovedPermanently)
		}
	}))
	gone := httptest.NewServer(nil)
	gone.Close()
	defer server.Close()
	at := "-url " + server.URL
	for args, says := range map[string]string{
		"":                                  "say which site",
		server.URL:                          "is no option",
		"-what":                             "-what",
		"-url nowhere":                      "is no address of a site",
		at + "/app":                         "more than scheme and host",
		"-run (":                            "error parsing regexp",
		at + " -run ^nothing$":              "no check fits",
		at + " -admin-email a":              "an e-mail and a password",
		at + " -mail mail":                  "is no address of a mailbox",
		"-url " + gone.URL:                  "does not answer",
		at + " -path-home /broken":          "is broken",
		at + " -path-home /away":            "sends its visitors to https://site.example",
		at + " -mail " + gone.URL:           "letters cannot be read",
		at + " -mail " + server.URL:         "is no mailbox",
		at + " -run ^link-host$":            "nothing could be checked",
		at + " -mail " + at[5:] + "/broken": "answered 500",
	} {
		failed, err := run(t.Context(), strings.Fields(args), new(bytes.Buffer))
		if err == nil || failed != 0 || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %d failed, %v, and not %q", args, failed, err, says)
		}
	}
}

// TestRunInterrupted: what has not ended is not counted, and it is said.
func TestRunInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	n := 0
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		if n++; n == 2 { // the first is to see whether it is there
			cancel()
		}
	}))
	defer server.Close()
	var said bytes.Buffer
	_, err := run(ctx, []string{"-url", server.URL}, &said)
	if err == nil || !strings.Contains(err.Error(), "interrupted") || !strings.Contains(said.String(), "0 ok, 0 failed, 0 skipped") {
		t.Errorf("%v: %s", err, &said)
	}
}
