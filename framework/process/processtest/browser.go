package processtest

import (
	"html"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// Browser is one cookie jar. It follows no redirect by itself.
type Browser struct {
	Client *http.Client
	URL    string // of the site, without a path

	t testing.TB
}

// NewBrowser returns a browser without cookies.
func NewBrowser(t testing.TB, url string) *Browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return &Browser{t: t, URL: url, Client: &http.Client{
		Jar:           jar,
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Page is an answer, read to its end.
type Page struct {
	Status int
	Header http.Header
	Body   string
}

// Get loads a page.
func (b *Browser) Get(path string) Page {
	b.t.Helper()
	return b.do(http.MethodGet, path, "", nil)
}

// Post sends a form as it is.
func (b *Browser) Post(path string, form url.Values) Page {
	b.t.Helper()
	return b.do(http.MethodPost, path, form.Encode(), nil)
}

// Submit loads a page, fills its form in and sends it, as a person would: with the identity tag.
func (b *Browser) Submit(path string, form url.Values) Page {
	b.t.Helper()
	filled := url.Values{"_identity": {b.Get(path).IdentityTag()}}
	for name, values := range form {
		filled[name] = values
	}
	return b.Post(path, filled)
}

func (b *Browser) do(method, path, body string, header http.Header) Page {
	b.t.Helper()
	page, err := b.try(method, path, body, header)
	if err != nil {
		b.t.Fatal(err)
	}
	return page
}

func (b *Browser) try(method, path, body string, header http.Header) (Page, error) {
	r, err := http.NewRequest(method, b.URL+path, strings.NewReader(body))
	if err != nil {
		return Page{}, err
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", b.URL)
	}
	maps.Copy(r.Header, header)
	answer, err := b.Client.Do(r)
	if err != nil {
		return Page{}, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	return Page{answer.StatusCode, answer.Header, string(text)}, err
}

var (
	tokenTag    = regexp.MustCompile(`name="ocsigo-process" content="([^"]*)"`)
	identityTag = regexp.MustCompile(`(?:name="_identity" value|data-identity)="([^"]*)"`)
)

// Token is what the page's tab says hello with; "" when it has none.
func (p Page) Token() string { return first(tokenTag, p.Body) }

// IdentityTag is what the page's forms and its document's tag carry; "" when it has none.
func (p Page) IdentityTag() string { return first(identityTag, p.Body) }

func first(pattern *regexp.Regexp, text string) string {
	if found := pattern.FindStringSubmatch(text); found != nil {
		return html.UnescapeString(found[1])
	}
	return ""
}
