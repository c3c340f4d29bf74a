package authcheck

import (
	"html"
	"io"
	"net/http"
	"net/url"
	"path"
	"strings"
	"sync"
	"sync/atomic"
)

// Faults of links and letters.

func usedByGet() fault {
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

func toldApart() fault {
	return fault{ask: func(w http.ResponseWriter, r *http.Request, _ url.Values) bool {
		if strings.HasPrefix(r.URL.Path, "/link/") && len(path.Base(r.URL.Path)) < 10 {
			http.Error(w, "this is no token", http.StatusBadRequest)
			return true
		}
		return false
	}}
}

func poisoned() fault {
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
				return strings.ReplaceAll(body, "http://"+p.Request.Host, "http://"+said)
			}
			return body
		},
	}
}

func sendsItself() fault {
	return fault{
		ask: func(w http.ResponseWriter, r *http.Request, _ url.Values) bool {
			if r.URL.Path != "/sends.js" {
				return false
			}
			io.WriteString(w, `document.forms[0].requestSubmit()`)
			return true
		},
		answer: func(p *http.Response, _ url.Values, body string) string {
			if p.Request.URL.Path == "/link" {
				body = strings.Replace(body, "</head>", `<script src="/sends.js"></script></head>`, 1)
			}
			return body
		},
	}
}

// doneForAll answers all who post a link at once as if each had used it.
func doneForAll() fault {
	var used sync.Map
	return fault{ask: func(w http.ResponseWriter, r *http.Request, form url.Values) bool {
		c, err := r.Cookie("dev-link")
		if err != nil || r.Method != http.MethodPost || r.URL.Path != "/link" {
			return false
		}
		if _, again := used.LoadOrStore(c.Value, true); !again {
			return false
		}
		http.Redirect(w, r, "/login", http.StatusSeeOther)
		return true
	}}
}

// worksAgain lets everybody in by a link that is used up, as the last one who used a link.
func worksAgain() fault {
	var last atomic.Value // his cookies
	return fault{answer: func(p *http.Response, _ url.Values, body string) string {
		if p.Request.URL.Path != "/link" || p.Request.Method != http.MethodPost {
			return body
		}
		browser, err := p.Request.Cookie("dev-browser")
		switch {
		case err != nil:
		case p.StatusCode == http.StatusSeeOther:
			for _, line := range p.Header["Set-Cookie"] {
				if strings.HasPrefix(line, "dev-session=") {
					last.Store([]string{line, browser.String() + "; Path=/; HttpOnly"})
				}
			}
		default:
			p.StatusCode = http.StatusSeeOther
			p.Header.Set("Location", "/settings")
			if cookies, is := last.Load().([]string); is {
				p.Header["Set-Cookie"] = cookies
			}
		}
		return body
	}}
}

// prefixed makes tokens longer, and no better.
func prefixed() fault {
	const prefix = "AAAAAAAAAAAA"
	f := letterSays("/link/", "/link/"+prefix)()
	f.ask = func(_ http.ResponseWriter, r *http.Request, _ url.Values) bool {
		r.URL.Path = strings.Replace(r.URL.Path, prefix, "", 1)
		return false
	}
	return f
}

func forgetsLink() fault {
	return fault{answer: func(p *http.Response, _ url.Values, body string) string {
		if strings.HasPrefix(p.Header.Get("Location"), "/login?next=") {
			p.Header.Set("Location", "/login")
		}
		return body
	}}
}

// letterSays changes the words of letters.
func letterSays(whatWith ...string) func() fault {
	change := strings.NewReplacer(whatWith...)
	return func() fault {
		return fault{answer: func(p *http.Response, _ url.Values, body string) string {
			if strings.HasPrefix(p.Request.URL.Path, "/dev/mail/") {
				body = change.Replace(body)
			}
			return body
		}}
	}
}

func mailsPasswords() fault { return mails("password") }

func mailsNames() fault { return mails("name") }

// mails puts into letters what stood in a field when an account was made.
func mails(field string) fault {
	var typed atomic.Value
	typed.Store("")
	return fault{
		ask: func(_ http.ResponseWriter, r *http.Request, form url.Values) bool {
			if r.URL.Path == "/link" && form.Has(field) {
				typed.Store(form.Get(field))
			}
			return false
		},
		answer: func(p *http.Response, _ url.Values, body string) string {
			if strings.HasPrefix(p.Request.URL.Path, "/dev/mail/") {
				words := html.EscapeString(typed.Load().(string))
				body = strings.Replace(body, `<pre id="mail-text"`, `<pre id="mail-text">`+words+`</pre><pre`, 1)
			}
			return body
		},
	}
}

// addsRecipient takes what comes after a line break for another address.
func addsRecipient() fault {
	return fault{ask: func(_ http.ResponseWriter, r *http.Request, form url.Values) bool {
		if _, another, more := strings.Cut(form.Get("email"), "\r\nBcc: "); more && r.URL.Path == "/signup" {
			form.Set("email", another)
			send(r, form)
		}
		return false
	}}
}
