package processtest

import (
	"context"
	"errors"
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

// Pages has a document at /, log-in at /in?user=7, log-out at /out, and the tabs' socket at /process. A tab may ask
// for them in place.
func Pages(t testing.TB, sessions *session.Manager, tabs *process.Hub) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/process", tabs)
	handle := func(path string, f func(w http.ResponseWriter, r *http.Request) error) {
		mux.Handle(path, sessions.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			wrapped := session.Wrap(func(context.Context, struct{}) (struct{}, error) { return struct{}{}, f(w, r) })
			err := join(r)
			if err == nil {
				_, err = wrapped(r.Context(), struct{}{})
			}
			if err != nil && !errors.Is(err, session.ErrForeignTab) {
				t.Errorf("%s: %v", path, err)
			}
			answer(w, r, err)
		})))
	}
	handle("/{$}", document)
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

func document(w http.ResponseWriter, r *http.Request) error {
	token, err := session.PageToken(r.Context())
	tag, failed := session.IdentityTag(r.Context())
	fmt.Fprintf(w, `<meta name="ocsigo-process" content="%s" data-identity="%s">`,
		html.EscapeString(token), html.EscapeString(tag))
	return errors.Join(err, failed)
}

// join makes a request in place one of its tab.
func join(r *http.Request) error {
	id := r.Header.Get(processHeader)
	if id == "" {
		return nil
	}
	number, err := strconv.Atoi(r.Header.Get(identityHeader))
	if err != nil {
		return err
	}
	return session.Join(r.Context(), id, number)
}

func answer(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, session.ErrForeignTab) {
		w.Header().Set(refusedHeader, "process")
		w.WriteHeader(http.StatusConflict)
		return
	}
	if number, ok := session.Raised(r.Context()); ok {
		w.Header().Set(identityHeader, strconv.Itoa(number))
	}
}
