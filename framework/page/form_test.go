package page_test

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/session"
)

const urlEncoded = "application/x-www-form-urlencoded"

// multipartForm is a form with its identity tag first, and then so many files.
func multipartForm(tag string, files ...string) (kind, body string) {
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	if tag != "" {
		form.WriteField("_identity", tag)
	}
	form.WriteField("title", "Notes")
	for i, content := range files {
		file, _ := form.CreateFormFile(fmt.Sprint("file", i), "notes.txt")
		io.WriteString(file, content)
	}
	form.Close()
	return form.FormDataContentType(), b.String()
}

// TestFormWithFiles: it is read whole, and belongs to somebody as every form does.
func TestFormWithFiles(t *testing.T) {
	s := newSite(t, page.Config{})
	var got string
	s.handle("POST /files", page.Connected(func(r *http.Request, _ session.UserID) (page.Content, error) {
		file, _, err := r.FormFile("file0")
		if err != nil {
			return page.Content{}, err
		}
		content, err := io.ReadAll(file)
		got = r.PostFormValue("title") + ": " + string(content)
		return page.Content{}, err
	}))
	ada := s.browser(7)
	kind, body := multipartForm(ada.Get("/").IdentityTag(), "some words")
	p := s.send(ada, http.MethodPost, "/files", map[string]string{"Content-Type": kind}, body)
	if p.Status != http.StatusOK || got != "Notes: some words" {
		t.Errorf("%d %s, it got %q", p.Status, p.Body, got)
	}

	got = ""
	for _, tag := range []string{"", "forged", s.browser(8).Get("/").IdentityTag()} {
		kind, body := multipartForm(tag, "some words")
		p := s.send(ada, http.MethodPost, "/files", map[string]string{"Content-Type": kind}, body)
		if p.Status != http.StatusConflict || got != "" {
			t.Errorf("tag %q: %d, it got %q", tag, p.Status, got)
		}
	}
}

// TestFormsThatCannotBeTaken: too much, or broken (S184). The error page is that of the visitor who sent it: the tab
// that shows it is alive.
func TestFormsThatCannotBeTaken(t *testing.T) {
	s := newSite(t, page.Config{ErrorPage: errorPage, Layout: withVisitor})
	ada := s.browser(7)
	tag := ada.Get("/").IdentityTag()
	const limit = 1 << 20
	bigKind, big := multipartForm(tag, strings.Repeat("x", limit))
	manyKind, many := multipartForm(tag, make([]string, 99)...) // with tag and title
	fullKind, full := multipartForm(tag, make([]string, 98)...)
	floodKind, flood := multipartForm(tag, make([]string, 1001)...)
	cutKind, cut := multipartForm(tag, "some words")
	for _, test := range []struct {
		name, kind, body string
		status           int
	}{
		{"just fits", urlEncoded, fill("_identity="+tag+"&x=", limit), 303},
		{"a byte too long", urlEncoded, fill("_identity="+tag+"&x=", limit+1), 413},
		{"a file too long", bigKind, big, 413},
		{"as many parts as fit", fullKind, full, 303},
		{"a part too many", manyKind, many, 400},
		{"a flood of parts", floodKind, flood, 400},
		{"broken escape", urlEncoded, "_identity=" + tag + "&x=%zz", 400},
		{"cut off", cutKind, cut[:len(cut)-20], 400},
		{"no boundary", "multipart/form-data", cut, 400},
		{"broken type", "multipart/form-data; boundary", cut, 400},
		{"of another type", "text/plain", "_identity=" + tag, 409},
		{"JSON", "application/json", `{"_identity":"` + tag + `"}`, 409},
	} {
		t.Run(test.name, func(t *testing.T) {
			s.done = 0
			p := s.send(ada, http.MethodPost, "/", map[string]string{"Content-Type": test.kind}, test.body)
			if p.Status != test.status || s.done > 0 != (test.status == 303) {
				t.Errorf("%d %s, taken %d times", p.Status, p.Body, s.done)
			}
			if test.status == 303 {
				return
			}
			if !strings.Contains(p.Body, "for user 7") {
				t.Errorf("the page is not his: %s", p.Body)
			}
			if err := s.hello(ada, p); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestFormsBecomeNoFiles: neither of many parts, nor in a request that should have no body at all.
func TestFormsBecomeNoFiles(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	s := newSite(t, page.Config{})
	s.handle("/read", page.Opt(func(r *http.Request, v session.Visitor) (page.Content, error) {
		r.FormValue("x")
		return s.take(r, v)
	}, page.AnyIdentity()))
	parts := make([]string, 90)
	for i := range parts {
		parts[i] = strings.Repeat("x", 9000)
	}
	for name, files := range map[string][]string{
		"many": parts,
		"one":  {strings.Repeat("x", 1<<20-1000)},
		"huge": {strings.Repeat("x", 40<<20)},
	} {
		for _, method := range []string{http.MethodPost, http.MethodGet} {
			kind, body := multipartForm("", files...)
			r := httptest.NewRequest(method, s.URL+"/read", strings.NewReader(body))
			r.Header.Set("Content-Type", kind)
			w := httptest.NewRecorder()
			s.mux.ServeHTTP(w, r)
			if name != "huge" && w.Code != http.StatusSeeOther {
				t.Errorf("%s, %s: %d %s", name, method, w.Code, w.Body)
			}
			left, err := os.ReadDir(os.TempDir())
			if err != nil || len(left) > 0 {
				t.Errorf("%s, %s: files %v, %v", name, method, left, err)
			}
		}
	}
}

func fill(text string, length int) string { return text + strings.Repeat("x", length-len(text)) }
