package web_test

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"github.com/ocsigo/start/framework/browser/browsertest"
	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/session"
)

// secret is what no visitor is told.
const secret = "the database's password is xyzzy"

// fail adds pages that fail.
func fail(pages chi.Router) {
	pages.Get("/denied", page.Connected(func(*http.Request, session.UserID) (page.Content, error) {
		return page.Content{}, session.ErrPermissionDenied
	}))
	pages.Get("/fails", page.Opt(func(*http.Request, session.Visitor) (page.Content, error) {
		return page.Content{}, errors.New(secret)
	}))
	pages.Get("/panics", page.Opt(func(*http.Request, session.Visitor) (page.Content, error) { panic(secret) }))
}

// travel goes to a path of the site in place, as a link does.
func travel(tab *browsertest.Tab, path string) {
	browsertest.Eval[bool](tab, `(navigation.navigate("`+path+`"), true)`)
	tab.WaitURL(path)
}

// TestErrorPagesInPlace: they are shown under the address that was asked for, with their status, and the tab lives on.
// What is our fault has a code. Only developers see what it was.
func TestErrorPagesInPlace(t *testing.T) {
	t.Parallel()
	for name, production := range map[string]bool{"development": false, "production": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSiteAs(t, setup{production: production, more: fail})
			s.user("ada@example.com")
			tab := s.open(browsertest.New(t), "/")
			s.logIn(tab, "ada@example.com")
			document, process := tab.Document(), s.processes()
			for _, test := range []struct {
				path, status, title string
			}{
				{"/denied", "403", "This is not open to you"},
				{"/nothing", "404", "There is nothing here"},
				{"/logout", "405", "That cannot be done here"},
				{"/fails", "500", "Something broke, and it is our fault"},
				{"/panics", "500", "Something broke, and it is our fault"},
			} {
				travel(tab, test.path)
				tab.WaitText(".failure .status", test.status)
				tab.WaitText("main h1", test.title)
				failed(t, tab, test.status, production)
			}
			travel(tab, "/settings")
			staleForm(tab, "form[action='/settings']")
			failed(t, tab, "409", production)
			if tab.Document() != document || s.processes() != process {
				t.Error("the document was loaded again")
			}
		})
	}
}

// failed checks the error page that a tab shows.
func failed(t *testing.T, tab *browsertest.Tab, status string, production bool) {
	t.Helper()
	asked := tab.Requests("Fetch")
	if last := asked[len(asked)-1]; strconv.Itoa(last.Status) != status {
		t.Errorf("the answer to %v has the status %d, and the page says %s", last, last.Status, status)
	}
	if title := browsertest.Eval[string](tab, "document.title"); !strings.HasPrefix(title, tab.Text("main h1")) {
		t.Errorf("%s: the title is %q", status, title)
	}
	said := tab.Text("main")
	if ours := status == "500"; tab.Has(".failure p code") != ours {
		t.Errorf("%s has a code: %t", status, !ours)
	} else if told := strings.Contains(said, secret); told != (ours && !production) {
		t.Errorf("%s tells what is inside: %t", status, told)
	}
	for _, inside := range []string{"_test.go", "goroutine", "developers", "web_test", "GET /"} {
		if production && strings.Contains(said, inside) {
			t.Errorf("%s says %q: %s", status, inside, said)
		}
	}
}
