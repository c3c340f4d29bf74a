package page_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/ocsigo/start/framework/page"
)

// TestCrossSite: what other sites post is refused, whatever they know. S040, S041, S042, S043
func TestCrossSite(t *testing.T) {
	const taken, refused = http.StatusSeeOther, http.StatusForbidden
	s := newSite(t, page.Config{})
	host := address(t, s.URL).Host
	for _, test := range []struct {
		fetchSite, origin string
		want              int
	}{
		{"same-origin", s.URL, taken},
		{"same-origin", "", taken},
		{"none", "", taken},
		{"", s.URL, taken},
		{"", "", taken}, // no browser: nobody's cookies are sent unknowingly

		{"cross-site", "", refused},
		{"cross-site", s.URL, refused},
		{"cross-site", "null", refused},
		{"same-site", "", refused},
		{"same-site", s.URL, refused},
		{"nonsense", "", refused},
		{"same-origin", "https://evil.example", refused},
		{"none", "https://evil.example", refused},
		{"", "https://evil.example", refused},
		{"", "null", refused},
		{"", "https://" + host, refused}, // another scheme
		{"", "http://127.0.0.1:1", refused},
		{"", "http://127.0.0.1", refused},
		{"", s.URL + ".evil.example", refused},
		{"", "http://evil.example@" + host, refused},
	} {
		b := s.browser(7)
		header := map[string]string{"Content-Type": "application/x-www-form-urlencoded"}
		if test.fetchSite != "" {
			header["Sec-Fetch-Site"] = test.fetchSite
		}
		if test.origin != "" {
			header["Origin"] = test.origin
		}
		before := s.done
		form := url.Values{"_identity": {b.Get("/").IdentityTag()}}
		p := s.send(b, http.MethodPost, "/", header, form.Encode())
		if p.Status != test.want || (s.done > before) != (test.want == taken) {
			t.Errorf("Sec-Fetch-Site %q, Origin %q: %d, taken %d times", test.fetchSite, test.origin, p.Status, s.done-before)
		}
	}
}

// TestCrossSiteWhateverTheMethod: all that may change something is checked. Links from other sites work. S047
func TestCrossSiteWhateverTheMethod(t *testing.T) {
	s := newSite(t, page.Config{})
	s.handle("/any", page.Opt(s.take, page.AnyIdentity()))
	evil := map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
	for method, want := range map[string]int{
		"GET": http.StatusSeeOther, "HEAD": http.StatusSeeOther,
		"POST": 403, "PUT": 403, "PATCH": 403, "DELETE": 403, "OPTIONS": 403, "FOO": 403,
	} {
		p := s.send(s.browser(7), method, "/any", evil, "")
		if p.Status != want {
			t.Errorf("%s: %d, want %d", method, p.Status, want)
		}
		for name := range p.Header {
			if len(name) > 14 && name[:14] == "Access-Control" {
				t.Errorf("%s: %s: %s", method, name, p.Header.Get(name))
			}
		}
	}
}

// TestCrossSiteLeavesTheCookiesAlone: browsers send no cookie with such a request. An answer that set new ones
// would replace those they have, and so log their users out.
func TestCrossSiteLeavesTheCookiesAlone(t *testing.T) {
	s := newSite(t, page.Config{ErrorPage: errorPage})
	p := s.send(s.browser(0), http.MethodPost, "/", map[string]string{"Sec-Fetch-Site": "cross-site"}, "")
	if p.Status != http.StatusForbidden || p.Header["Set-Cookie"] != nil {
		t.Errorf("%d, cookies %q", p.Status, p.Header["Set-Cookie"])
	}
	if p.Token() != "" {
		t.Error("the error page starts a process, which no cookie belongs to")
	}
}

// TestOnlyBrowsers: a site may refuse forms that do not say where they come from. S042
func TestOnlyBrowsers(t *testing.T) {
	s := newSite(t, page.Config{OnlyBrowsers: true})
	for _, test := range []struct {
		header map[string]string
		status int
	}{
		{nil, http.StatusForbidden},
		{map[string]string{"Origin": s.URL}, http.StatusSeeOther},
		{map[string]string{"Sec-Fetch-Site": "same-origin"}, http.StatusSeeOther},
		{map[string]string{"Sec-Fetch-Site": "none"}, http.StatusSeeOther},
	} {
		if p := s.send(s.browser(7), http.MethodPost, "/logout", test.header, ""); p.Status != test.status {
			t.Errorf("%v: %d", test.header, p.Status)
		}
	}
	if p := s.send(s.browser(7), http.MethodGet, "/", nil, ""); p.Status != http.StatusOK {
		t.Errorf("GET: %d", p.Status)
	}
}

// TestOriginOfAnotherScheme: a page that came over plain http is not of a site over https. S043
func TestOriginOfAnotherScheme(t *testing.T) {
	s := newSite(t, page.Config{URL: address(t, "https://example.com"), Proxies: loopback})
	for origin, want := range map[string]int{
		"https://example.com": http.StatusSeeOther,
		"http://example.com":  http.StatusForbidden, "https://example.com:444": http.StatusForbidden,
	} {
		header := map[string]string{"Host": "example.com", "Origin": origin, "X-Forwarded-Proto": "https"}
		if p := s.send(s.browser(0), http.MethodPost, "/logout", header, ""); p.Status != want {
			t.Errorf("%s: %d, want %d", origin, p.Status, want)
		}
	}
}

// TestLogInFromAnotherSite: nobody is logged in as somebody else by another site. S048
func TestLogInFromAnotherSite(t *testing.T) {
	s := newSite(t, page.Config{})
	b := s.browser(0)
	form := url.Values{"_identity": {b.Get("/login").IdentityTag()}, "user": {"666"}}
	header := map[string]string{"Content-Type": urlEncoded, "Sec-Fetch-Site": "cross-site"}
	p := s.send(b, http.MethodPost, "/login", header, form.Encode())
	if p.Status != http.StatusForbidden || p.Header["Set-Cookie"] != nil {
		t.Errorf("%d, cookies %q", p.Status, p.Header["Set-Cookie"])
	}
}

// TestPagesAreNoParts: another site may lead to a page, but not load it as a script, a picture or to read. S057
func TestPagesAreNoParts(t *testing.T) {
	s := newSite(t, page.Config{})
	ada := s.browser(7)
	for _, test := range []struct {
		site, mode string
		status     int
	}{
		{"cross-site", "navigate", 200},
		{"cross-site", "no-cors", 403},
		{"cross-site", "cors", 403},
		{"same-site", "no-cors", 403},
		{"same-origin", "no-cors", 200},
		{"same-origin", "same-origin", 200},
		{"none", "navigate", 200},
		{"none", "no-cors", 200},
	} {
		p := s.send(ada, http.MethodGet, "/", map[string]string{"Sec-Fetch-Site": test.site, "Sec-Fetch-Mode": test.mode}, "")
		if p.Status != test.status || strings.Contains(p.Body, "user 7") != (test.status == 200) || p.Header["Set-Cookie"] != nil {
			t.Errorf("%s, %s: %d %s", test.site, test.mode, p.Status, p.Body)
		}
	}
}
