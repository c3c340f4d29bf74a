package authcheck

import (
	"cmp"
	"html"
	"io"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// The faults. Their state is one run's; requests may come at once.

func usedByGet(string) fault {
	var seen sync.Map
	return fault{ask: func(_ http.ResponseWriter, r *http.Request, _ url.Values) bool {
		if strings.HasPrefix(r.URL.Path, "/link/") {
			if _, again := seen.LoadOrStore(r.URL.Path, true); again {
				r.URL.Path = "/link/used"
			}
		}
		return false
	}}
}

func toldApart(string) fault {
	return fault{ask: func(w http.ResponseWriter, r *http.Request, _ url.Values) bool {
		if strings.HasPrefix(r.URL.Path, "/link/") && len(path.Base(r.URL.Path)) < 10 {
			http.Error(w, "this is no token", http.StatusBadRequest)
			return true
		}
		return false
	}}
}

func dropHeader(name string) func(string) fault {
	return func(string) fault {
		return fault{answer: func(p *http.Response, _ url.Values, body string) string {
			p.Header.Del(name)
			return body
		}}
	}
}

func poisoned(site string) fault {
	var host atomic.Value
	host.Store("")
	return fault{
		ask: func(_ http.ResponseWriter, r *http.Request, _ url.Values) bool {
			if said := r.Header.Get("X-Forwarded-Host"); said != "" {
				host.Store(said)
			}
			return false
		},
		answer: func(p *http.Response, _ url.Values, body string) string {
			if said := host.Load().(string); said != "" && strings.HasPrefix(p.Request.URL.Path, "/dev/mail/") {
				return strings.ReplaceAll(body, site, "http://"+said)
			}
			return body
		},
	}
}

func saysTaken(string) fault {
	var seen sync.Map
	return fault{ask: func(w http.ResponseWriter, r *http.Request, form url.Values) bool {
		if r.Method == http.MethodPost && r.URL.Path == "/signup" {
			if _, again := seen.LoadOrStore(strings.ToLower(form.Get("email")), true); again {
				http.Error(w, "there is an account with this e-mail", http.StatusUnprocessableEntity)
				return true
			}
		}
		return false
	}}
}

func originIgnored(site string) fault {
	return fault{ask: func(_ http.ResponseWriter, r *http.Request, _ url.Values) bool {
		r.Header.Set("Origin", site)
		r.Header.Del("Sec-Fetch-Site")
		return false
	}}
}

func echoed(string) fault {
	return fault{answer: func(_ *http.Response, form url.Values, body string) string {
		return body + `<input type="password" value="` + html.EscapeString(form.Get("password")) + `">`
	}}
}

func leadsAnywhere(string) fault {
	return fault{answer: func(p *http.Response, form url.Values, body string) string {
		if next := cmp.Or(form.Get("next"), p.Request.URL.Query().Get("next")); next != "" && p.StatusCode == http.StatusSeeOther && strings.HasPrefix(next, "//") {
			p.Header.Set("Location", next)
		}
		return body
	}}
}

// fixed keeps each browser's session itself: who had the browser's cookie before the log-in is in it too.
func fixed(string) fault {
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

// cookiesWithout drops an attribute, with its value.
func cookiesWithout(attribute string) func(string) fault {
	return func(string) fault {
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

func logOutByGetToo(string) fault {
	return fault{ask: func(w http.ResponseWriter, r *http.Request, _ url.Values) bool {
		if r.URL.Path == "/logout" && r.Method == http.MethodGet {
			return forgetSession(w)
		}
		return false
	}}
}

func logOutHere(string) fault {
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

func unguarded(string) fault {
	return fault{ask: func(w http.ResponseWriter, r *http.Request, _ url.Values) bool {
		return r.URL.Path == "/settings" && r.Method == http.MethodGet && len(r.Cookies()) == 0
	}}
}

func everElsewhere(string) fault {
	var n atomic.Int32
	return fault{ask: func(_ http.ResponseWriter, r *http.Request, _ url.Values) bool {
		r.Header.Set("Test-Network", "198.51."+strconv.Itoa(int(n.Add(1))/250)+"."+strconv.Itoa(int(n.Load())%250))
		return false
	}}
}

func believed(string) fault {
	return fault{ask: func(_ http.ResponseWriter, r *http.Request, _ url.Values) bool {
		r.Header.Set("Test-Network", r.Header.Get("X-Forwarded-For"))
		return false
	}}
}

func notLimited(string) fault {
	return fault{answer: func(p *http.Response, _ url.Values, body string) string {
		if p.StatusCode == http.StatusTooManyRequests {
			p.StatusCode = http.StatusUnprocessableEntity
			p.Header.Del("Retry-After")
		}
		return body
	}}
}

// lockedOut takes every browser for one that no user knows.
func lockedOut(string) fault {
	var mu sync.Mutex
	wrong := map[string]int{}
	return fault{ask: func(w http.ResponseWriter, r *http.Request, form url.Values) bool {
		if r.URL.Path != "/login" || r.Method != http.MethodPost {
			return false
		}
		mu.Lock()
		defer mu.Unlock()
		who := strings.ToLower(strings.TrimSpace(form.Get("email")))
		if wrong[who]++; wrong[who] <= 6 {
			return false
		}
		w.Header().Set("Retry-After", "60")
		http.Error(w, "too many", http.StatusTooManyRequests)
		return true
	}}
}

// slowForSome takes five times as long when it has seen the address sign up, however fast the machine is.
func slowForSome(string) fault {
	var has sync.Map
	return fault{
		ask: func(_ http.ResponseWriter, r *http.Request, form url.Values) bool {
			who := strings.ToLower(form.Get("email"))
			switch _, known := has.Load(who); {
			case r.Method == http.MethodPost && r.URL.Path == "/signup":
				has.Store(who, true)
			case r.Method == http.MethodPost && r.URL.Path == "/login" && known:
				r.Header.Set("Test-Began", strconv.FormatInt(time.Now().UnixNano(), 10))
			}
			return false
		},
		answer: func(p *http.Response, _ url.Values, body string) string {
			if began, err := strconv.ParseInt(p.Request.Header.Get("Test-Began"), 10, 64); err == nil {
				time.Sleep(4 * time.Since(time.Unix(0, began))) // the work
			}
			return body
		},
	}
}

func showsCookies(string) fault {
	return fault{answer: func(p *http.Response, _ url.Values, body string) string {
		if c, err := p.Request.Cookie("dev-session"); err == nil {
			body += "<!-- " + c.Value + " -->"
		}
		return body
	}}
}

func leadsHome(string) fault {
	return fault{answer: func(p *http.Response, _ url.Values, body string) string {
		if p.Request.URL.Path == "/login" && p.StatusCode == http.StatusSeeOther {
			p.Header.Set("Location", "/")
		}
		return body
	}}
}

func trimmed(string) fault {
	return fault{ask: func(_ http.ResponseWriter, r *http.Request, form url.Values) bool {
		if form.Has("password") {
			form.Set("password", strings.TrimSpace(form.Get("password")))
			body := form.Encode()
			r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
			r.Header.Set("Content-Length", strconv.Itoa(len(body)))
		}
		return false
	}}
}

func replaced(what, with string) func(string) fault {
	return func(string) fault {
		return fault{answer: func(_ *http.Response, _ url.Values, body string) string {
			return strings.Replace(body, what, with, 1)
		}}
	}
}

func openAdmin(string) fault {
	return fault{ask: func(_ http.ResponseWriter, r *http.Request, _ url.Values) bool {
		return r.URL.Path == "/admin" && r.Method == http.MethodGet
	}}
}

// breaks where more than a few are answered at once.
func breaks(string) fault {
	var now atomic.Int32
	return fault{
		ask: func(w http.ResponseWriter, r *http.Request, _ url.Values) bool {
			if r.URL.Path != "/login" || r.Method != http.MethodPost {
				return false
			}
			if now.Add(1) > 5 {
				http.Error(w, "out of memory", http.StatusInternalServerError)
				return true
			}
			return false
		},
	}
}
