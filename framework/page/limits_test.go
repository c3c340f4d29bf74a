package page_test

import (
	"bytes"
	"compress/gzip"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/session"
)

// TestTooLongToComeBackTo: who is nobody is sent to log in all the same.
func TestTooLongToComeBackTo(t *testing.T) {
	s := newSite(t, page.Config{})
	p := s.browser(0).Get("/mine?" + strings.Repeat("%20", 2000))
	if to := p.Header.Get("Location"); p.Status != http.StatusSeeOther || to != "/login" {
		t.Errorf("%d, %d bytes of location: %.20s", p.Status, len(to), to)
	}
}

// TestURLsThatAreTooMuch are refused, and the page is the visitor's. S184
func TestURLsThatAreTooMuch(t *testing.T) {
	s := newSite(t, page.Config{ErrorPage: errorPage, Layout: withVisitor})
	s.handle("GET /long/{rest...}", page.Connected(mine))
	ada := s.browser(7)
	params := strings.TrimSuffix(strings.Repeat("a&", 1000), "&")
	for name, test := range map[string]struct {
		url    string
		status int
	}{
		"a path that fits":       {fill("/long/", 8<<10), 200},
		"a path too long":        {fill("/long/", 8<<10+1), 414},
		"a query that fits":      {fill("/mine?", 8<<10), 200},
		"a query too long":       {fill("/mine?", 8<<10+1), 414},
		"escaped, too long":      {"/long/" + strings.Repeat("%20", 3000), 414},
		"parameters that fit":    {"/mine?" + params, 200},
		"a parameter too many":   {"/mine?" + params + "&a", 400},
		"far too many of either": {"/mine?" + strings.Repeat("a&", 5000), 414},
	} {
		p := ada.Get(test.url)
		if p.Status != test.status || !strings.Contains(p.Body, "user 7") || strings.Contains(p.Body, "failure") != (test.status != 200) {
			t.Errorf("%s: %d %s", name, p.Status, p.Body)
		}
		if test.status != 200 && s.inPlace(ada, ada.Open("/"), 0, test.url, nil).Status != test.status {
			t.Errorf("%s in place: another status", name)
		}
		if test.status == 200 {
			continue
		}
		if err := s.hello(ada, p); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestEncodedBodies are not read: a small one may become very large. S184
func TestEncodedBodies(t *testing.T) {
	s := newSite(t, page.Config{})
	ada := s.browser(7)
	var small bytes.Buffer
	zip := gzip.NewWriter(&small)
	zip.Write([]byte(url.Values{"_identity": {ada.Get("/").IdentityTag()}}.Encode()))
	zip.Close()
	for coding, want := range map[string]int{
		"gzip": 415, "br": 415, "deflate, gzip": 415, "GZIP": 415, "nonsense": 415,
	} {
		header := map[string]string{"Content-Type": urlEncoded, "Content-Encoding": coding}
		if p := s.send(ada, http.MethodPost, "/", header, small.String()); p.Status != want || s.done != 0 {
			t.Errorf("%s: %d, taken %d times", coding, p.Status, s.done)
		}
	}
	plain := map[string]string{"Content-Type": urlEncoded, "Content-Encoding": "identity"}
	if p := s.send(ada, http.MethodPost, "/", plain, "name=Ada"); p.Status != http.StatusConflict {
		t.Errorf("not encoded, and without a tag: %d", p.Status)
	}
}

// TestTooLargeCloses: what is left of a form that is too large is not read, whether or not it says its length. S184
func TestTooLargeCloses(t *testing.T) {
	s := newSite(t, page.Config{})
	s.handle("POST /free", page.Opt(func(r *http.Request, v session.Visitor) (page.Content, error) { return s.take(r, v) }, page.AnyIdentity()))
	for name, body := range map[string]func() *http.Request{
		"with its length": func() *http.Request {
			return httptest.NewRequest(http.MethodPost, "/free", strings.NewReader(fill("x=", 1<<20+1)))
		},
		"in chunks": func() *http.Request {
			r := httptest.NewRequest(http.MethodPost, "/free", http.NoBody)
			r.Body, r.ContentLength = http.MaxBytesReader(nil, endless{}, 10<<20), -1
			return r
		},
	} {
		r := body()
		r.RequestURI, r.URL.Scheme, r.URL.Host, r.Host = "", "http", address(t, s.URL).Host, ""
		r.Header.Set("Content-Type", urlEncoded)
		answer, err := s.browser(0).Client.Do(r)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		answer.Body.Close()
		if answer.StatusCode != http.StatusRequestEntityTooLarge || !answer.Close || s.done != 0 {
			t.Errorf("%s: %d, the connection is closed: %t", name, answer.StatusCode, answer.Close)
		}
	}
}

// endless is a body of whatever length is read of it.
type endless struct{ net.Conn }

func (endless) Close() error { return nil }

func (endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 'x'
	}
	return len(b), nil
}
