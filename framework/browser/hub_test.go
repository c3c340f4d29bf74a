package browser_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/browser/browsertest"
	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/rpc"
	"github.com/ocsigo/start/framework/session"
)

// hub is a real site behind a network that fails when a test says so.
type hub struct {
	network *processtest.Proxy
	tabs    *process.Hub
	api     *rpc.API
}

// newHub serves a page at / and the tabs' socket. The test adds the functions before it opens a tab.
func newHub(t *testing.T, limits process.Limits) *hub {
	t.Helper()
	site := httptest.NewUnstartedServer(nil)
	network := processtest.NewProxy(t, "http://"+site.Listener.Addr().String())
	sessions := session.New(&session.MemoryStore{}, session.Options{Build: "b1"})
	sessions.OnOpenSession(func(_ context.Context, me session.UserID) error {
		if me == 13 {
			return session.ErrPermissionDenied
		}
		return nil
	})
	h := &hub{network: network, tabs: process.New(sessions, process.Options{Origin: network.URL, Limits: limits})}
	h.api = rpc.New(h.tabs)
	mux := http.NewServeMux()
	mux.Handle("/process", h.tabs)
	mux.HandleFunc("/script.js", script(t))
	mux.Handle("/{$}", sessions.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page := session.Wrap(func(ctx context.Context, _ struct{}) (struct{}, error) { return struct{}{}, writeHubPage(ctx, w) })
		if _, err := page(r.Context(), struct{}{}); err != nil {
			t.Error(err)
		}
	})))
	site.Config.Handler = mux
	site.Start()
	t.Cleanup(func() {
		if err := h.tabs.Close(context.Background()); err != nil {
			t.Error(err)
		}
		sessions.Close()
		site.Close()
	})
	return h
}

func writeHubPage(ctx context.Context, w http.ResponseWriter) error {
	token, err := session.PageToken(ctx)
	tag, failed := session.IdentityTag(ctx)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(w, `<!doctype html><title>hub</title><meta name="ocsigo-process" content=%q data-build="b1" data-identity=%q>
		<script type="module" src="/script.js"></script>`, token, tag)
	return errors.Join(err, failed)
}

func (h *hub) visit(t *testing.T, before string) *browsertest.Tab {
	t.Helper()
	b := browsertest.New(t)
	b.BeforeScripts(before)
	return visit(b, h.network.URL)
}

// TestOnceAndInOrder: through a network that is cut again and again each call is done once and answered, each event and
// each value of a stream comes once and in order, and the document stays.
func TestOnceAndInOrder(t *testing.T) {
	t.Parallel()
	const calls, values, cuts = 120, 100, 8
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	h := newHub(t, process.Limits{Rate: 10_000, Burst: 10_000})
	told := process.NewEvent[int](h.tabs, "told")
	var mu sync.Mutex // protects the fields below
	var done [calls]int
	total := 0
	rpc.Handle(h.api, "do", func(_ context.Context, n int) (int, error) {
		mu.Lock()
		defer mu.Unlock()
		done[n]++
		total++
		if total%(calls/cuts) == 0 {
			h.network.CutAfter(random.IntN(400), []processtest.Direction{processtest.ToServer, processtest.ToBrowser}[random.IntN(2)])
		}
		return n, told.Send(process.Everyone(), total)
	})
	rpc.HandleStream(h.api, "values", func(_ context.Context, upTo int, send func(int) error) error {
		for n := range upTo {
			if err := send(n); err != nil {
				return err
			}
		}
		return nil
	})
	tab := h.visit(t, hasty)
	document := tab.Document()
	browsertest.Eval[any](tab, fmt.Sprintf(`void (async () => {
		window.told = []
		window.values = []
		listen("told", (n) => told.push(n))
		const read = (async () => { for await (const n of stream("values", %d)) values.push(n) })()
		const answers = await Promise.all(Array.from({ length: %d }, (_, n) => call("do", n)))
		await read
		window.answers = answers
	})()`, values, calls))
	tab.Within(time.Minute).Wait(fmt.Sprintf(`window.answers && told.length >= %d`, calls))
	for name, want := range map[string]int{"answers": calls, "values": values} {
		if !browsertest.Eval[bool](tab, fmt.Sprintf(`%s.length === %d && %s.every((n, i) => n === i)`, name, want, name)) {
			t.Errorf("%s: %s", name, browsertest.Eval[string](tab, name+".join()"))
		}
	}
	if !browsertest.Eval[bool](tab, fmt.Sprintf(`told.length === %d && told.every((n, i) => n === i + 1)`, calls)) {
		t.Errorf("told: %s", browsertest.Eval[string](tab, "told.join()"))
	}
	mu.Lock()
	defer mu.Unlock()
	for n, times := range done {
		if times != 1 {
			t.Errorf("call %d was done %d times", n, times)
		}
	}
	if sockets := len(tab.Sockets()); sockets < 3 {
		t.Errorf("there were %d sockets: the network was not cut", sockets)
	}
	stays(t, tab, document)
}

