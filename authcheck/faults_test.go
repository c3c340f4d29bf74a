package authcheck

import (
	"cmp"
	"html"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Faults of pages and sessions. The state of a fault is one run's; requests may come at once.

func dropHeader(name string) func() fault {
	return func() fault {
		return fault{answer: func(p *http.Response, _ url.Values, body string) string {
			p.Header.Del(name)
			return body
		}}
	}
}

func originIgnored() fault {
	return fault{ask: func(_ http.ResponseWriter, r *http.Request, _ url.Values) bool {
		r.Header.Set("Origin", "http://"+r.Host)
		r.Header.Del("Sec-Fetch-Site")
		return false
	}}
}

func echoed() fault {
	return fault{answer: func(_ *http.Response, form url.Values, body string) string {
		return body + `<input type="password" value="` + html.EscapeString(form.Get("password")) + `">`
	}}
}

func leadsAnywhere() fault {
	return fault{answer: func(p *http.Response, form url.Values, body string) string {
		if next := cmp.Or(form.Get("next"), p.Request.URL.Query().Get("next")); next != "" && p.StatusCode == http.StatusSeeOther && strings.HasPrefix(next, "//") {
			p.Header.Set("Location", next)
		}
		return body
	}}
}

func unguarded() fault {
	return fault{ask: func(w http.ResponseWriter, r *http.Request, _ url.Values) bool {
		return r.URL.Path == "/settings" && r.Method == http.MethodGet && len(r.Cookies()) == 0
	}}
}

func showsCookies() fault {
	return fault{answer: func(p *http.Response, _ url.Values, body string) string {
		if c, err := p.Request.Cookie("dev-session"); err == nil {
			body += "<!-- " + c.Value + " -->"
		}
		return body
	}}
}

func leadsHome() fault {
	return fault{answer: func(p *http.Response, _ url.Values, body string) string {
		if p.Request.URL.Path == "/login" && p.StatusCode == http.StatusSeeOther {
			p.Header.Set("Location", "/")
		}
		return body
	}}
}

func openAdmin() fault {
	return fault{ask: func(_ http.ResponseWriter, r *http.Request, _ url.Values) bool {
		return r.URL.Path == "/admin" && r.Method == http.MethodGet
	}}
}

// at reports whether a request is for a path, or for one below it if that ends with a slash.
func at(r *http.Request, path string) bool {
	return r.URL.Path == path || strings.HasSuffix(path, "/") && strings.HasPrefix(r.URL.Path, path)
}

// page200 answers everybody at a path the same.
func page200(path, body string) func() fault {
	return func() fault {
		return fault{ask: func(w http.ResponseWriter, r *http.Request, _ url.Values) bool {
			if !at(r, path) {
				return false
			}
			io.WriteString(w, body)
			return true
		}}
	}
}

// does nothing for who posts a form with such a button, and leads on as if it had.
func does(path, button, to string) func() fault {
	return func() fault {
		return fault{ask: func(w http.ResponseWriter, r *http.Request, form url.Values) bool {
			if !at(r, path) || r.Method != http.MethodPost || button != "" && form.Get("do") != button {
				return false
			}
			http.Redirect(w, r, to, http.StatusSeeOther)
			return true
		}}
	}
}

// leadsTo leads elsewhere than what was done does.
func leadsTo(path, to string) func() fault {
	return func() fault {
		return fault{answer: func(p *http.Response, form url.Values, body string) string {
			if p.Request.URL.Path == path && !form.Has("name") && p.StatusCode == http.StatusSeeOther { // no sign-up
				p.Header.Set("Location", to)
			}
			return body
		}}
	}
}

// asNobody shows a page as nobody sees it.
func asNobody(path string) func() fault {
	return func() fault {
		return fault{ask: func(_ http.ResponseWriter, r *http.Request, _ url.Values) bool {
			if r.URL.Path == path && r.Method == http.MethodGet {
				r.Header.Del("Cookie")
			}
			return false
		}}
	}
}

func forEverybody() fault {
	return fault{ask: func(w http.ResponseWriter, r *http.Request, form url.Values) bool {
		if r.URL.Path != "/login" || form.Get("email") != "admin@example.com" || form.Get("password") != "admin" {
			return false
		}
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return true
	}}
}

// keepsCookies leaves the session's cookie as it is when something is posted to a path.
func keepsCookies(path string) func() fault {
	return func() fault {
		return fault{answer: func(p *http.Response, _ url.Values, body string) string {
			if p.Request.URL.Path == path && p.Request.Method == http.MethodPost {
				p.Header["Set-Cookie"] = slices.DeleteFunc(p.Header["Set-Cookie"], ofSession)
			}
			return body
		}}
	}
}

func ofSession(cookie string) bool { return strings.HasPrefix(cookie, "dev-session=") }

func logsOutEverywhere() fault {
	return fault{ask: func(_ http.ResponseWriter, r *http.Request, form url.Values) bool {
		if r.URL.Path == "/logout" && r.Method == http.MethodPost {
			r.URL.Path = "/settings"
			form.Set("do", "log-out-everywhere")
			send(r, form)
		}
		return false
	}}
}

func replaced(what, with string) func() fault { return replacedAt("", what, with) }

func replacedAt(path, what, with string) func() fault {
	return func() fault {
		return fault{answer: func(p *http.Response, _ url.Values, body string) string {
			if path != "" && p.Request.URL.Path != path {
				return body
			}
			return strings.Replace(body, what, with, 1)
		}}
	}
}

func replacedAll(what, with string) func() fault {
	return func() fault {
		return fault{answer: func(_ *http.Response, _ url.Values, body string) string { return strings.ReplaceAll(body, what, with) }}
	}
}
