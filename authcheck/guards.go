package authcheck

import (
	"net/http"
	"net/url"
	"strings"
)

// guards are the checks of what is for some people only.
var guards = []Check{
	{"guard-pages", []string{"A56"}, Nothing, guardPages,
		"Nobody, or who must not, sees a page for users."},
	{"guard-posts", []string{"A56", "A38"}, Nothing, guardPosts,
		"Nobody can send a form that is for users."},
	{"guard-admin", []string{"A56", "S009"}, Letters, guardAdmin,
		"A user who is no administrator sees the administrators' pages, or does what they do."},
	{"reauthenticate-wrong", []string{"A60"}, Letters, reauthenticateWrong,
		"A wrong password, where it is asked for again, ends the session or is taken."},
	{"reauthenticate-limit", []string{"A60", "S152"}, Letters, reauthenticateLimit,
		"Who finds a browser open can try passwords there without end."},
	{"reauthenticate-return", []string{"A39", "A59"}, Letters, reauthenticateReturn,
		"After the password was asked for again the visitor is sent to another site, or not to the page he wanted."},
	{"download-is-mine", []string{"A56"}, Letters, downloadIsMine,
		"What is known about a user is given to somebody else, or is not complete."},
}

func guardPages(s *Site) {
	for _, path := range []string{s.Paths.Settings, s.Paths.Download, s.Paths.Admin, s.Paths.Reauthenticate} {
		b := s.Browser()
		p := b.Get(path)
		if p.Status == http.StatusNotFound && path != s.Paths.Settings {
			continue // it has none, or hides it
		}
		s.sendsNobodyAway(b, p)
	}
}

// sendsNobodyAway fails unless nobody is told by an answer to log in.
func (s *Site) sendsNobodyAway(b *Browser, p Page) {
	switch {
	case p.Status == http.StatusUnauthorized, p.Status == http.StatusForbidden:
	case !p.redirects():
		failf("%v for nobody", p)
	default:
		if behind := b.Follow(p); behind.URL.Path != s.Paths.LogIn || behind.formIf(Email, AnyPassword) == nil {
			failf("%v, and not to %s", p, s.Paths.LogIn)
		}
	}
}

func guardPosts(s *Site) {
	b := s.Browser()
	f := b.Go(s.Paths.LogIn).form("to log in", Email) // its hidden fields are nobody's
	for _, path := range []string{s.Paths.Settings, s.Paths.Admin, s.Paths.Reauthenticate} {
		p := b.Post(path, f.Values)
		if p.Status == http.StatusNotFound && path != s.Paths.Settings {
			continue
		}
		s.sendsNobodyAway(b, p)
	}
}

func guardAdmin(s *Site) {
	me := s.member()
	tag := me.Go(s.Paths.Settings).forms()
	if len(tag) == 0 {
		failf("%s has no form", s.Paths.Settings)
	}
	forbidden := func(p Page) {
		if p.Status != http.StatusForbidden && p.Status != http.StatusNotFound {
			failf("%v", p)
		}
	}
	one := s.Paths.Admin + "/users/1"
	forbidden(me.Get(s.Paths.Admin))
	forbidden(me.Get(one))
	for _, path := range []string{s.Paths.Admin, one} {
		form := url.Values{"do": {"add-group"}, "group": {"admin"}, "email": {me.Address}}
		for _, name := range tag[0].hidden() {
			form[name] = tag[0].Values[name]
		}
		forbidden(me.Post(path, form))
	}
	if me.Get(s.Paths.Admin).Status == http.StatusOK {
		failf("a user has made himself an administrator")
	}
}

// reauthenticate sends a password where it is asked for again.
func (b *Browser) reauthenticate(password, next string) Page {
	at := b.site.Paths.Reauthenticate
	if next != "" {
		at += "?next=" + url.QueryEscape(next)
	}
	p := b.Go(at)
	if p.Status == http.StatusNotFound {
		skipf("%v", p)
	}
	f := p.form("that asks for the password", Password).fill(Password, password)
	if next != "" {
		f.Values.Set("next", next)
	}
	return b.Send(f)
}

func reauthenticateWrong(s *Site) {
	me := s.member()
	p := me.reauthenticate(s.password(), "")
	if f := p.formIf(Password); p.redirects() || f == nil || !f.wrong(Password) {
		failf("a wrong password: %v", p)
	}
	if !me.connected() {
		failf("a wrong password has ended the session")
	}
	was := me.cookies()
	if p := me.reauthenticate(me.Password, ""); !p.redirects() || !me.connected() {
		failf("the right password: %v", p)
	}
	if same := sameCookies(was, me.cookies()); same {
		failf("the session has the same token as before")
	}
}

func sameCookies(a, b []*http.Cookie) bool {
	for _, c := range a {
		for _, o := range b {
			if c.Name == o.Name && c.Value != o.Value {
				return false
			}
		}
	}
	return true
}

func reauthenticateLimit(s *Site) {
	me := s.member()
	for range 12 {
		if p := me.reauthenticate(s.password(), ""); p.redirects() {
			failf("a wrong password: %v", p)
		}
	}
	was := me.cookies()
	if p := me.reauthenticate(me.Password, ""); p.redirects() && !sameCookies(was, me.cookies()) {
		failf("after twelve wrong passwords the right one is taken: %v", p)
	}
	if !me.connected() {
		failf("wrong passwords have ended the session")
	}
}

func reauthenticateReturn(s *Site) {
	me := s.member()
	for _, next := range evil[:8] { // the others are tried at the log-in
		p := me.reauthenticate(me.Password, next)
		if s.staysHere(p, next); !p.redirects() {
			failf("the right password: %v", p)
		}
	}
	if p := me.reauthenticate(me.Password, s.Paths.Settings+"?a=1"); !strings.HasSuffix(p.location(), s.Paths.Settings+"?a=1") {
		failf("%v", p)
	}
}

func downloadIsMine(s *Site) {
	me, other := s.member(), s.member()
	p := me.Go(s.Paths.Download)
	if p.Status == http.StatusNotFound {
		skipf("%v", p)
	}
	if p.Status != http.StatusOK || !strings.Contains(p.Body, me.Address) {
		failf("%v, without %s", p, me.Address)
	}
	if strings.Contains(p.Body, other.Address) || strings.Contains(p.Body, "$argon2") || strings.Contains(p.Body, "$2a$") {
		failf("%s holds what is not the user's", s.Paths.Download)
	}
	if how := p.Header.Get("Cache-Control"); !strings.Contains(how, "no-store") {
		failf("%v with Cache-Control %q", p, how)
	}
}
