package session_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/ocsigo/start/framework/session"
)

// TestSeal: a text is sealed for its purpose, its browser and who is connected, and for nothing else.
func TestSeal(t *testing.T) {
	m := session.New(&session.MemoryStore{}, session.Options{})
	defer m.Close()
	in := func(cookies []*http.Cookie, f func(ctx context.Context)) []*http.Cookie {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		for _, c := range cookies {
			r.AddCookie(c)
		}
		w := httptest.NewRecorder()
		m.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { f(r.Context()) })).ServeHTTP(w, r)
		return append(cookies, w.Result().Cookies()...)
	}
	var nobodys, users string
	browser := in(nil, func(ctx context.Context) {
		nobodys, _ = session.Seal(ctx, "kept", "text")
		if !session.Sealed(ctx, "kept", "text", nobodys) {
			t.Error("it is not sealed")
		}
		tag, _ := session.IdentityTag(ctx)
		for what, sealed := range map[string]bool{
			"another text":    session.Sealed(ctx, "kept", "texts", nobodys),
			"another purpose": session.Sealed(ctx, "keptt", "ext", nobodys),
			"no seal":         session.Sealed(ctx, "kept", "text", ""),
			"a form's tag":    session.Sealed(ctx, "kept", "text", tag),
		} {
			if sealed {
				t.Error(what)
			}
		}
		if ours, _ := session.CheckIdentityTag(ctx, nobodys); ours {
			t.Error("a seal is a form's tag")
		}
	})
	in(browser, func(ctx context.Context) {
		if !session.Sealed(ctx, "kept", "text", nobodys) {
			t.Error("the browser's next request does not know it")
		}
		if err := session.Connect(ctx, 7); err != nil {
			t.Fatal(err)
		}
		users, _ = session.Seal(ctx, "kept", "text")
		if session.Sealed(ctx, "kept", "text", nobodys) || !session.Sealed(ctx, "kept", "text", users) {
			t.Error("what was sealed for nobody is the user's")
		}
		if err := session.Disconnect(ctx); err != nil {
			t.Fatal(err)
		}
		if session.Sealed(ctx, "kept", "text", users) {
			t.Error("what was sealed for the user is nobody's")
		}
	})
	in(nil, func(ctx context.Context) {
		if session.Sealed(ctx, "kept", "text", nobodys) {
			t.Error("in another browser")
		}
	})
	if _, err := session.Seal(t.Context(), "kept", "text"); !errors.Is(err, session.ErrOutside) || session.Sealed(t.Context(), "kept", "text", nobodys) {
		t.Errorf("outside: %v", err)
	}
}
