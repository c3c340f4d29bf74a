package page

import (
	"net/url"
	"strings"
)

// LocalPath returns where a visitor may be sent back to: the path, query and fragment of target when it is a path of
// this site, else "/". It is for targets that come from outside, such as the next parameter of a log-in page.
func LocalPath(target string) string {
	if !strings.HasPrefix(target, "/") || strings.ContainsFunc(target, unfit) {
		return "/"
	}
	u, err := url.Parse(target)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || strings.HasPrefix(u.Path, "//") {
		return "/"
	}
	if u.Fragment == "" {
		return u.RequestURI()
	}
	return u.RequestURI() + "#" + u.EscapedFragment()
}

// unfit says which characters browsers drop from URLs or read as slashes, so that /\evil is //evil.
func unfit(r rune) bool { return r <= ' ' || r == 0x7f || r == '\\' }

// andBack sends a visitor to a page, such as that to log in, and back to where he wanted to go, unless that is too
// long a way to tell.
func andBack(to string, wanted *url.URL) string {
	back := to + "?next=" + url.QueryEscape(wanted.RequestURI())
	if len(back) > urlAtMost {
		return to
	}
	return back
}
