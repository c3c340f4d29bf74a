package authcheck

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Faults of limits and of the time that answers take.

func everElsewhere() fault {
	var n atomic.Int32
	return fault{ask: func(_ http.ResponseWriter, r *http.Request, _ url.Values) bool {
		r.Header.Set("Test-Network", "198.51."+strconv.Itoa(int(n.Add(1))/250)+"."+strconv.Itoa(int(n.Load())%250))
		return false
	}}
}

func believed() fault {
	return fault{ask: func(_ http.ResponseWriter, r *http.Request, _ url.Values) bool {
		r.Header.Set("Test-Network", r.Header.Get("X-Forwarded-For"))
		return false
	}}
}

func notLimited() fault {
	return fault{answer: func(p *http.Response, _ url.Values, body string) string {
		if p.StatusCode == http.StatusTooManyRequests {
			p.StatusCode = http.StatusUnprocessableEntity
			p.Header.Del("Retry-After")
		}
		return body
	}}
}

// limited answers 429 to all who name an address for the seventh time.
func limited(path string) func() fault { return limitedAfter(path, 6) }

func limitedAtOnce() fault { return limitedAfter("/login", 0)() }

func limitedAfter(path string, most int) func() fault {
	return func() fault {
		var mu sync.Mutex
		tries := map[string]int{}
		return fault{ask: func(w http.ResponseWriter, r *http.Request, form url.Values) bool {
			if r.URL.Path != path || r.Method != http.MethodPost {
				return false
			}
			mu.Lock()
			defer mu.Unlock()
			who := strings.ToLower(strings.TrimSpace(form.Get("email")))
			if tries[who]++; tries[who] <= most {
				return false
			}
			w.Header().Set("Retry-After", "60")
			http.Error(w, "too many", http.StatusTooManyRequests)
			return true
		}}
	}
}

// breaks where more than a few are answered at once.
func breaks() fault {
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

// breaksAt breaks where a password is tried.
func breaksAt(password string) func() fault {
	return func() fault {
		return fault{ask: func(w http.ResponseWriter, _ *http.Request, form url.Values) bool {
			if form.Get("password") == password {
				http.Error(w, "nil pointer", http.StatusInternalServerError)
				return true
			}
			return false
		}}
	}
}

// slowForSome takes five times as long where it has seen the address sign up, however fast the machine is.
func slowForSome(path string) func() fault {
	return func() fault {
		var seen known
		return fault{
			ask: func(_ http.ResponseWriter, r *http.Request, form url.Values) bool {
				if seen.look(r, form) && r.Method == http.MethodPost && r.URL.Path == path {
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
}

// notHashed sends a password that nobody hashes, since it is no text, where nobody has signed up with the address.
func notHashed() fault {
	var seen known
	return fault{ask: func(_ http.ResponseWriter, r *http.Request, form url.Values) bool {
		if !seen.look(r, form) && r.Method == http.MethodPost && r.URL.Path == "/login" {
			form.Set("password", "\xff")
			send(r, form)
		}
		return false
	}}
}
