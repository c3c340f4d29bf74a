package authcheck

import (
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Browser is one cookie jar. It runs no scripts, and follows redirects only when it is told to.
type Browser struct {
	site    *Site
	client  *http.Client
	headers http.Header // of every request

	answered Page // to what it has sent with many others
}

// Page is an answer, read to its end.
type Page struct {
	URL    *url.URL
	Status int
	Header http.Header
	Body   string
	took   time.Duration // of a form: from its sending to the answer's end
}

const answerAtMost = 4 << 20 // bytes

// Browser returns one without cookies, in the network of the check.
func (s *Site) Browser() *Browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		failf("%v", err)
	}
	transport := s.network.transport()
	s.later(transport.CloseIdleConnections)
	return &Browser{site: s, headers: s.network.headers(), client: &http.Client{
		Jar:           jar,
		Transport:     transport,
		Timeout:       time.Minute,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// elsewhere returns a browser in another network, which is that of the check from now on.
func (s *Site) elsewhere() *Browser {
	s.network.next()
	return s.Browser()
}

// Get loads what is at a path of the site, or at an absolute URL of it.
func (b *Browser) Get(at string) Page { return b.do(http.MethodGet, at, nil, nil) }

// Post sends a form as it is.
func (b *Browser) Post(at string, form url.Values) Page { return b.do(http.MethodPost, at, form, nil) }

// Follow loads what an answer redirects to, until there is an answer that does not.
func (b *Browser) Follow(p Page) Page {
	for range 10 {
		if !p.redirects() {
			return p
		}
		p = b.Get(p.location())
	}
	failf("%s redirects again and again", p.URL)
	return p
}

// Go loads a page and follows its redirects.
func (b *Browser) Go(at string) Page { return b.Follow(b.Get(at)) }

// do asks, and ends the check where there is no answer, or one of a site that is broken: that is a refusal of nothing.
func (b *Browser) do(method, at string, form url.Values, more http.Header) Page {
	p, err := b.try(method, at, form, more)
	for range 3 {
		if err == nil && p.busy() {
			b.site.wait(p)
			p, err = b.try(method, at, form, more)
		}
	}
	if err != nil {
		failf("%s %s: %v", method, at, err)
	}
	if p.Status >= 500 {
		failf("the site is broken: %v", p)
	}
	return p
}

// wait lets as much time pass as a busy site asks for, up to ten seconds.
func (s *Site) wait(p Page) {
	seconds, err := strconv.Atoi(p.Header.Get("Retry-After"))
	if err != nil || seconds < 0 || seconds > 10 {
		seconds = 10
	}
	s.pause(time.Duration(seconds) * time.Second)
}

// busy reports whether the site asks to be asked again later.
func (p Page) busy() bool {
	return p.Status == http.StatusServiceUnavailable && p.Header.Get("Retry-After") != ""
}

// try asks. More than one goroutine may do so at once.
func (b *Browser) try(method, at string, form url.Values, more http.Header) (Page, error) {
	r, err := b.request(method, at, form, more)
	if err != nil {
		return Page{}, err
	}
	if err := b.site.count(); err != nil {
		return Page{}, err
	}
	begin := time.Now()
	answer, err := b.client.Do(r)
	if err != nil {
		return Page{}, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, answerAtMost))
	p := Page{r.URL, answer.StatusCode, answer.Header, string(body), time.Since(begin)}
	b.site.note(p)
	return p, err
}

// request is what a real browser would send: only to the site, whatever a letter or a redirect says.
func (b *Browser) request(method, at string, form url.Values, more http.Header) (*http.Request, error) {
	where, err := b.site.at.Parse(at)
	if err != nil {
		return nil, err
	}
	if !b.site.own(where) {
		failf("%s is on another host", at)
	}
	where.Fragment = ""
	r, err := http.NewRequestWithContext(b.site.ctx, method, where.String(), strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", b.site.origin())
	}
	r.Header.Set("User-Agent", "authcheck")
	maps.Copy(r.Header, b.headers)
	maps.Copy(r.Header, more)
	if host := more.Get("Host"); host != "" {
		r.Host = host
	}
	return r, nil
}

// redirects reports whether the answer sends the visitor elsewhere.
func (p Page) redirects() bool {
	return p.Status >= 300 && p.Status < 400 && p.Header.Get("Location") != ""
}

// refusesForm reports whether the status is one with which a form is shown again.
func (p Page) refusesForm() bool {
	return p.Status == http.StatusOK || p.Status == http.StatusUnprocessableEntity || p.Status == http.StatusBadRequest
}

// location is where to; "" when nowhere.
func (p Page) location() string {
	to, err := p.URL.Parse(p.Header.Get("Location"))
	if err != nil || !p.redirects() {
		return ""
	}
	return to.String()
}

// String is what a report says of an answer.
func (p Page) String() string {
	text := p.URL.Path + " answered " + http.StatusText(p.Status)
	if to := p.Header.Get("Location"); to != "" {
		text += " to " + to
	}
	return text
}

// cookies are what the browser would send to a path.
func (b *Browser) cookies() []*http.Cookie { return b.client.Jar.Cookies(b.site.at) }

// copy returns another browser with the cookies that this one has now.
func (b *Browser) copy() *Browser {
	other := b.site.Browser()
	other.client.Jar.SetCookies(b.site.at, b.cookies())
	return other
}
