package browsertest

import (
	"context"
	"errors"
	"os"
	"sync"
	"testing"
)

// Setup lets the tests of this package have browsers. The Chromium they share
// starts with the first of them; stop ends it, with all its processes and files,
// and returns when they are gone. It panics when called twice.
func Setup(options ...Option) (stop func()) {
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if shared.host != nil {
		panic("browsertest: Setup is called twice")
	}
	shared.host = &host{options: options}
	return sync.OnceFunc(func() {
		shared.mu.Lock()
		defer shared.mu.Unlock()
		shared.host.stop()
		shared.host = nil
	})
}

// shared is the one Chromium of this test binary, between Setup and stop.
var shared struct {
	mu   sync.Mutex // protects host
	host *host
}

// host starts a Chromium at most once, when it is first needed.
type host struct {
	options  []Option
	once     sync.Once
	chromium *chromium
	err      error
}

func (h *host) start() (*chromium, error) {
	h.once.Do(func() { h.chromium, h.err = launch(h.options) })
	return h.chromium, h.err
}

func (h *host) stop() {
	h.once.Do(func() {})
	if h.chromium != nil {
		h.chromium.stop()
	}
}

// chromiumFor returns the context in which the shared Chromium runs, or ends
// the test.
func chromiumFor(t testing.TB) context.Context {
	t.Helper()
	shared.mu.Lock()
	host := shared.host
	shared.mu.Unlock()
	if host == nil {
		t.Fatalf("browsertest: TestMain has to call browsertest.Setup before m.Run")
	}
	chromium, err := host.start()
	if errors.Is(err, errNoChromium) && os.Getenv("CI") == "" {
		t.Skipf("browsertest: %v", err)
	}
	if err != nil {
		t.Fatalf("browsertest: %v", err)
	}
	return chromium.ctx
}
