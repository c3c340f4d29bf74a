package browser_test

import (
	"fmt"
	"io"
	"net/http"
	"testing"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// logsIn is a page that calls a function which logs in, and notes what comes of it where the next document finds it.
const logsIn = `void call("logIn", 7).then((x) => "done " + x, (e) => [e.kind, ...Object.entries(e.fields).flat()].join(" "))
	.then((x) => { sessionStorage.came = x; call("after").catch(() => {}) })`

// redeeming opens a tab whose call gets a ticket. redeem answers when the tab asks with it.
func redeeming(t *testing.T, redeem http.HandlerFunc) (*server, line, *browsertest.Tab, heard) {
	t.Helper()
	s, l := listening(t)
	s.handle("POST /process", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || string(body) != `{"ticket":"T1"}` || r.Header.Get("Content-Type") != "application/json" ||
			r.Header.Get("Ocsigo-Process") != "p1" || r.Header.Get("Ocsigo-Identity") != "0" {
			t.Errorf("the tab asks with %s and %v: %v", body, r.Header, err)
		}
		redeem(w, r)
	})
	tab := browsertest.New(t).Open(s.URL)
	l.greet(t)
	tab.Ready()
	browsertest.Eval[any](tab, logsIn)
	asked := l.next(t, "logIn")
	asked.conn.WriteJSON(map[string]any{
		"jsonrpc": "2.0", "method": "$/ticket", "params": map[string]any{"id": asked.ID, "ticket": "T1"},
	})
	return s, l, tab, asked
}

// fails answers with an error as it crosses the wire.
func fails(w http.ResponseWriter, status int, kind string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"code":1,"message":"No.","data":{"kind":%q,"fields":{"email":"is unknown"}}}`, kind)
}

// TestTicket: the call is done when its ticket is redeemed, not before, and what is said then is said as the user.
func TestTicket(t *testing.T) {
	t.Parallel()
	redeemed, goOn := make(chan struct{}), make(chan struct{})
	s, l, tab, asked := redeeming(t, func(w http.ResponseWriter, r *http.Request) {
		close(redeemed)
		hold(r, goOn)
		w.Header().Set("Set-Cookie", "dev-session=new; Path=/; HttpOnly")
		w.Header().Set("Ocsigo-Identity", "1")
		w.WriteHeader(http.StatusNoContent)
	})
	document := tab.Document()
	reply(asked.conn, asked.ID, "well")
	<-redeemed
	browsertest.Eval[any](tab, `void call("meanwhile").catch(() => {})`)
	l.next(t, "meanwhile")
	if came := browsertest.Eval[string](tab, `sessionStorage.came ?? "nothing"`); came != "nothing" {
		t.Errorf("the call is %q before it is done", came)
	}
	close(goOn)
	if identity := l.next(t, "$/identity"); string(identity.Params) != `{"number":1}` {
		t.Errorf("the tab says %s", identity.Params)
	}
	l.next(t, "after")
	if came := browsertest.Eval[string](tab, `sessionStorage.came`); came != "done well" {
		t.Errorf("the call is %q", came)
	}
	s.hasAsked("POST /process")
	asked.conn.Close()
	if hello, want := l.greet(t), `{"process":"p1","number":1,"identity":"nobody's","received":2}`; string(hello.Params) != want {
		t.Errorf("the tab comes back with %s, want %s", hello.Params, want)
	}
	stays(t, tab, document)
}

// TestTicketFails: the call fails with what the answer says, and the tab stays as it was.
func TestTicketFails(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		redeem http.HandlerFunc
		came   string
	}{
		"refused":    {func(w http.ResponseWriter, _ *http.Request) { fails(w, http.StatusForbidden, "no_ticket") }, "no_ticket email is unknown"},
		"no answer":  {hangsUp, "interrupted"},
		"a proxy":    {func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no upstream", http.StatusBadGateway) }, "interrupted"},
		"a log-in":   {func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "Who are you?") }, "interrupted"},
		"a redirect": {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/", http.StatusSeeOther) }, "interrupted"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, l, tab, asked := redeeming(t, test.redeem)
			document := tab.Document()
			reply(asked.conn, asked.ID, "well")
			l.next(t, "after")
			if came := browsertest.Eval[string](tab, `sessionStorage.came`); came != test.came {
				t.Errorf("the call is %q, want %q", came, test.came)
			}
			stays(t, tab, document)
		})
	}
}

// TestTicketEndsTheTab: where it is not the tab that goes on, the document is loaded again, and the call says first what
// came of it.
func TestTicketEndsTheTab(t *testing.T) {
	t.Parallel()
	leaves := func(w http.ResponseWriter) { w.Header().Set("Ocsigo-Load", "document") }
	for name, test := range map[string]struct {
		redeem http.HandlerFunc
		came   string
	}{
		"another user": {func(w http.ResponseWriter, _ *http.Request) {
			leaves(w)
			w.WriteHeader(http.StatusNoContent)
		}, "done well"},
		"another user, and an error": {func(w http.ResponseWriter, _ *http.Request) {
			leaves(w)
			fails(w, http.StatusInternalServerError, "internal")
		}, "internal email is unknown"},
		"unknown": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Ocsigo-Refused", "process")
			http.Error(w, "refused", http.StatusConflict)
		}, "interrupted"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, l, tab, asked := redeeming(t, test.redeem)
			document := tab.Document()
			reply(asked.conn, asked.ID, "well")
			h := l.hear(t, "$/hello")
			for ; h.Method != "$/hello"; h = l.hear(t, "$/hello") { // what it says before it has heard
			}
			h.welcome()
			tab.WaitNewDocument(document)
			if came := browsertest.Eval[string](tab, `sessionStorage.came`); came != test.came {
				t.Errorf("the call is %q, want %q", came, test.came)
			}
		})
	}
}

// TestTicketComesFirst: a restart waits for the answer, which may set cookies.
func TestTicketComesFirst(t *testing.T) {
	t.Parallel()
	redeemed, goOn, answered := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	_, l, tab, asked := redeeming(t, func(w http.ResponseWriter, r *http.Request) {
		close(redeemed)
		hold(r, goOn)
		w.WriteHeader(http.StatusNoContent)
		answered <- r.Context().Err()
	})
	document := tab.Document()
	reply(asked.conn, asked.ID, "well")
	<-redeemed
	hangUp(asked.conn, 4501, "")
	waitState(tab, "restarting")
	browsertest.Eval[any](tab, `new Promise((resolve) => setTimeout(resolve, 200))`) // a document would be loaded by then
	stays(t, tab, document)
	close(goOn)
	if err := <-answered; err != nil {
		t.Error("the tab has not waited")
	}
	l.greet(t)
	tab.WaitNewDocument(document)
}

// TestTicketOfAFailedCall is not redeemed.
func TestTicketOfAFailedCall(t *testing.T) {
	t.Parallel()
	s, l, tab, asked := redeeming(t, func(http.ResponseWriter, *http.Request) { t.Error("it is redeemed") })
	refuse(asked.conn, asked.ID, "sold_out")
	l.next(t, "after")
	if came := browsertest.Eval[string](tab, `sessionStorage.came`); came != "sold_out" {
		t.Errorf("the call is %q", came)
	}
	s.hasAsked("")
}
