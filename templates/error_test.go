package templates

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"github.com/ocsigo/start/accounts"
	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/session"
)

// Each status that the site answers with has words of its own.
func TestEveryFailureHasWords(t *testing.T) {
	seen := map[words]int{}
	for _, status := range []int{400, 401, 403, 404, 405, 409, 413, 414, 415, 431, 500, 503} {
		w, ok := failures[status]
		if !ok || w.title == "" || w.text == "" {
			t.Errorf("there are no words for %d", status)
		}
		if other, ok := seen[w]; ok {
			t.Errorf("%d has the words of %d", status, other)
		}
		seen[w] = status
	}
}

// Who only has to log in again, or to wait, is told so.
func TestErrorPageSaysWhatToDo(t *testing.T) {
	for name, test := range map[string]struct {
		failure     page.Failure
		title, text string
	}{
		"not recent": {
			page.Failure{Status: 403, Err: fmt.Errorf("change the password: %w", session.ErrNotRecent)},
			"Please log in again for this", "Log out, log in again, and try once more.",
		},
		"denied": {
			page.Failure{Status: 403, Err: session.ErrPermissionDenied},
			"This is not open to you", "You may not see this page or do this.",
		},
		"unavailable": {
			page.Failure{Status: 503, Err: session.ErrUnavailable, ID: "K7QXM2WD"},
			"That took too long", "Try again in a moment",
		},
		"busy": {
			page.Failure{Status: 503, Err: errors.Join(page.ErrUnavailable, accounts.ErrBusy), ID: "K7QXM2WD"},
			"Too many are logging in", "try again in a few seconds",
		},
		"broken meanwhile": {
			page.Failure{Status: 500, Err: errors.Join(session.ErrNotRecent, errors.New("broken")), ID: "K7QXM2WD"},
			"Something broke, and it is our fault", "Try again in a while",
		},
	} {
		if title := ErrorTitle(test.failure); title != test.title {
			t.Errorf("%s: the title is %q", name, title)
		}
		contains(t, name, render(t, ErrorPage(test.failure, false)), []string{test.title, test.text})
	}
}

// Developers see what failed, where, and for which request; nobody else does.
func TestErrorPageForDevelopers(t *testing.T) {
	failure := page.Failure{
		Status: 500, ID: "K7QXM2WD", Err: errors.New("panic: <nil>"),
		Place: "web.(*App).settings (home.go:22)", Stack: "web.(*App).settings\n\thome.go:22\n", Request: "GET /settings?a=1&b=2",
	}
	hidden := []string{templ.EscapeString(failure.Err.Error()), failure.Place, failure.Stack, templ.EscapeString(failure.Request)}
	contains(t, "in development", render(t, ErrorPage(failure, true)), hidden)
	html := render(t, ErrorPage(failure, false))
	for _, part := range hidden {
		if strings.Contains(html, part) {
			t.Errorf("in production it tells %q", part)
		}
	}
	nothing := page.Failure{Status: 404, Err: page.ErrNotFound, Place: failure.Place, Request: failure.Request}
	if html := render(t, ErrorPage(nothing, true)); strings.Contains(html, "developers") {
		t.Error("they are told of a page that is not there, too")
	}
}
