package session

import (
	"context"
	"net/http"
)

// Middleware gives each request its browser: it reads the cookies, sets the browser's where it is
// absent, and puts all that the wrappers and references need into the request's context. It looks
// nothing up and remembers nothing: ten thousand page loads leave no trace.
func (m *Manager) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithCancelCause(r.Context())
		defer cancel(nil)
		req := m.newRequest(ctx, r, &jar{m, w.Header()}, cancel)
		defer m.open.leave(req)
		defer req.finish() // also where the handler panics
		next.ServeHTTP(w, r.WithContext(req))
		if req.joined && req.waits() {
			// The tab must not hear on its socket that it restarts before it hears the answer it asked for.
			// Where this cannot be done it is told nonetheless.
			_ = http.NewResponseController(w).Flush()
		}
	})
}

func (m *Manager) newRequest(ctx context.Context, r *http.Request, cookies *jar, cancel context.CancelCauseFunc) *request {
	c := m.Cookies(r)
	if c.browser == "" {
		c.browser = newSecret(browserBytes)
		cookies.keepBrowser(c.browser)
	}
	came := &arrival{
		cookie:  c.token,
		token:   c.token.hash(),
		network: networkOf(m.opts.Address(r)),
		agent:   agentOf(r),
		ahead:   isAhead(r),
		cookies: cookies,
	}
	return &request{
		Context: ctx, arrival: came, m: m, secret: c.browser, browser: c.browser.hash(), cancel: cancel, record: nobody,
	}
}
