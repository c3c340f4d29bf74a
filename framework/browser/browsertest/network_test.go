package browsertest_test

import (
	"slices"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// echoPage talks with the server, and notes what it hears.
const echoPage = `<title>Echo</title><script>
	window.heard = [];
	for (const kind of ["online", "offline"]) addEventListener(kind, () => heard.push(kind));
	const connect = () => new Promise((done) => {
		const socket = new WebSocket("/socket");
		socket.onopen = () => done(socket);
		socket.onmessage = (event) => heard.push(event.data);
		socket.onclose = (event) => { heard.push("closed " + event.code); done(); };
	});
	connect().then((socket) => { window.socket = socket; document.documentElement.dataset.process = "ready"; });
</script>`

func TestOffline(t *testing.T) {
	t.Parallel()
	b, url := browsertest.New(t), page(t, "", echoPage)
	tab, other := b.Open(url+"/page"), b.Open(url+"/page")
	tab.Ready()
	tab.Offline(true)
	tab.Wait(`heard.join() === "offline" && !navigator.onLine`)

	answer := `fetch("/page").then(() => "answered", () => "failed")`
	if got := browsertest.Eval[string](tab, answer); got != "failed" {
		t.Errorf("a request offline has %s", got)
	}
	browsertest.Eval[any](tab, `connect().then(() => {})`)
	tab.Wait(`heard.at(-1) === "closed 1006"`)
	if got := browsertest.Eval[string](other, answer); got != "answered" {
		t.Errorf("a request of another tab has %s", got)
	}

	// The socket that was open does not notice, and loses nothing.
	browsertest.Eval[any](tab, `void socket.send("hello")`)
	browsertest.Eval[string](other, answer) // as long as a hello takes
	if slices.Contains(browsertest.Eval[[]string](tab, "heard"), "hello") {
		t.Error("a websocket works offline")
	}
	tab.Offline(false)
	tab.Wait(`heard.includes("online") && heard.includes("hello") && navigator.onLine`)
	if got := browsertest.Eval[string](tab, answer); got != "answered" {
		t.Errorf("a request online has %s", got)
	}

	tab.Offline(true)
	browsertest.Eval[any](tab, `void socket.close(3000)`)
	tab.Wait(`heard.at(-1) === "closed 3000"`)
}

func TestThrottle(t *testing.T) {
	t.Parallel()
	const latency = 300 * time.Millisecond
	tab := browsertest.New(t).Open(site(t))
	took := `(async (start) => { await fetch("/elsewhere"); return performance.now() - start; })(performance.now())`
	tab.Throttle(latency)
	if got := browsertest.Eval[float64](tab, took); got < 299 {
		t.Errorf("an answer took %v ms", got)
	}
	tab.Throttle(0)
	if got := browsertest.Eval[float64](tab, took); got >= 299 {
		t.Errorf("an answer took %v ms after all", got)
	}
}

func TestSockets(t *testing.T) {
	t.Parallel()
	url := page(t, "", echoPage)
	tab := browsertest.New(t).Open(url + "/page")
	tab.Ready()
	browsertest.Eval[any](tab, `void socket.send("hello")`)
	tab.Wait(`heard.join() === "hello"`)

	sockets := tab.Sockets()
	want := []browsertest.Frame{{Sent: true, Text: "hello"}, {Text: "hello"}}
	if len(sockets) != 1 || !sockets[0].Open || sockets[0].URL != "ws"+url[len("http"):]+"/socket" || !slices.Equal(sockets[0].Frames, want) {
		t.Errorf("sockets: %+v", sockets)
	}
	browsertest.Eval[any](tab, `void socket.close(3000)`)
	tab.Wait(`heard.at(-1) === "closed 3000"`)
	browsertest.Eval[any](tab, `connect().then(() => {})`)
	if sockets = tab.Sockets(); len(sockets) != 2 || sockets[0].Open || !sockets[1].Open {
		t.Errorf("sockets: %+v", sockets)
	}
}
