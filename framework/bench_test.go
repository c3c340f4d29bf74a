package framework_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ocsigo/start/framework/devdb/dbtest"
	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/framework/session/pgstore"
)

// BenchmarkLookUp is a request of a connected user over Postgres: warm, when his session is held, and cold, when it was
// looked up too long ago. It prints both and the ratio of cold to warm.
func BenchmarkLookUp(b *testing.B) {
	db, err := pgxpool.New(b.Context(), dbtest.New(b))
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	var ahead time.Duration
	sessions := session.New(pgstore.New(db), session.Options{
		Now: func() time.Time { return time.Now().Add(ahead) }, Lifetime: 1 << 62, Idle: 1 << 62, Renew: 1 << 62,
	})
	defer sessions.Close()
	ask := func(cookies []*http.Cookie, f func(context.Context) error) ([]*http.Cookie, time.Duration) {
		door := session.Wrap(func(ctx context.Context, _ struct{}) (struct{}, error) { return struct{}{}, f(ctx) })
		handler := sessions.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			if _, err := door(r.Context(), struct{}{}); err != nil {
				b.Error(err)
			}
		}))
		r, w := httptest.NewRequest(http.MethodGet, "/", nil), httptest.NewRecorder()
		for _, c := range cookies {
			r.AddCookie(c)
		}
		began := time.Now()
		handler.ServeHTTP(w, r)
		return w.Result().Cookies(), time.Since(began)
	}
	cookies, _ := ask(nil, func(ctx context.Context) error { return session.Connect(ctx, 1) })
	connected := func(ctx context.Context) error {
		if !session.Current(ctx).Connected() {
			b.Error("nobody is connected")
		}
		return nil
	}
	var warm, cold time.Duration
	for b.Loop() {
		ahead += 30 * time.Second
		_, first := ask(cookies, connected)
		_, second := ask(cookies, connected)
		cold, warm = cold+first, warm+second
	}
	b.ReportMetric(float64(cold)/float64(b.N), "cold-ns")
	b.ReportMetric(float64(warm)/float64(b.N), "warm-ns")
	b.ReportMetric(float64(cold)/float64(warm), "ratio")
}
