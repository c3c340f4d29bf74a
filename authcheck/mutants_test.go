package authcheck

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// fault is what somebody may break who edits his site. Each is one of a proxy before the real program, that is otherwise
// not seen: it changes what is asked, answers itself, or changes what is answered.
type fault struct {
	ask    func(w http.ResponseWriter, r *http.Request, form url.Values) (done bool)
	answer func(p *http.Response, form url.Values, body string) string // returns the body
}

// mutants says which check catches which fault.
var mutants = []struct {
	name, caught string
	make         func(site string) fault
}{
	{"a link is used up by looking", "link-get-does-nothing", usedByGet},
	{"a link that is not whole is told apart", "link-bad-ones-alike", toldApart},
	{"the page of a link may be kept", "link-leaves-the-address", dropHeader("Cache-Control")},
	{"the address of a link is told to others", "link-leaves-the-address", dropHeader("Referrer-Policy")},
	{"letters lead to X-Forwarded-Host", "link-host", poisoned},
	{"sign-up says who has an account", "signup-tells-nobody", saysTaken},
	{"forms of other sites are taken", "signup-foreign-form", originIgnored},
	{"the tabs' socket takes every origin", "socket-origin", originIgnored},
	{"the password is shown again", "login-failures-alike", echoed},
	{"a password that is refused is shown again", "password-length", echoed},
	{"log-in leads anywhere", "login-return-elsewhere", leadsAnywhere},
	{"the session is the browser's from before", "session-is-new", fixed},
	{"scripts read cookies", "session-cookie", cookiesWithout("; HttpOnly")},
	{"other sites send cookies", "session-cookie", cookiesWithout("; SameSite=Lax")},
	{"no session is kept", "login-keep", cookiesWithout("; Max-Age=")},
	{"caches keep a user's pages", "session-pages-not-kept", dropHeader("Cache-Control")},
	{"a picture logs out", "logout-get", logOutByGetToo},
	{"a log-out only drops the cookie", "logout", logOutHere},
	{"nobody sees the settings", "guard-pages", unguarded},
	{"one network is as good as many", "limit-log-in-network", everElsewhere},
	{"one network may have all letters sent", "limit-sign-up-network", everElsewhere},
	{"X-Forwarded-For is believed", "limit-forwarded", believed},
	{"passwords may be tried without end", "limit-log-in-account", notLimited},
	{"users are locked out", "limit-log-in-no-lockout", lockedOut},
	{"a log-in takes longer for who has an account", "time-log-in", slowForSome},
	{"who proves who he is is led anywhere", "reauthenticate-return", leadsAnywhere},
	{"other sites log in", "login-of-another-site", originIgnored},
	{"a log-in forgets where to", "login-return", leadsHome},
	{"a password is shown after a log-in that failed", "login-no-hints", echoed},
	{"spaces of passwords are dropped", "password-as-typed", trimmed},
	{"password managers are kept out", "password-fields", replaced(`autocomplete="current-password"`, `autocomplete="off"`)},
	{"everybody is an administrator", "guard-admin", openAdmin},
	{"the download holds the password's hash", "download-is-mine", replaced(`{`, `{"hash": "$argon2id$v=19$",`)},
	{"the site breaks when many log in", "limit-hashing", breaks},
	{"pages show the session's cookie", "nothing-leaks", showsCookies},
}

// TestMutants: each fault is caught by its check, which finds nothing wrong without the fault.
func TestMutants(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the proxy tells networks by addresses of 127.0.0.0/8, and only Linux has all of them")
	}
	var now atomic.Pointer[fault]
	now.Store(&fault{})
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	public := "http://localhost:" + port
	inside := freeAddress(t)
	program.start(t, "ADDR="+inside, "PUBLIC_URL="+public, "TRUSTED_PROXIES=127.0.0.1,::1")
	server := httptest.NewUnstartedServer(faulty(inside, &now))
	server.Listener.Close()
	server.Listener = listener
	server.Start()
	defer server.Close()

	site, err := New(Options{URL: public, Mail: public + "/dev/mail", Samples: 16, Patience: 30 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("seed %d", site.Seed)
	run := func(t *testing.T, name string, f fault) Result {
		t.Helper()
		now.Store(&f)
		defer now.Store(&fault{})
		site.crowd = nil // each has had his tries
		for _, c := range All() {
			if c.Name == name {
				return site.Run(t.Context(), c)
			}
		}
		t.Fatalf("there is no check %s", name)
		return Result{}
	}
	for _, m := range mutants {
		t.Run(m.name, func(t *testing.T) {
			if m.caught == "nothing-leaks" { // it looks back on the others
				site.secrets.found = nil
				run(t, "login-works", m.make(public))
			} else if r := run(t, m.caught, fault{}); r.Outcome != OK {
				t.Fatalf("without the fault: %v", r)
			}
			if r := run(t, m.caught, m.make(public)); r.Outcome != Failed {
				t.Errorf("%v", r)
			} else {
				t.Log(r.Saw)
			}
		})
	}
}

// faulty is the proxy.
func faulty(inside string, now *atomic.Pointer[fault]) http.Handler {
	type asked struct {
		form  url.Values
		fault *fault
	}
	type key struct{}
	to := &url.URL{Scheme: "http", Host: inside}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(to)
			r.Out.Host = r.In.Host
			r.Out.Header.Del("X-Forwarded-For")
			if said := r.In.Header.Get("Test-Network"); said != "" {
				r.Out.Header.Set("X-Forwarded-For", said)
			} else {
				r.SetXForwarded()
			}
			r.Out.Header.Del("X-Forwarded-Host")
			r.Out.Header.Del("Accept-Encoding")
		},
	}
	proxy.ModifyResponse = func(p *http.Response) error {
		a := p.Request.Context().Value(key{}).(asked)
		if a.fault.answer == nil || p.StatusCode == http.StatusSwitchingProtocols {
			return nil
		}
		body, err := io.ReadAll(p.Body)
		if err != nil {
			return err
		}
		p.Body.Close()
		changed := a.fault.answer(p, a.form, string(body))
		p.Body, p.ContentLength = io.NopCloser(strings.NewReader(changed)), int64(len(changed))
		p.Header.Set("Content-Length", fmt.Sprint(len(changed)))
		return nil
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f := now.Load()
		body, _ := io.ReadAll(r.Body)
		form, _ := url.ParseQuery(string(body))
		r.Body = io.NopCloser(bytes.NewReader(body))
		if f.ask != nil && f.ask(w, r, form) {
			return
		}
		proxy.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), key{}, asked{form, f})))
	})
}
