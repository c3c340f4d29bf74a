package authcheck

import (
	"net/http"
	"regexp"
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
	form := b.logInForm()
	before := b.copy()
	b.Send(b.logInForm().fill(Email, me.Address).fill(Password, me.Password))
	if !b.connected() {
		failf("%s cannot log in", me.Address)
	}
	if before.connected() {
		failf("the cookies from before the log-in are logged in")
	}
	for _, after := range b.Go(s.Paths.Settings).forms() {
		for _, name := range form.hidden() {
			if value := form.Values.Get(name); random.MatchString(value) && after.Values.Get(name) == value {
				failf("forms have the same %s before and after the log-in", name)
			}
		}
	}
	names := b.sessionCookies()
	if len(names) == 0 {
		failf("a log-in sets no cookie")
	}
	other := me.loggedIn()
	for _, name := range names { // a second log-in is a second session
		if b.cookie(name) == other.cookie(name) {
			failf("two log-ins have the same %s", name)
		}
		s.notPlanted(me, name)
	}
}

// notPlanted fails when a session can be chosen before the log-in, by who can set a cookie.
func (s *Site) notPlanted(me *Member, name string) {
	b := s.Browser()
	b.Get(s.Paths.Home)
	planted := strings.Repeat("A", len(me.cookie(name)))
	b.client.Jar.SetCookies(s.at, []*http.Cookie{{Name: name, Value: planted, Path: "/"}})
	b.logIn(me.Address, me.Password)
	if b.cookie(name) == planted {
		failf("a log-in leaves the %s that was planted before it", name)
	}
	if !b.connected() {
		failf("with a %s planted before nobody can log in", name)
	}
}

// cookie is the value of a cookie; "" when the browser has none of that name.
func (b *Browser) cookie(name string) string {
	for _, c := range b.cookies() {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
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
	logIn := []Page{b.Get(s.Paths.Home), b.logIn(me.Address, me.Password)}
	n := 0
	for _, p := range append(logIn, b.Get(s.Paths.Home), b.logOut()) {
		for _, line := range p.Header["Set-Cookie"] {
			c, err := http.ParseSetCookie(line)
			if err != nil {
				failf("a cookie: %v", err)
			}
			n++
			s.closedCookie(c)
		}
	}
	if n == 0 {
		failf("a log-in sets no cookie")
	}
}

// closedCookie fails when others than the site can have a cookie, or plant it.
func (s *Site) closedCookie(c *http.Cookie) {
	secure := s.at.Scheme != "https" || c.Secure
	stays := c.SameSite == http.SameSiteLaxMode || c.SameSite == http.SameSiteStrictMode
	if !c.HttpOnly || !stays || c.Path != "/" || c.Domain != "" || !secure {
		shown := *c
		shown.Value = ""
		failf("%s", shown.String())
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
	if p := me.Get(s.Paths.Settings); p.Status == http.StatusOK || p.Status == http.StatusNotModified {
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
	me.loggedIn()
}

func sessionList(s *Site) {
	me := s.member()
	one := me.loggedIn()
	p := me.Go(s.Paths.Settings)
	if !regexp.MustCompile(`(?i)>\s*(this|current)\s+(browser|session|device)\b`).MatchString(p.Body) {
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
	if me.Press(f, endOne); mine.connected() {
		failf("a user cannot end his own session")
	}
}

// looksRandom reports whether a field holds a tag and not a number.
func looksRandom(values []string) bool { return len(values) > 0 && random.MatchString(values[0]) }
