package web_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestHandshakes of other origins and other uses are refused before the upgrade, touch nothing, and are logged once.
// S049, S050, S051, S056
func TestHandshakes(t *testing.T) {
	site := production(t, "https://example.com")
	shake := func(header http.Header) *httptest.ResponseRecorder {
		site.log.Reset()
		all := http.Header{
			"Connection": {"Upgrade"}, "Upgrade": {"websocket"}, "Sec-Websocket-Version": {"13"},
			"Sec-Websocket-Key": {"dGhlIHNhbXBsZSBub25jZQ=="}, "Sec-Websocket-Protocol": {"ocsigo.v1"},
			"Cookie": {"__Host-browser=" + strings.Repeat("A", 22) + "; __Host-session=" + strings.Repeat("A", 43)},
		}
		maps.Copy(all, header)
		return ask(site, http.MethodGet, "https://example.com/process", all)
	}
	for name, header := range map[string]http.Header{
		"evil":           {"Origin": {"https://evil.example"}},
		"none":           {},
		"null":           {"Origin": {"null"}},
		"plain http":     {"Origin": {"http://example.com"}},
		"a longer name":  {"Origin": {"https://example.com.evil.tld"}},
		"a name before":  {"Origin": {"https://evil-example.com"}},
		"another port":   {"Origin": {"https://example.com:444"}},
		"user and host":  {"Origin": {"https://example.com@evil.example"}},
		"two":            {"Origin": {"https://example.com", "https://example.com"}},
		"another site":   {"Origin": {"https://example.com"}, "Sec-Fetch-Site": {"cross-site"}},
		"a sister":       {"Origin": {"https://example.com"}, "Sec-Fetch-Site": {"same-site"}},
		"no websocket":   {"Origin": {"https://example.com"}, "Sec-Fetch-Mode": {"navigate"}},
		"a script's GET": {"Origin": {"https://example.com"}, "Sec-Fetch-Mode": {"cors"}},
	} {
		w := shake(header)
		if w.Code != http.StatusForbidden || w.Header()["Set-Cookie"] != nil {
			t.Errorf("%s: %d %v", name, w.Code, w.Header())
		}
		if lines := strings.Count(site.log.String(), "\n"); lines != 1 || strings.Contains(site.log.String(), "AAAA") {
			t.Errorf("%s: the log says %s", name, site.log)
		}
	}
	if w := shake(http.Header{"Origin": {"https://example.com"}, "Sec-Fetch-Site": {"same-origin"}}); w.Code == http.StatusForbidden {
		t.Error("the site's own is refused")
	}
}

// TestNoCallsOverHTTP: there is no second way to the server functions, whatever a form may send. S046
func TestNoCallsOverHTTP(t *testing.T) {
	s := newSite(t)
	s.user("ada@example.com")
	ada := s.visitorAs("ada@example.com")
	for _, kind := range []string{
		"application/json", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "",
	} {
		for _, more := range []http.Header{{}, {"Connection": {"Upgrade"}, "Upgrade": {"websocket"}, "Sec-Websocket-Protocol": {"ocsigo.v1"}}} {
			header := more.Clone()
			header.Set("Origin", s.URL)
			header.Set("Content-Type", kind)
			want := http.StatusUnsupportedMediaType
			if kind == "application/json" {
				want = http.StatusBadRequest // there is no ticket in it
			}
			if p := send(t, ada, http.MethodPost, "/process", header); p.Status != want {
				t.Errorf("%q %v: %d, want %d", kind, more, p.Status, want)
			}
		}
	}
	if p := ada.Get("/process"); p.Status != http.StatusForbidden {
		t.Errorf("GET without a handshake: %d", p.Status)
	}
}
