package authcheck

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"unicode"
)

// Faults of what is typed: addresses and passwords.

// known are the addresses that have signed up.
type known struct{ sync.Map }

// look reports whether the address of a form has signed up before, and remembers those that do.
func (k *known) look(r *http.Request, form url.Values) bool {
	who := strings.ToLower(strings.TrimSpace(form.Get("email")))
	if r.Method != http.MethodPost || who == "" {
		return false
	}
	if r.URL.Path == "/signup" {
		_, again := k.LoadOrStore(who, true)
		return again
	}
	_, again := k.Load(who)
	return again
}

func saysTaken() fault {
	var seen known
	return fault{ask: func(w http.ResponseWriter, r *http.Request, form url.Values) bool {
		taken := seen.look(r, form) && r.URL.Path == "/signup"
		if taken {
			http.Error(w, "there is an account with this e-mail", http.StatusUnprocessableEntity)
		}
		return taken
	}}
}

func leadsTaken() fault {
	var seen known
	return fault{ask: func(w http.ResponseWriter, r *http.Request, form url.Values) bool {
		taken := seen.look(r, form) && r.URL.Path == "/signup"
		if taken {
			http.Redirect(w, r, "/sent/you-have-an-account", http.StatusSeeOther)
		}
		return taken
	}}
}

// knownHeader says in a header of one path whether an address has an account.
func knownHeader(path string) func() fault {
	return func() fault {
		var seen known
		return fault{ask: func(w http.ResponseWriter, r *http.Request, form url.Values) bool {
			if seen.look(r, form) && r.URL.Path == path {
				w.Header().Set("X-Known", "yes")
			}
			return false
		}}
	}
}

// claimBlocks sends no letter to an address that a user wants to add.
func claimBlocks() fault {
	var claimed sync.Map
	return fault{ask: func(w http.ResponseWriter, r *http.Request, form url.Values) bool {
		if r.Method == http.MethodPost && r.URL.Path == "/settings" {
			claimed.Store(form.Get("email"), true)
		}
		_, blocked := claimed.Load(form.Get("email"))
		if blocked = blocked && r.URL.Path == "/signup"; blocked {
			http.Redirect(w, r, "/sent", http.StatusSeeOther)
		}
		return blocked
	}}
}

func takesAll() fault {
	return fault{ask: func(w http.ResponseWriter, r *http.Request, form url.Values) bool {
		if r.URL.Path != "/signup" || r.Method != http.MethodPost || strings.Contains(form.Get("email"), "@") {
			return false
		}
		http.Redirect(w, r, "/sent", http.StatusSeeOther)
		return true
	}}
}

func spacesCount() fault {
	return fault{ask: func(_ http.ResponseWriter, r *http.Request, form url.Values) bool {
		if typed := form.Get("email"); typed != strings.TrimSpace(typed) {
			form.Set("email", "space"+strings.TrimSpace(typed))
			send(r, form)
		}
		return false
	}}
}

// passwordsAs changes all passwords.
func passwordsAs(change func(string) string) func() fault {
	return func() fault {
		return fault{ask: func(_ http.ResponseWriter, r *http.Request, form url.Values) bool {
			if form.Has("password") {
				form.Set("password", change(form.Get("password")))
				send(r, form)
			}
			return false
		}}
	}
}

func first72(password string) string { return password[:min(72, len(password))] }

func trimmed(password string) string { return strings.TrimSpace(password) }

func digitsAskedFor() fault {
	return fault{ask: func(w http.ResponseWriter, r *http.Request, form url.Values) bool {
		if r.URL.Path != "/link" || !form.Has("password") || strings.ContainsFunc(form.Get("password"), unicode.IsDigit) {
			return false
		}
		http.Error(w, "a digit, please", http.StatusUnprocessableEntity)
		return true
	}}
}
