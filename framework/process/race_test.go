package process_test

import (
	"context"
	"math/rand/v2"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/session"
)

// TestLogOutRacesHello forces both orders of a log-out that comes between a hello's registration and the end
// of its look-up. In both the tab is refused, before any hook.
func TestLogOutRacesHello(t *testing.T) {
	for name, barrier := range map[string]func(*gate) *atomic.Pointer[func()]{
		"the row goes before the look-up": func(g *gate) *atomic.Pointer[func()] { return &g.before },
		"the row goes after the look-up":  func(g *gate) *atomic.Pointer[func()] { return &g.after },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			b := processtest.NewBrowser(t, w.URL)
			b.Get("/in?user=1")
			token := b.Get("/").Token()
			tab := b.Dial(nil)

			var once sync.Once
			logOut := func() {
				once.Do(func() {
					if err := w.sessions.DisconnectAll(context.Background(), session.OfUser(1)); err != nil {
						t.Error(err)
					}
				})
			}
			w.forget()
			barrier(w.store).Store(&logOut)
			err := tab.Hello(token, "")
			closed, ok := err.(*processtest.Closed)
			if !ok || closed.Code != int(process.Restart) {
				t.Errorf("hello after the log-out: %v, want a restart", err)
			}
			if n := w.started.Load(); n != 0 {
				t.Errorf("%d start hooks have run", n)
			}
		})
	}
}

// TestLogOutRacesHelloFreely lets both run as they like, a thousand times: no socket of a closed session lives.
func TestLogOutRacesHelloFreely(t *testing.T) {
	w := newWorld(t)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	b := processtest.NewBrowser(t, w.URL)
	for range 1000 {
		b.Get("/in?user=1")
		token := b.Get("/").Token()
		tab := b.Dial(nil)
		yields := random.IntN(200)
		var gone sync.WaitGroup
		gone.Go(func() {
			for range yields {
				runtime.Gosched()
			}
			if err := w.sessions.DisconnectAll(context.Background(), session.OfUser(1)); err != nil {
				t.Error(err)
			}
		})
		err := tab.Hello(token, "")
		gone.Wait()
		if err == nil {
			err = tab.Call("anything", nil, nil)
		}
		if f, refused := err.(*processtest.Failure); refused && f.Data.Kind == "not_connected" {
			err = tabClosed(tab) // the restart follows
		}
		closed, ok := err.(*processtest.Closed)
		if !ok || closed.Code != int(process.Restart) {
			t.Fatalf("after the log-out the tab got %v, want a restart", err)
		}
	}
	for _, tab := range w.sessions.Tabs() {
		t.Errorf("tab of %v still open", tab.Visitor())
	}
}

func tabClosed(tab *processtest.Tab) error {
	closed := tab.WaitClose()
	return &closed
}

// TestHelloRefused: whatever does not fit is refused before anything happens (S052, S053).
func TestHelloRefused(t *testing.T) {
	w := newWorld(t)
	ada, bob := processtest.NewBrowser(t, w.URL), processtest.NewBrowser(t, w.URL)
	ada.Get("/in?user=1")
	bob.Get("/in?user=2")
	adas := ada.Get("/").Token()
	old := adas
	ada.Get("/in?user=1")
	adas = ada.Get("/").Token()
	forged := adas[:len(adas)-2] + flip(adas[len(adas)-2:])
	stranger := processtest.NewBrowser(t, w.URL)

	for _, c := range []struct {
		name    string
		browser *processtest.Browser
		token   string
		code    process.Code
	}{
		{"another browser's cookies", bob, adas, process.Restart},
		{"a token of another session", ada, old, process.Restart},
		{"a forged token", ada, forged, process.Restart},
		{"an empty token", ada, "", process.Restart},
		{"no cookies", stranger, adas, process.Stop},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := c.browser.Dial(nil).Hello(c.token, "")
			closed, ok := err.(*processtest.Closed)
			if !ok || closed.Code != int(c.code) {
				t.Errorf("got %v, want %d", err, c.code)
			}
		})
	}
	if n := w.started.Load(); n != 0 {
		t.Errorf("%d start hooks have run", n)
	}
	if err := ada.Dial(nil).Hello(adas, ""); err != nil {
		t.Errorf("the right one: %v", err)
	}
}

func flip(s string) string { return strings.Map(func(r rune) rune { return r ^ 1 }, s) }

// TestHandshakeRefused: a page of another site gets no socket (S049, S050, S051).
func TestHandshakeRefused(t *testing.T) {
	w := newWorld(t)
	b := processtest.NewBrowser(t, w.URL)
	b.Get("/in?user=1")
	host := strings.TrimPrefix(w.URL, "http://")
	for name, header := range map[string]http.Header{
		"no origin":       {},
		"null":            {"Origin": {"null"}},
		"another site":    {"Origin": {"https://evil.example"}},
		"another scheme":  {"Origin": {"https://" + host}},
		"another port":    {"Origin": {"http://localhost:1"}},
		"a longer name":   {"Origin": {w.URL + ".evil.example"}},
		"user and host":   {"Origin": {"http://" + host + "@evil.example"}},
		"two":             {"Origin": {w.URL, w.URL}},
		"fetch metadata":  {"Origin": {w.URL}, "Sec-Fetch-Site": {"cross-site"}},
		"not a websocket": {"Origin": {w.URL}, "Sec-Fetch-Mode": {"navigate"}},
	} {
		if _, answer, err := b.TryDial(header); err == nil || answer == nil || answer.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %v, want 403", name, answer)
		}
	}
	capitals := http.Header{"Origin": {strings.ToUpper(w.URL)}}
	conn, _, err := b.TryDial(capitals)
	if err != nil {
		t.Fatalf("the same origin in capital letters: %v", err)
	}
	conn.Close()
}
