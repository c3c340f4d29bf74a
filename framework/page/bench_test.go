package page

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"github.com/ocsigo/start/framework/session"
)

// BenchmarkPage: what a user's page costs beside the same page on a bare router. It goes through all that stands
// before pages, a group among it, with a session that is held in memory. It prints both times and their ratio: of the
// handlers alone, and over a connection as browsers ask.
func BenchmarkPage(b *testing.B) {
	site, ada := benchSite(b)
	content := Content{Title: "Settings", Body: templ.ComponentFunc(benchBody)}
	routes := chi.NewRouter()
	routes.Use(site.Headers)
	routes.Group(func(r chi.Router) {
		r.Use(site.Middleware)
		r.Get("/settings", Connected(func(*http.Request, session.UserID) (Content, error) { return content, nil }, session.Allow("admin")))
	})
	same := tab{token: strings.Repeat("t", 100), build: "test", identity: strings.Repeat("i", 43), connected: true}
	bare := chi.NewRouter()
	bare.Get("/settings", templ.Handler(document(site, content, same, content.Body)).ServeHTTP)
	b.Run("handler", func(b *testing.B) {
		compare(b, "page", timed(b, routes, ada), "bare", timed(b, bare, ada))
	})
	b.Run("connection", func(b *testing.B) {
		compare(b, "page", timedFromFar(b, routes, ada), "bare", timedFromFar(b, bare, ada))
	})
}

// BenchmarkWrapper: what a wrapper costs, beside the call of its function. Both stand in the middleware of sessions,
// for a wrapper is entered once in a request: the time of the wrapper alone is what they differ by.
func BenchmarkWrapper(b *testing.B) {
	site, ada := benchSite(b)
	nothing := func(_ context.Context, me session.UserID, _ struct{}) (session.UserID, error) { return me, nil }
	wrapped := session.Connected(nothing, session.Allow("admin"))
	in := func(f func(context.Context) error) func() time.Duration {
		return timed(b, site.sessions.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if err := f(r.Context()); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
			}
		})), ada)
	}
	compare(b,
		"wrapped", in(func(ctx context.Context) error { _, err := wrapped(ctx, struct{}{}); return err }),
		"call", in(func(ctx context.Context) error { _, err := nothing(ctx, 7, struct{}{}); return err }))
}

// compare measures two things in turn, so that what else the machine does concerns both.
func compare(b *testing.B, name string, first func() time.Duration, than string, second func() time.Duration) {
	var one, other time.Duration
	for b.Loop() {
		one += first()
		other += second()
	}
	b.ReportMetric(float64(one.Nanoseconds())/float64(b.N), name+"-ns/op")
	b.ReportMetric(float64(other.Nanoseconds())/float64(b.N), than+"-ns/op")
	b.ReportMetric(float64((one-other).Nanoseconds())/float64(b.N), "more-ns/op")
	b.ReportMetric(float64(one)/float64(other), "ratio")
	b.ReportMetric(0, "ns/op") // of both together: says nothing
}

// timed returns what asks a handler once, as a user who is connected, and takes the time.
func timed(b *testing.B, h http.Handler, cookies string) func() time.Duration {
	return func() time.Duration {
		r := httptest.NewRequest(http.MethodGet, "http://localhost:8080/settings", nil)
		r.Header.Set("Cookie", cookies)
		w := httptest.NewRecorder()
		began := time.Now()
		h.ServeHTTP(w, r)
		took := time.Since(began)
		if w.Code != http.StatusOK {
			b.Fatalf("%d %s", w.Code, w.Body)
		}
		return took
	}
}

// timedFromFar is timed over a connection that is kept. The time is that of both ends: the client reads all headers.
func timedFromFar(b *testing.B, h http.Handler, cookies string) func() time.Duration {
	server := httptest.NewServer(h)
	b.Cleanup(server.Close)
	client := server.Client()
	r, err := http.NewRequest(http.MethodGet, server.URL+"/settings", nil)
	if err != nil {
		b.Fatal(err)
	}
	r.Host = "localhost:8080"
	r.Header.Set("Cookie", cookies)
	return func() time.Duration {
		began := time.Now()
		answer, err := client.Do(r)
		if err != nil {
			b.Fatal(err)
		}
		size, err := io.Copy(io.Discard, answer.Body)
		took := time.Since(began)
		answer.Body.Close()
		if err != nil || answer.StatusCode != http.StatusOK || size < 4000 {
			b.Fatal(answer.StatusCode, size, err)
		}
		return took
	}
}

// benchSite is a site, and the cookies of a user in the group "admin".
func benchSite(b *testing.B) (site *Site, cookies string) {
	sessions := session.New(&session.MemoryStore{}, session.Options{
		Build:  "test",
		Groups: func(_ context.Context, _ session.UserID, of []session.Group) ([]session.Group, error) { return of, nil },
	})
	b.Cleanup(sessions.Close)
	site = New(sessions, Config{URL: &url.URL{Scheme: "http", Host: "localhost:8080"}, Log: slog.New(slog.DiscardHandler)})
	logIn := Opt(func(r *http.Request, _ session.Visitor) (Content, error) {
		return Content{}, session.Connect(r.Context(), 7)
	})
	w := httptest.NewRecorder()
	site.Middleware(logIn).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://localhost:8080/login", nil))
	for _, c := range w.Result().Cookies() {
		cookies += c.Name + "=" + c.Value + "; "
	}
	return site, cookies
}

// benchBody is a page of the usual size: a list of 40, of small components.
func benchBody(ctx context.Context, w io.Writer) error {
	for i := range 40 {
		for _, c := range []templ.Component{
			benchPart("<li><a href=\"/books?number=", strconv.Itoa(i)),
			benchPart("\">", "A Book & Its Reader"),
			benchPart("</a> <span class=\"who\">by ", "Somebody <sb@example.com>"),
			benchPart("</span></li>", ""),
		} {
			if err := c.Render(ctx, w); err != nil {
				return err
			}
		}
	}
	return nil
}

func benchPart(html, text string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, html+templ.EscapeString(text))
		return err
	})
}
