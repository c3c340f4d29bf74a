package authcheck

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"
)

// always is a mailbox in which letters to everybody are, each with a link that carries a token.
type always struct{ url string }

func (a always) Since(_ context.Context, _ int, address string) (all []Message, _ error) {
	for id := range 3 {
		link := fmt.Sprintf("%s/link/Zk3KfQ0yq1Zc8Jq9bV0r7Tg%d", a.url, id)
		all = append(all, Message{ID: id + 1, To: address, Subject: "A letter", Text: link, Links: []string{link}})
	}
	return all, nil
}

// anyPage has forms for everything.
const anyPage = `<title>Any page</title><main><h1>Any page</h1><p role="status">Done.</p>
	<a href="/login">x</a><a href="/signup">x</a><a href="/forgot">x</a><a href="/settings">x</a>
	<form method="post"><input type="email" name="email" autocomplete="username"><input type="password" name="password" autocomplete="current-password">
		<input type="checkbox" name="keep"><button>Log in</button><button name="do" value="link">Send me a link</button></form>
	<form method="post" action="/link"><input type="password" name="password" autocomplete="new-password"><button>Go</button></form>
	<form method="post" action="/logout"><button>Log out</button></form></main>`

// TestWrongSites: no check finds a site in order that is none. Each is made as if the others had not failed.
func TestWrongSites(t *testing.T) {
	sends := func(status int, to string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if to != "" {
				w.Header().Set("Location", to)
			}
			w.Header().Set("Cache-Control", "no-store")
			w.WriteHeader(status)
		}
	}
	for what, wrong := range map[string]struct {
		answer http.HandlerFunc
		right  []string // checks of what such a site does right
	}{
		"nothing":            {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, nil},
		"500":                {sends(500, ""), nil},
		"503":                {sends(503, ""), nil},
		"404":                {sends(404, ""), nil},
		"403":                {sends(403, ""), []string{"guard-pages"}},
		"429":                {sends(429, ""), nil},
		"nothing at all":     {sends(200, ""), nil},
		"to the main page":   {sends(303, "/"), nil},
		"to log in":          {sends(303, "/login"), nil},
		"to another site":    {sends(303, "https://evil.example/"), nil},
		"any page":           {func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, anyPage) }, []string{"signup-page", "login-page"}},
		"any page, and done": {anyThing, []string{"signup-page", "login-page", "logout-nobody"}},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(wrong.answer)
			defer server.Close()
			for _, c := range All() {
				s, err := New(Options{
					URL: server.URL, Mailbox: always{server.URL}, Patience: 100 * time.Millisecond, Samples: 8,
					AdminEmail: "admin@authcheck.example", AdminPassword: "one more password",
				})
				if err != nil {
					t.Fatal(err)
				}
				if r := s.Run(t.Context(), c); r.Outcome == OK && !slices.Contains(wrong.right, c.Name) {
					t.Errorf("%v", r)
				}
			}
		})
	}
}

// anyThing says to whatever is posted that it is done, and does nothing.
func anyThing(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	if r.URL.Path == DefaultPaths.Settings {
		http.Redirect(w, r, "/login", http.StatusSeeOther)
		return
	}
	io.WriteString(w, anyPage)
}
