package process_test

import (
	"context"
	"errors"
	"testing"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/session"
)

// TestNoHello: whatever comes instead of the hello ends the socket, and nothing that comes after it counts.
func TestNoHello(t *testing.T) {
	w := newWorld(t)
	b := processtest.NewBrowser(t, w.URL)
	token := b.Get("/").Token()
	hello := `{"jsonrpc":"2.0","id":0,"method":"$/hello","params":{"token":"` + token + `"}}`
	refused := func(id string) string {
		return failure(id, -32002, "no_hello", "The first message must be the hello.")
	}
	for name, tt := range map[string]struct{ frame, want string }{
		"a call":             {`{"jsonrpc":"2.0","id":1,"method":"nothing"}`, refused("1")},
		"a notification":     {`{"jsonrpc":"2.0","method":"nothing"}`, ""},
		"no JSON":            {`hello`, notJSON()},
		"no request":         {`{"jsonrpc":"2.0","id":1}`, notRPC("1")},
		"a hello in a batch": {`[` + hello + `]`, `[` + refused("0") + `]`},
		"a hello unasked":    {`{"jsonrpc":"2.0","method":"$/hello","params":{"token":"` + token + `"}}`, ""},
		"a hello with more":  {`{"jsonrpc":"2.0","id":0,"method":"$/hello","params":{"token":"` + token + `","user":7}}`, refused("0")},
		"a hello with less":  {`{"jsonrpc":"2.0","id":0,"method":"$/hello"}`, refused("0")},
	} {
		t.Run(name, func(t *testing.T) {
			tab := b.Dial(nil)
			tab.Send(tt.frame)
			tab.Send(hello)
			if tt.want != "" {
				if got := read(t, tab); got != tt.want {
					t.Errorf("got %s, want %s", got, tt.want)
				}
			}
			wantClose(t, tab, process.BadMessage, "")
		})
	}
	if n := w.started.Load(); n != 0 {
		t.Errorf("%d start hooks have run", n)
	}
}

// TestStartFails: the hooks go on at the one that failed, on the same socket, and calls are told to wait.
func TestStartFails(t *testing.T) {
	w := newWorld(t)
	var tries, after int
	w.sessions.OnStartProcess(func(context.Context, session.Visitor) error {
		if tries++; tries < 3 {
			return errors.New("secret of the hook")
		}
		return nil
	})
	w.sessions.OnStartUnconnectedProcess(func(context.Context) error { after++; return nil })

	b := processtest.NewBrowser(t, w.URL)
	token := b.Get("/").Token()
	tab := b.Dial(nil)
	wantKind(t, tab.Hello(token, ""), "start_failed")
	wantKind(t, tab.Call("nothing", nil, nil), "start_failed")
	wantKind(t, tab.Hello(token, ""), "start_failed")
	if err := tab.Hello(token, ""); err != nil || tab.ID == "" {
		t.Errorf("the third hello: %q, %v", tab.ID, err)
	}
	if err := tab.Call("nothing", nil, nil); err != nil {
		t.Error(err)
	}
	if first := w.started.Load(); first != 1 || tries != 3 || after != 1 {
		t.Errorf("the hooks ran %d, %d and %d times, want 1, 3 and 1", first, tries, after)
	}
}

// TestHelloPanics: neither a hook nor the site's groups function takes the node with it.
func TestHelloPanics(t *testing.T) {
	crash := false
	var node clock
	sessions := session.New(&session.MemoryStore{}, session.Options{
		Groups: func(context.Context, session.UserID, []session.Group) ([]session.Group, error) {
			if crash {
				panic("secret of the groups")
			}
			return nil, nil
		},
		Now: node.now,
	})
	var log buffer
	site := processtest.NewSite(t, sessions, process.Options{Log: logTo(&log)})
	b := processtest.NewBrowser(t, site.URL)
	b.Get("/in?user=1")
	token := b.Get("/").Token()
	node.forget()
	crash = true
	tab := b.Dial(nil)
	if err := tab.Hello(token, ""); err == nil || err.Error() != `closed with 4003 ""` {
		t.Errorf("got %v", err)
	}
	if !log.contains("secret of the groups") {
		t.Error("the log does not know why")
	}
	crash = false
	if err := b.Dial(nil).Hello(token, ""); err != nil {
		t.Error(err)
	}
}

// TestStoreCrashes: not even a crash of the store takes more than the tab with it.
func TestStoreCrashes(t *testing.T) {
	w := newWorld(t)
	b := processtest.NewBrowser(t, w.URL)
	b.Get("/in?user=1")
	token := b.Get("/").Token()
	w.forget()
	crash := func() { panic("secret of the store") }
	w.store.before.Store(&crash)
	if err := b.Dial(nil).Hello(token, ""); err == nil || err.Error() != `closed with 4003 ""` {
		t.Errorf("got %v", err)
	}
	w.store.before.Store(nil)
	if err := b.Dial(nil).Hello(token, ""); err != nil {
		t.Error(err)
	}
}

// TestPrevious: a tab's next document ends the process before it, but only the same browser's.
func TestPrevious(t *testing.T) {
	w := newWorld(t)
	ada, bob := processtest.NewBrowser(t, w.URL), processtest.NewBrowser(t, w.URL)
	old := ada.Open("/")
	token := bob.Get("/").Token()
	if err := bob.Dial(nil).Hello(token, old.ID); err != nil {
		t.Error(err)
	}
	if err := old.Call("nothing", nil, nil); err != nil {
		t.Errorf("another browser ended the process: %v", err)
	}
	if err := ada.Dial(nil).Hello(ada.Get("/").Token(), old.ID); err != nil {
		t.Error(err)
	}
	wantClose(t, old, process.Stop, "successor")
}

// TestStartDisconnects: when the session ends while a start hook runs, without a restart, the hello is
// answered all the same.
func TestStartDisconnects(t *testing.T) {
	w := newWorld(t)
	w.sessions.OnStartConnectedProcess(func(ctx context.Context, me session.UserID) error {
		if err := w.sessions.DisconnectAll(context.Background(), session.OfUser(me), session.WithRestart(false)); err != nil {
			return err
		}
		return context.Cause(ctx)
	})
	b := processtest.NewBrowser(t, w.URL)
	b.Get("/in?user=1")
	token := b.Get("/").Token()
	wantKind(t, b.Dial(nil).Hello(token, ""), "not_connected")
}
