package web_test

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/session"
)

// TestTokensAreRandom: two thousand of them, 256 bits each, have nothing in common. S005
func TestTokensAreRandom(t *testing.T) {
	const tokens, size = 2000, 32
	sessions := session.New(new(session.MemoryStore), session.Options{Sessions: tokens})
	defer sessions.Close()
	logIn := sessions.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		connect := session.Wrap(func(ctx context.Context, _ struct{}) (struct{}, error) { return struct{}{}, session.Connect(ctx, 1) })
		if _, err := connect(r.Context(), struct{}{}); err != nil {
			t.Error(err)
		}
	}))
	seen := map[string]bool{}
	var counted [256]int
	firsts := map[byte]bool{}
	for range tokens {
		w := httptest.NewRecorder()
		logIn.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/", nil))
		c := cookie(processtest.Page{Header: w.Header()}, "dev-session")
		raw, err := base64.RawURLEncoding.DecodeString(c.Value)
		if err != nil || len(raw) != size || seen[c.Value] {
			t.Fatalf("%v, %v, seen before: %v", c, err, seen[c.Value])
		}
		seen[c.Value] = true
		firsts[raw[0]] = true
		for _, b := range raw {
			counted[b]++
		}
	}
	// Every value of a byte is expected 250 times. The sum is 255 on the average of all random bytes, and above 510
	// hardly once in the age of the world.
	sum, expected := 0.0, float64(tokens*size)/256
	for _, n := range counted {
		sum += (float64(n) - expected) * (float64(n) - expected) / expected
	}
	if sum > 510 || len(firsts) < 128 {
		t.Errorf("chi-square is %.0f, and there are %d first bytes", sum, len(firsts))
	}
}
