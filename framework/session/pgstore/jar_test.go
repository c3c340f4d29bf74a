package pgstore_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/ocsigo/start/framework/session"
)

// jar is the least of a browser: the cookies it was given last.
type jar struct {
	handler *session.Manager
	cookies []*http.Cookie
}

// ask makes one request, with f behind a wrapper.
func (j *jar) ask(t *testing.T, f func(ctx context.Context) error) {
	t.Helper()
	wrapped := session.Wrap(func(ctx context.Context, _ struct{}) (struct{}, error) { return struct{}{}, f(ctx) })
	r := httptest.NewRequest(http.MethodGet, "/", nil).WithContext(t.Context())
	for _, c := range j.cookies {
		r.AddCookie(c)
	}
	recorder := httptest.NewRecorder()
	j.handler.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if _, err := wrapped(r.Context(), struct{}{}); err != nil {
			t.Error(err)
		}
	})).ServeHTTP(recorder, r)
	j.cookies = append(j.cookies, recorder.Result().Cookies()...)
}

func (j *jar) visitor(t *testing.T) (who session.UserID) {
	t.Helper()
	j.ask(t, func(ctx context.Context) error { who, _ = session.Current(ctx).User(); return nil })
	return who
}
