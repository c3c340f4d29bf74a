package processtest

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/session"
)

// Site is the least of a site that tabs can live on, for tests that need no pages.
type Site struct {
	*httptest.Server
	Tabs *process.Hub
}

// NewSite serves what Pages says until the test ends. options.Origin is filled in.
func NewSite(t testing.TB, sessions *session.Manager, options process.Options) *Site {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	options.Origin = "http://" + server.Listener.Addr().String()
	site := &Site{server, process.New(sessions, options)}
	server.Config.Handler = Pages(t, sessions, site.Tabs)
	server.Start()
	t.Cleanup(func() {
		if err := site.Tabs.Close(context.Background()); err != nil {
			t.Error(err)
		}
		sessions.Close()
		server.Close()
	})
	return site
}

// Pages has a document at /, log-in at /in?user=7, log-out at /out, and the tabs' socket at /process.
func Pages(t testing.TB, sessions *session.Manager, tabs *process.Hub) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/process", tabs)
	handle := func(path string, f func(w http.ResponseWriter, r *http.Request) error) {
		mux.Handle(path, sessions.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			wrapped := session.Wrap(func(context.Context, struct{}) (struct{}, error) { return struct{}{}, f(w, r) })
			if _, err := wrapped(r.Context(), struct{}{}); err != nil {
				t.Errorf("%s: %v", path, err)
			}
		})))
	}
	handle("/{$}", func(w http.ResponseWriter, r *http.Request) error {
		token, err := session.PageToken(r.Context())
		fmt.Fprintf(w, `<meta name="ocsigo-process" content="%s">`, html.EscapeString(token))
		return err
	})
	handle("/in", func(_ http.ResponseWriter, r *http.Request) error {
		user, err := strconv.Atoi(r.FormValue("user"))
		if err != nil {
			return err
		}
		return session.Connect(r.Context(), session.UserID(user))
	})
	handle("/out", func(_ http.ResponseWriter, r *http.Request) error { return session.Disconnect(r.Context()) })
	return mux
}
