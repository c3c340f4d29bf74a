package authcheck

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// sessions are the checks of who is remembered, and for how long.
var sessions = []Check{
	{"session-is-new", []string{"A34", "A35"}, Letters, sessionIsNew,
		"The session is the same before and after a log-in: who has planted it is logged in too."},
	{"session-tampered", []string{"A42"}, Letters, tampered,
		"A cookie that was changed logs in, or breaks the site."},
	{"session-cookie", []string{"A49"}, Letters, cookieAttributes,
		"A cookie can be read by scripts, is sent to other hosts, from other sites, or over http."},
	{"session-pages-not-kept", []string{"A50"}, Letters, notKept,
		"Pages of a user are kept by caches, and shown after the log-out."},
	{"session-others-end", []string{"A55"}, Letters, othersEnd,
		"Logging out everywhere else leaves others logged in, or ends this session."},
	{"session-all-end", []string{"A55"}, Letters, allEnd,
		"Logging out everywhere leaves somebody logged in."},
	{"session-list", []string{"A88"}, Letters, sessionList,
		"A user cannot see or end his sessions one by one."},
	{"session-of-others", []string{"A88"}, Letters, sessionOfOthers,
		"A user can end the sessions of others."},
}

func sessionIsNew(s *Site) {
	me := s.member()
	b := s.Browser()
	old := b.logInForm().hidden()
	form := b.logInForm()
	before := b.copy()
	was := b.cookies()
	b.logIn(me.Address, me.Password)
	if !b.connected() {
		failf("%s cannot log in", me.Address)
	}
	if before.connected() {
		failf("the cookies from before the log-in are logged in")
	}
	isNew := slices.ContainsFunc(b.cookies(), func(c *http.Cookie) bool {
		return !slices.ContainsFunc(was, func(o *http.Cookie) bool { return o.Name == c.Name && o.Value == c.Value })
	})
	if !isNew {
		failf("a log-in changes no cookie")
	}
	if p := b.Send(form.fill(Email, me.Address).fill(Password, me.Password)); len(old) > 0 && p.Status < 400 && !p.redirects() {
		failf("a form from before the log-in is taken: %v", p)
	}
	// A second log-in is a second session: the first one's cookies say nothing of it.
	other := me.loggedIn()
	if sameSession(other.cookies(), b.cookies()) {
		failf("two log-ins have the same cookies")
	}
}

func sameSession(a, b []*http.Cookie) bool {
	for _, c := range a {
		for _, o := range b {
			if c.Name == o.Name && c.Value == o.Value {
				return true
			}
		}
	}
	return false
}

func tampered(s *Site) {
	me := s.member()
	told := 0 // cookies without which nobody knows who it is
	for i, c := range me.cookies() {
		in := false
		for _, changed := range []string{flip(c.Value), c.Value + "A", "x", strings.Repeat("A", len(c.Value)), "%00"} {
			b, all := s.Browser(), me.cookies()
			all[i].Value = changed
			b.client.Jar.SetCookies(s.at, all)
			p := b.Get(s.Paths.Settings)
			if p.Status >= 500 {
				failf("%s changed: %v", c.Name, p)
			}
			in = in || p.Status == http.StatusOK
		}
		if !in {
			told++
		}
	}
	if told == 0 {
		failf("whichever cookie is changed, the user is logged in")
	}
	b := s.Browser()
	all := me.cookies()
	for _, c := range all {
		c.Value = flip(c.Value)
	}
	if b.client.Jar.SetCookies(s.at, all); b.connected() {
		failf("all cookies changed are logged in")
	}
	if !me.connected() {
		failf("that others have tried has ended the session")
	}
}

// flip changes one character in the middle.
func flip(value string) string {
	if value == "" {
		return "A"
	}
	i, with := len(value)/2, "A"
	if value[i] == 'A' {
		with = "B"
	}
	return value[:i] + with + value[i+1:]
}

func cookieAttributes(s *Site) {
	me := s.member()
	b := s.Browser()
	answers := []Page{b.Get(s.Paths.Home), b.logIn(me.Address, me.Password)}
	n := 0
	for _, p := range answers {
		for _, line := range p.Header["Set-Cookie"] {
			c, err := http.ParseSetCookie(line)
			if err != nil {
				failf("%q: %v", line, err)
			}
			n++
			secure := s.at.Scheme != "https" || c.Secure
			stays := c.SameSite == http.SameSiteLaxMode || c.SameSite == http.SameSiteStrictMode
			if !c.HttpOnly || !stays || c.Path != "/" || c.Domain != "" || !secure {
				failf("%s", strings.Replace(line, c.Value, "…", 1))
			}
		}
	}
	if n == 0 {
		failf("a log-in sets no cookie")
	}
}

func notKept(s *Site) {
	me := s.member()
	for _, path := range []string{s.Paths.Settings, s.Paths.Home} {
		p := me.Get(path)
		if how := p.Header.Get("Cache-Control"); !strings.Contains(how, "no-store") {
			failf("%v with Cache-Control %q", p, how)
		}
	}
	me.logOut()
	if p := me.Get(s.Paths.Settings); p.Status == http.StatusOK {
		failf("after the log-out: %v", p)
	}
}

var (
	everywhereElse = regexp.MustCompile(`(?i)log-out-others|everywhere else|other (browsers|sessions)`)
	everywhere     = regexp.MustCompile(`(?i)^log-out-everywhere$|^log ?out everywhere$`)
	endOne         = regexp.MustCompile(`(?i)^end-session$`)
)

func othersEnd(s *Site) {
	me := s.member()
	one, two := me.loggedIn(), me.loggedIn()
	f := me.settingsForm(everywhereElse)
	me.Press(f, everywhereElse)
	if one.connected() || two.connected() {
		failf("another browser is logged in")
	}
	if !me.connected() {
		failf("this browser is logged out")
	}
}

func allEnd(s *Site) {
	me := s.member()
	one := me.loggedIn()
	me.Press(me.settingsForm(everywhere), everywhere)
	if one.connected() || me.connected() {
		failf("a browser is logged in")
	}
}

func sessionList(s *Site) {
	me := s.member()
	one := me.loggedIn()
	p := me.Go(s.Paths.Settings)
	if !regexp.MustCompile(`(?i)this browser|current`).MatchString(p.text()) {
		failf("%s does not say which session is this one", s.Paths.Settings)
	}
	me.Press(me.settingsForm(endOne), endOne)
	if one.connected() || !me.connected() {
		failf("ending the other session: it is connected %t, this one %t", one.connected(), me.connected())
	}
}

func sessionOfOthers(s *Site) {
	me, other := s.member(), s.member()
	mine, theirs := me.loggedIn(), other.loggedIn()
	f, g := me.settingsForm(endOne), other.settingsForm(endOne)
	swapped := f.with(f.button(endOne))
	for name, values := range g.Values {
		if !looksRandom(values) {
			swapped[name] = values
		}
	}
	p := me.Post(f.Action, swapped)
	if !theirs.connected() || !other.connected() {
		failf("the session of another user is ended: %v", p)
	}
	if !mine.connected() {
		failf("the wrong session is ended")
	}
}

// looksRandom reports whether a field holds a tag and not a number.
func looksRandom(values []string) bool { return len(values) > 0 && random.MatchString(values[0]) }
