package session_test

import (
	"context"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/ocsigo/start/framework/session"
)

// tag is the identity tag of this browser's forms.
func (b *browser) tag() (tag string) {
	b.w.t.Helper()
	b.do(func(ctx context.Context) (err error) { tag, err = session.IdentityTag(ctx); return err })
	return tag
}

// takes reports whether a form with this tag is taken from this browser.
func (b *browser) takes(tag string) (ours bool) {
	b.w.t.Helper()
	b.bare(func(ctx context.Context) { // before any wrapper, as pages do
		var err error
		if ours, err = session.CheckIdentityTag(ctx, tag); err != nil {
			b.w.t.Error(err)
		}
	})
	return ours
}

// TestIdentityTag: a form is taken from the visitor for whom it was made, and from no other.
func TestIdentityTag(t *testing.T) {
	w := newWorld(t)
	b, other := w.browser(), w.browser()
	nobodys := b.tag()
	if !b.takes(nobodys) || other.takes(nobodys) {
		t.Error("nobody's form: not taken, or from another browser")
	}
	b.connect(ada)
	adas := b.tag()
	other.connect(ada)
	switch {
	case !b.takes(adas):
		t.Error("her own form is not taken")
	case b.takes(nobodys):
		t.Error("a form of before the log-in is taken")
	case other.takes(adas):
		t.Error("it is taken from another browser of hers")
	case b.takes(""), b.takes(adas + "x"), b.takes(adas[1:]), b.takes(strings.ToUpper(adas)):
		t.Error("a forged one is taken")
	}
	b.connect(ada)
	if !b.takes(adas) {
		t.Error("a form is not taken after she has logged in again")
	}
	b.connect(bob)
	if b.takes(adas) {
		t.Error("ada's form is taken from bob")
	}
}

// TestTagIsNoToken: what seals a form does not open a document, and the other way round.
func TestTagIsNoToken(t *testing.T) {
	b := newWorld(t).browser()
	tag, token := b.tag(), b.document()
	if _, err := b.hello(strings.Split(token, ".")[0]+"."+tag, ""); err == nil {
		t.Error("a form's tag opens a document")
	}
	if b.takes(strings.Split(token, ".")[1]) {
		t.Error("a document's seal passes for a form's")
	}
}

// TestPageTokenSaysNothing: it names neither the user, nor the session, nor a cookie.
func TestPageTokenSaysNothing(t *testing.T) {
	b := newWorld(t).browser()
	b.connect(ada)
	first, second := b.document(), b.document()
	if !regexp.MustCompile(`^[\w-]{22}\.[\w-]{43}$`).MatchString(first) || first == second {
		t.Errorf("tokens %q and %q", first, second)
	}
	for name, value := range b.cookies {
		if strings.Contains(first, value) {
			t.Errorf("%q holds the cookie %s", first, name)
		}
	}
}

// FuzzPageToken: no token but the document's own is let in.
func FuzzPageToken(f *testing.F) {
	for _, seed := range []string{"", ".", "a.b", strings.Repeat("A", 22) + "." + strings.Repeat("A", 43), "..", "\x00.\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, token string) {
		b := newWorld(t).browser()
		good := b.document()
		if _, err := b.hello(token, ""); err == nil {
			t.Errorf("%q was let in", token)
		}
		if _, err := b.hello(good+token, ""); (err == nil) != (token == "") {
			t.Errorf("the document's own with %q behind it: %v", token, err)
		}
	})
}

// FuzzIdentityTag: no tag but the visitor's own is taken.
func FuzzIdentityTag(f *testing.F) {
	for _, seed := range []string{"", "7", "0", "identity", strings.Repeat("A", 43), "\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, tag string) {
		b := newWorld(t).browser()
		good := b.tag()
		if b.takes(tag) {
			t.Errorf("%q was taken", tag)
		}
		if b.takes(good+tag) != (tag == "") {
			t.Errorf("the visitor's own with %q behind it", tag)
		}
	})
}

// FuzzParseSecret: what is read as a cookie is written the same way again, so that no two texts are one cookie.
func FuzzParseSecret(f *testing.F) {
	for _, seed := range []string{"", strings.Repeat("A", 22), strings.Repeat("A", 21) + "B", "0\n0\n000000000000000000", strings.Repeat("=", 22)} {
		f.Add(seed)
	}
	shape := regexp.MustCompile(`^[A-Za-z0-9_-]{22}$`)
	f.Fuzz(func(t *testing.T, text string) {
		again, ok := session.ParseSecret(text)
		if ok && (again != text || !shape.MatchString(text)) {
			t.Errorf("%q was read, and is written %q", text, again)
		}
		if !ok && again != "" {
			t.Errorf("%q was refused, and is written %q", text, again)
		}
	})
}

// FuzzCookies: whatever a browser sends, nobody is let in and nothing breaks.
func FuzzCookies(f *testing.F) {
	f.Add("dev-browser=x; dev-session=y")
	f.Add("dev-browser=" + strings.Repeat("A", 22) + "; dev-session=" + strings.Repeat("A", 43))
	f.Fuzz(func(t *testing.T, header string) {
		w := newWorld(t)
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Cookie", header)
		if _, err := w.OpenTab(t.Context(), w.Cookies(r), session.Hello{}, &host{}); err == nil {
			t.Errorf("%q opens a tab", header)
		}
		answerTo(w, header)
	})
}
