package web_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// TestNoCookies: where the browser keeps no cookies the page says so, once, instead of loading itself again and
// again; a form is refused with nothing done.
func TestNoCookies(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	s := newSiteAs(t, setup{host: listener.Addr().String()})
	front := withoutCookies(t, listener, s.URL)

	tab := browsertest.New(t).Open(front + "/signup")
	tab.Wait(`document.documentElement.dataset.process === "stopped"`)
	if said := tab.Text("[role=alert]"); !strings.Contains(said, "needs cookies") {
		t.Errorf("the page says %q", said)
	}
	if n := len(tab.Requests()); n != 1 {
		t.Errorf("the page was loaded %d times", n)
	}
	tab.Fill("[name=email]", "ada@example.com")
	tab.Submit("main form")
	tab.WaitText(".failure .status", "409")
	var jobs int
	if err := s.db.QueryRow(t.Context(), `SELECT count(*) FROM river_job`).Scan(&jobs); err != nil || jobs != 0 {
		t.Errorf("%d letters are to be sent, %v", jobs, err)
	}
}

// withoutCookies stands before a site and takes the cookies off its answers, as a browser that keeps none.
func withoutCookies(t *testing.T, listener net.Listener, site string) string {
	t.Helper()
	to, err := url.Parse(site)
	if err != nil {
		t.Fatal(err)
	}
	front := httptest.NewUnstartedServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(to)
			r.Out.Host = r.In.Host
		},
		ModifyResponse: func(r *http.Response) error {
			r.Header.Del("Set-Cookie")
			return nil
		},
	})
	front.Listener.Close()
	front.Listener = listener
	front.Start()
	t.Cleanup(front.Close)
	return front.URL
}
