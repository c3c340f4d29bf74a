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
	"strings"
	"sync"
	"testing"
)

// fault is what somebody may break who edits his site. It is one of a proxy before the real program, that is otherwise not
// seen: it changes what is asked, answers itself, or changes what is answered.
type fault struct {
	ask    func(w http.ResponseWriter, r *http.Request, form url.Values) (done bool)
	answer func(p *http.Response, form url.Values, body string) string // returns the body
}

// proxy stands before the real program. Many sites may be checked through it at once, each with a fault of its own.
type proxy struct {
	url    string
	inside string // where the program is
	faults sync.Map
	server *httptest.Server
}

// faultHeader says with which fault a request is answered.
const faultHeader = "Test-Fault"

// newProxy starts it, and the program behind it. It returns the program's environment too.
func newProxy(t *testing.T, env ...string) (*proxy, []string) {
	t.Helper()
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	p := &proxy{url: "http://localhost:" + port, inside: freeAddress(t)}
	env = append(env, "ADDR="+p.inside, "PUBLIC_URL="+p.url, "TRUSTED_PROXIES=127.0.0.1,::1")
	_, env = program.start(t, env...)
	p.server = httptest.NewUnstartedServer(p.handler())
	p.server.Listener.Close()
	p.server.Listener = listener
	p.server.Start()
	t.Cleanup(p.server.Close)
	return p, env
}

// site is the program with a fault.
func (p *proxy) site(t *testing.T, o Options, name string, f fault) *Site {
	t.Helper()
	p.faults.Store(name, &f)
	o.URL, o.Mail = p.url, p.url+"/dev/mail"
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	s.network.always = http.Header{faultHeader: {name}}
	s.Mailbox.(*pages).client.Transport = marked{&http.Transport{}, name}
	return s
}

// marked says with which fault the mailbox is read.
type marked struct {
	*http.Transport
	name string
}

func (m marked) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set(faultHeader, m.name)
	return m.Transport.RoundTrip(r)
}

// asked is a request that the proxy passes on.
type asked struct {
	form  url.Values
	fault *fault
}

type askedKey struct{}

func (p *proxy) handler() http.Handler {
	on := &httputil.ReverseProxy{Rewrite: p.rewrite, ModifyResponse: modify}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f := new(fault)
		if found, is := p.faults.Load(r.Header.Get(faultHeader)); is {
			f = found.(*fault)
		}
		body, _ := io.ReadAll(r.Body)
		form, _ := url.ParseQuery(string(body))
		r.Body = io.NopCloser(bytes.NewReader(body))
		if f.ask != nil && f.ask(w, r, form) {
			return
		}
		on.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), askedKey{}, asked{form, f})))
	})
}

func (p *proxy) rewrite(r *httputil.ProxyRequest) {
	r.SetURL(&url.URL{Scheme: "http", Host: p.inside})
	r.Out.Host = r.In.Host
	r.Out.Header.Del("X-Forwarded-For")
	if said := r.In.Header.Get("Test-Network"); said != "" {
		r.Out.Header.Set("X-Forwarded-For", said)
	} else {
		r.SetXForwarded()
	}
	r.Out.Header.Del("X-Forwarded-Host")
	r.Out.Header.Del("Accept-Encoding")
}

func modify(p *http.Response) error {
	a := p.Request.Context().Value(askedKey{}).(asked)
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

// send has the program asked with another form than the one that was sent.
func send(r *http.Request, form url.Values) {
	body := form.Encode()
	r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
	r.Header.Set("Content-Length", fmt.Sprint(len(body)))
}
