package authcheck

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
)

// Faults of sessions and their cookies.

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
