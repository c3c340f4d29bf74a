package session_test

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// cookie returns the only one of this name in an answer; nil when there is none.
func cookie(t *testing.T, answer *http.Response, name string) (found *http.Cookie) {
	t.Helper()
	for _, c := range answer.Cookies() {
		if c.Name != name {
			continue
		}
		if found != nil {
			t.Errorf("two cookies named %s in one answer", name)
		}
		found = c
	}
	return found
}

// entered makes a request behind a wrapper and returns its whole answer.
func (b *browser) entered(f func(ctx context.Context) error) *http.Response {
	b.w.t.Helper()
	wrapped := session.Wrap(func(ctx context.Context, _ struct{}) (struct{}, error) { return struct{}{}, f(ctx) })
	return b.bare(func(ctx context.Context) {
		if _, err := wrapped(ctx, struct{}{}); err != nil {
			b.w.t.Error(err)
		}
	})
}

func nop(context.Context) error { return nil }

// TestCookieAttributes spells the cookies out, in both modes.
func TestCookieAttributes(t *testing.T) {
	for _, c := range []struct {
		mode   string
		secure bool
		prefix string
	}{{"https", true, "__Host-"}, {"development", false, "dev-"}} {
		t.Run(c.mode, func(t *testing.T) {
			w := newWorld(t, func(o *session.Options) { o.Secure = c.secure })
			b := w.browser()
			check := func(what string, got *http.Cookie, maxAge time.Duration, bytes int) {
				t.Helper()
				if got == nil {
					t.Fatalf("%s: no cookie", what)
				}
				if got.Path != "/" || got.Domain != "" || !got.HttpOnly || got.Secure != c.secure || got.SameSite != http.SameSiteLaxMode {
					t.Errorf("%s: %s", what, got.Raw)
				}
				if got.MaxAge != int(maxAge/time.Second) || !got.Expires.IsZero() {
					t.Errorf("%s lasts %d s, want %v", what, got.MaxAge, maxAge)
				}
				if value, err := base64.RawURLEncoding.DecodeString(got.Value); err != nil || len(value) != bytes {
					t.Errorf("%s holds %d bytes, want %d: %v", what, len(value), bytes, err)
				}
			}
			first := b.entered(nop)
			check("the browser's", cookie(t, first, c.prefix+"browser"), 400*24*time.Hour, 16)
			if cookie(t, first, c.prefix+"session") != nil {
				t.Error("nobody has a session's cookie")
			}
			if again := b.entered(nop); len(again.Cookies()) != 0 {
				t.Errorf("the second page sets %v", again.Cookies())
			}
			kept := b.entered(func(ctx context.Context) error { return session.Connect(ctx, ada) })
			check("a kept session's", cookie(t, kept, c.prefix+"session"), 30*24*time.Hour, 32)
			short := b.entered(func(ctx context.Context) error { return session.Connect(ctx, ada, session.Expire()) })
			check("a session's that expires", cookie(t, short, c.prefix+"session"), 0, 32)
			if raw := cookie(t, short, c.prefix+"session").Raw; strings.Contains(raw, "Max-Age") {
				t.Errorf("it does not end with the browser: %s", raw)
			}
			out := cookie(t, b.entered(session.Disconnect), c.prefix+"session")
			if out == nil || out.MaxAge >= 0 || out.Value != "" || out.Path != "/" || out.Secure != c.secure {
				t.Errorf("log-out's cookie: %v", out)
			}
		})
	}
}

// TestModesAreApart: what development has set, https does not read.
func TestModesAreApart(t *testing.T) {
	plain, secure := newWorld(t), newWorld(t, func(o *session.Options) { o.Secure = true })
	b := plain.browser()
	b.connect(ada)
	b.w = secure
	if answer := b.entered(nop); cookie(t, answer, "__Host-browser") == nil {
		t.Error("a cookie of development counts as the browser's")
	}
}

// TestMalformedCookies count as absent: the answer sets a good one.
func TestMalformedCookies(t *testing.T) {
	good := strings.Repeat("A", 22)
	for what, header := range map[string]string{
		"none":            "",
		"empty":           "dev-browser=",
		"short":           "dev-browser=AAAA",
		"long":            "dev-browser=" + strings.Repeat("A", 23),
		"very long":       "dev-browser=" + strings.Repeat("A", 4000),
		"not base64":      "dev-browser=" + strings.Repeat("!", 22),
		"base64, not URL": "dev-browser=" + strings.Repeat("/", 22),
		"padded":          "dev-browser=" + good + "==",
		"loose end":       "dev-browser=" + strings.Repeat("A", 21) + "B", // bits that no encoder sets
		"a session's":     "dev-browser=" + strings.Repeat("A", 43),
		"twice":           "dev-browser=" + good + "; dev-browser=" + good,
		"another's name":  "Dev-Browser=" + good,
	} {
		if answer := answerTo(newWorld(t), header); cookie(t, answer, "dev-browser") == nil {
			t.Errorf("%s: taken for a browser's cookie", what)
		}
	}
	if answer := answerTo(newWorld(t), "dev-browser="+good); cookie(t, answer, "dev-browser") != nil {
		t.Error("a good one is replaced")
	}
}

// answerTo is the answer to a page request with this Cookie header.
func answerTo(w *world, header string) *http.Response {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Cookie", header)
	recorder := httptest.NewRecorder()
	w.Middleware(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})).ServeHTTP(recorder, r)
	return recorder.Result()
}

// TestSessionCookieTwice: who sets a second one beside it logs the browser out of both, and into neither.
func TestSessionCookieTwice(t *testing.T) {
	w := newWorld(t)
	b, evil := w.browser(), w.browser()
	b.connect(ada)
	evil.connect(bob)
	header := "dev-browser=" + b.cookies["dev-browser"] +
		"; dev-session=" + b.cookies["dev-session"] + "; dev-session=" + evil.cookies["dev-session"]
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Cookie", header)
	w.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		wrapped := session.Opt(func(_ context.Context, v session.Visitor, _ struct{}) (string, error) { return name(v), nil })
		if who, err := wrapped(r.Context(), struct{}{}); err != nil || who != "nobody" {
			t.Errorf("the page is for %s, %v", who, err)
		}
	})).ServeHTTP(httptest.NewRecorder(), r)
}

// TestOneCookieAnAnswer: whatever a handler does, its answer says one thing of the session's cookie, the last.
func TestOneCookieAnAnswer(t *testing.T) {
	b := newWorld(t).browser()
	in := b.entered(func(ctx context.Context) error {
		if err := session.Connect(ctx, ada); err != nil {
			return err
		}
		if err := session.Disconnect(ctx); err != nil {
			return err
		}
		return session.Connect(ctx, bob)
	})
	if c := cookie(t, in, "dev-session"); c == nil || c.Value == "" || b.visitor() != bob {
		t.Errorf("in, out and in: %v", c)
	}
	out := b.entered(func(ctx context.Context) error {
		if err := session.Connect(ctx, ada); err != nil {
			return err
		}
		return session.Disconnect(ctx)
	})
	if c := cookie(t, out, "dev-session"); c == nil || c.Value != "" || b.visitor() != 0 {
		t.Errorf("in and out: %v", c)
	}
}