// TestPaceOfARealServer: it refuses nothing of what a page calls at once, though that is more than it takes.
func TestPaceOfARealServer(t *testing.T) {
	t.Parallel()
	h := newHub(t, process.Limits{Rate: 200, Burst: 20, CallsAtOnce: 4})
	rpc.Handle(h.api, "double", func(_ context.Context, n int) (int, error) { return 2 * n, nil })
	rpc.HandleStream(h.api, "values", func(_ context.Context, upTo int, send func(int) error) error {
		for n := range upTo {
			if err := send(n); err != nil {
				return err
			}
		}
		return nil
	})
	tab := h.visit(t, "")
	got := browsertest.Eval[int](tab, `(async () => {
		let sum = 0
		const all = Array.from({ length: 100 }, (_, n) => call("double", n))
		for await (const n of stream("values", 200)) sum += n
		return (await Promise.all(all)).reduce((a, b) => a + b, sum)
	})()`)
	if want := 100*99 + 200*199/2; got != want {
		t.Errorf("the answers sum up to %d, want %d", got, want)
	}
}

type order struct {
	Tickets int `json:"tickets"`
}

// TestCallsOfARealServer: what a call fails with, its fields too, and that one which is broken off ends there.
func TestCallsOfARealServer(t *testing.T) {
	t.Parallel()
	h := newHub(t, process.Limits{})
	ended := make(chan error, 3)
	rpc.Handle(h.api, "order", func(context.Context, order) (int, error) {
		return 0, &rpc.Error{Kind: "sold_out", Message: "Sold out.", Fields: map[string]string{"tickets": "are sold out"}}
	})
	rpc.Handle(h.api, "forever", func(ctx context.Context, _ struct{}) (int, error) {
		<-ctx.Done()
		ended <- context.Cause(ctx)
		return 0, ctx.Err()
	})
	rpc.HandleStream(h.api, "endless", func(ctx context.Context, _ struct{}, send func(int) error) error {
		for {
			if err := send(1); err != nil {
				ended <- err
				return err
			}
		}
	})
	tab := h.visit(t, "")
	for code, want := range map[string]string{
		`call("order", { tickets: 1 })`:   `["sold_out","Sold out.",{"tickets":"are sold out"}]`,
		`call("order", { tickets: "1" })`: `["invalid_input","tickets: must be a number, not a string",{"tickets":"must be a number, not a string"}]`,
		`call("unknown")`:                 `["unknown_function","There is no such function.",{}]`,
	} {
		if got := browsertest.Eval[string](tab, code+`.catch((e) => JSON.stringify([e.kind, e.message, e.fields]))`); got != want {
			t.Errorf("%s fails with %s, want %s", code, got, want)
		}
	}
	browsertest.Eval[any](tab, `(async () => {
		const controller = new AbortController()
		const open = call("forever", undefined, { signal: controller.signal })
		setTimeout(() => controller.abort())
		await open.catch(() => {})
		let n = 0
		for await (const one of stream("endless")) if (++n > 100) break
	})()`)
	<-ended
	<-ended
}

// TestLogInByCall: a page that logs in by a server function has its cookies when the call is done, and goes on as the
// user, in the same document. A log-in that fails fails its call.
func TestLogInByCall(t *testing.T) {
	t.Parallel()
	h := newHub(t, process.Limits{})
	rpc.Handle(h.api, "logIn", func(ctx context.Context, user session.UserID) (string, error) {
		return "welcome", session.Connect(ctx, user)
	})
	rpc.Connected(h.api, "me", func(_ context.Context, me session.UserID, _ struct{}) (session.UserID, error) { return me, nil })
	tab := h.visit(t, "")
	document := tab.Document()
	for _, step := range []struct{ code, want string }{
		{`call("logIn", 13)`, "permission_denied"},
		{`call("me")`, "not_connected"},
		{`call("logIn", 7)`, "welcome"},
		{`call("me")`, "7"},
	} {
		if got := browsertest.Eval[string](tab, step.code+`.then(String, (e) => e.kind)`); got != step.want {
			t.Errorf("%s says %q, want %q", step.code, got, step.want)
		}
	}
	stays(t, tab, document)
	h.network.Cut()
	waitState(tab, "lost")
	if got := browsertest.Eval[int](tab, `call("me")`); got != 7 {
		t.Errorf("after it came back the tab is user %d's", got)
	}
	stays(t, tab, document)
	tab.Reload()
	tab.Ready()
	if got := browsertest.Eval[int](tab, `call("me")`); got != 7 {
		t.Errorf("the next document is user %d's: the browser has no cookie", got)
	}
}
