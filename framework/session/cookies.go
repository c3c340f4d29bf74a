package session

import (
	"net/http"
	"strings"
	"time"
)

// Cookies are what a request carries of this room: the browser's cookie and the session's.
// A socket keeps them from its handshake to its hello.
type Cookies struct {
	browser secret
	token   secret
}

// Cookies reads a request's cookies. What is malformed counts as absent, and so does a cookie that came
// twice: the browser has been given a second one by somebody else.
func (m *Manager) Cookies(r *http.Request) Cookies {
	return Cookies{
		browser: parseSecret(only(r, m.cookieName("browser")), browserBytes),
		token:   parseSecret(only(r, m.cookieName("session")), tokenBytes),
	}
}

func only(r *http.Request, name string) string {
	found := r.CookiesNamed(name)
	if len(found) != 1 {
		return ""
	}
	return found[0].Value
}

// cookieName gives the __Host- prefix where the site has https: such a cookie was set by this very host,
// over https, for all its paths. Development must not share the name.
func (m *Manager) cookieName(of string) string {
	if m.opts.Secure {
		return "__Host-" + of
	}
	return "dev-" + of
}

// jar sets the cookies of one answer.
type jar struct {
	m      *Manager
	header http.Header
}

func (j *jar) keepBrowser(s secret) { j.set("browser", s.encode(), browserLife) }

// openSession sets the session's cookie; life 0 lets it end when the browser exits.
func (j *jar) openSession(s secret, life time.Duration) { j.set("session", s.encode(), life) }

func (j *jar) closeSession() { j.set("session", "", -1) }

// set replaces what this answer has already said of the cookie: a browser would take the last, but a
// reader of the answer should not find two.
func (j *jar) set(of, value string, life time.Duration) {
	cookie := &http.Cookie{
		Name:     j.m.cookieName(of),
		Value:    value,
		Path:     "/",
		MaxAge:   int((life + time.Second - 1) / time.Second), // not shorter
		Secure:   j.m.opts.Secure,
		HttpOnly: true,
		SameSite: http.SameSiteLaxMode,
	}
	if life < 0 {
		cookie.MaxAge = -1
	}
	kept := j.header["Set-Cookie"][:0]
	for _, line := range j.header["Set-Cookie"] {
		if !strings.HasPrefix(line, cookie.Name+"=") {
			kept = append(kept, line)
		}
	}
	j.header["Set-Cookie"] = append(kept, cookie.String())
}
