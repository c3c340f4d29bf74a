package page_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/ocsigo/start/framework/page"
)

// TestLocalPath: where a visitor may be sent back to.
func TestLocalPath(t *testing.T) {
	for _, test := range []struct{ target, want string }{
		{"/", "/"},
		{"/settings", "/settings"},
		{"/books/7?order=title&q=a%20b+c", "/books/7?order=title&q=a%20b+c"},
		{"/books?next=//evil.example", "/books?next=//evil.example"},
		{"/a%2Fb", "/a%2Fb"},
		{"/été", "/%C3%A9t%C3%A9"},
		{"/page#part", "/page#part"},
		{"/page?a=b#%C3%A9/été", "/page?a=b#%C3%A9/%C3%A9t%C3%A9"},
		{"/#//evil.example", "/#//evil.example"},
		{"/page#", "/page"},

		{"", "/"},
		{"settings", "/"},
		{"https://evil.example", "/"},
		{"https:/evil.example", "/"},
		{"https:evil.example", "/"},
		{"javascript:alert(1)", "/"},
		{"data:text/html,x", "/"},
		{"//evil.example", "/"},
		{"///evil.example", "/"},
		{"////evil.example", "/"},
		{"/%2Fevil.example", "/"},
		{"/%2f%2fevil.example", "/"},
		{`/\evil.example`, "/"},
		{`\\evil.example`, "/"},
		{`/\/evil.example`, "/"},
		{"/\t/evil.example", "/"},
		{"\t//evil.example", "/"},
		{"/\n/evil.example", "/"},
		{"/\r\nSet-Cookie: a=b", "/"},
		{" //evil.example", "/"},
		{"/ /evil.example", "/"},
		{"/\x00/evil.example", "/"},
		{"//user@evil.example", "/"},
		{"/%zz", "/"},
		{"?next=x", "/"},
		{"#part", "/"},
	} {
		if got := page.LocalPath(test.target); got != test.want {
			t.Errorf("LocalPath(%q) = %q, want %q", test.target, got, test.want)
		}
	}
}

// FuzzLocalPath: whatever is asked for, no browser leaves the site, neither for a link nor for a redirect.
func FuzzLocalPath(f *testing.F) {
	for _, seed := range []string{"/", "/a?b=c", "//evil.example", `/\evil.example`, "/\t/evil.example",
		"/%2f/evil.example", "/a#/../..//evil.example", "/./%2fevil.example", "/..//evil.example", "/%2e%2e//evil.example", "/a:b@c/é?é"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, target string) {
		got := page.LocalPath(target)
		if again := page.LocalPath(got); again != got {
			t.Errorf("LocalPath(%q) = %q, and again %q", target, got, again)
		}
		w := httptest.NewRecorder()
		http.Redirect(w, httptest.NewRequest(http.MethodPost, "/login", nil), got, http.StatusSeeOther)
		for what, reference := range map[string]string{"link": got, "redirect": w.Header().Get("Location")} {
			if !staysForABrowser(reference) {
				t.Errorf("LocalPath(%q): a %s to %q leaves the site", target, what, reference)
			}
			u, err := url.Parse(reference)
			if err != nil || u.IsAbs() || u.Host != "" {
				t.Errorf("LocalPath(%q): a %s to %q leaves the site: %v", target, what, reference, err)
			}
		}
	})
}

// staysForABrowser reads a reference as the WHATWG's URL standard tells browsers to: white space and control
// characters at the ends are cut off, tabs and line ends are dropped, and a backslash is a slash.
func staysForABrowser(reference string) bool {
	r := strings.TrimFunc(reference, func(c rune) bool { return c <= ' ' })
	r = strings.NewReplacer("\t", "", "\n", "", "\r", "", `\`, "/").Replace(r)
	return strings.HasPrefix(r, "/") && !strings.HasPrefix(r, "//")
}
