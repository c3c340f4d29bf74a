package authcheck

import (
	"cmp"
	"html"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
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

// fixed keeps each browser's session itself: who had the browser's cookie before the log-in is in it too.
func fixed() fault {
	var sessions sync.Map
	return fault{
		ask: func(_ http.ResponseWriter, r *http.Request, _ url.Values) bool {
			if b, err := r.Cookie("dev-browser"); err == nil {
				if s, is := sessions.Load(b.Value); is {
					r.AddCookie(&http.Cookie{Name: "dev-session", Value: s.(string)})
				}
			}
			return false
		},
		answer: func(p *http.Response, _ url.Values, body string) string {
			b, err := p.Request.Cookie("dev-browser")
			var others []string
			for _, c := range p.Cookies() {
				if c.Name == "dev-session" && err == nil {
					sessions.Store(b.Value, c.Value)
				} else {
					others = append(others, c.Raw)
				}
			}
			p.Header["Set-Cookie"] = others
			return body
		},
	}
}

// anyCookies takes whatever cookies come for those with which somebody was let in before.
func anyCookies() fault {
	var good atomic.Value
	return fault{
		ask: func(_ http.ResponseWriter, r *http.Request, _ url.Values) bool {
			if cookies, is := good.Load().(string); is && r.URL.Path == "/settings" {
				r.Header.Set("Cookie", cookies)
			}
			return false
		},
		answer: func(p *http.Response, _ url.Values, body string) string {
			if p.Request.URL.Path == "/settings" && p.StatusCode == http.StatusOK {
				good.Store(p.Request.Header.Get("Cookie"))
			}
			return body
		},
	}
}

// cookiesWithout drops an attribute, with its value.
func cookiesWithout(attribute string) func() fault {
	return func() fault {
		return fault{answer: func(p *http.Response, _ url.Values, body string) string {
			for i, line := range p.Header["Set-Cookie"] {
				if before, after, has := strings.Cut(line, attribute); has {
					_, rest, more := strings.Cut(after, ";")
					if more {
						rest = ";" + rest
					}
					p.Header["Set-Cookie"][i] = before + rest
				}
			}
			return body
		}}
	}
}

func logOutByGetToo() fault {
	return fault{ask: func(w http.ResponseWriter, r *http.Request, _ url.Values) bool {
		if r.URL.Path == "/logout" && r.Method == http.MethodGet {
			return forgetSession(w)
		}
		return false
	}}
}

func logOutHere() fault {
	return fault{ask: func(w http.ResponseWriter, r *http.Request, _ url.Values) bool {
		return r.URL.Path == "/logout" && r.Method == http.MethodPost && forgetSession(w)
	}}
}

func forgetSession(w http.ResponseWriter) bool {
	http.SetCookie(w, &http.Cookie{Name: "dev-session", Path: "/", MaxAge: -1})
	w.Header().Set("Location", "/")
	w.WriteHeader(http.StatusSeeOther)
	return true
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
			if p.Request.URL.Path == path && p.Request.Method == http.MethodPost && !form.Has("name") && p.StatusCode == http.StatusSeeOther {
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
				p.Header["Set-Cookie"] = slices.DeleteFunc(p.Header["Set-Cookie"], func(c string) bool { return strings.HasPrefix(c, "dev-session=") })
			}
			return body
		}}
	}
}

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
