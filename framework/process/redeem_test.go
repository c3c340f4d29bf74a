package process

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ocsigo/start/framework/session"
)

// ticketWorld is a node without sockets, with one tab of one browser: what a ticket needs.
type ticketWorld struct {
	t        *testing.T
	store    *brittle
	sessions *session.Manager
	hub      *Hub
	cookies  map[string]string
	tab      *session.Tab
	log      bytes.Buffer
	fault    func() error // of OnOpenSession

	mu    sync.Mutex // protects hooks
	hooks []string   // that have run
}

// brittle is a store that panics when it is told to, instead of making a session.
type brittle struct {
	session.MemoryStore
	breaks atomic.Bool
}

func (s *brittle) Open(ctx context.Context, r session.Record, atMost int, by session.Ending) (session.Opened, error) {
	if s.breaks.Load() {
		panic("secret of the store")
	}
	return s.MemoryStore.Open(ctx, r, atMost, by)
}

// mute is the host of a tab that hears nothing.
type mute struct{}

func (mute) Admit(session.Visitor) error { return nil }
func (mute) Restart(session.Restart)     {}
func (mute) End()                        {}
func (mute) Evict()                      {}

// newTicketWorld opens the tab of a user, or of nobody.
func newTicketWorld(t *testing.T, user session.UserID) *ticketWorld {
	t.Helper()
	w := &ticketWorld{t: t, store: &brittle{}, cookies: map[string]string{}, fault: func() error { return nil }}
	log := slog.New(slog.NewTextHandler(&w.log, nil))
	w.sessions = session.New(w.store, session.Options{Log: log})
	t.Cleanup(w.sessions.Close)
	w.hub = New(w.sessions, Options{Origin: "https://example.com", Log: log})
	note := func(hook string) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.hooks = append(w.hooks, hook)
	}
	w.sessions.OnRequest(func(_ context.Context, v session.Visitor) error { note("request"); return nil })
	w.sessions.OnUnconnectedRequest(func(context.Context) error { note("unconnected request"); return nil })
	w.sessions.OnConnectedRequest(func(context.Context, session.UserID) error { note("connected request"); return nil })
	w.sessions.OnOpenSession(func(context.Context, session.UserID) error { note("open"); return w.fault() })
	w.sessions.OnStartConnectedProcess(func(context.Context, session.UserID) error { note("start connected"); return nil })
	if user != 0 {
		w.page(func(ctx context.Context) error { return session.Connect(ctx, user) })
	}
	w.tab = w.open()
	w.hooks = nil
	return w
}

// page makes one request of the browser that is none of the tab.
func (w *ticketWorld) page(f func(ctx context.Context) error) {
	w.t.Helper()
	recorder := httptest.NewRecorder()
	w.sessions.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if err := f(r.Context()); err != nil {
			w.t.Fatal(err)
		}
	})).ServeHTTP(recorder, w.request())
	w.keep(recorder.Result())
}

func (w *ticketWorld) keep(answer *http.Response) {
	for _, c := range answer.Cookies() {
		w.cookies[c.Name] = c.Value
	}
}

// request is what the browser sends.
func (w *ticketWorld) request() *http.Request {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	w.carry(r)
	return r
}

// carry gives a request the browser's cookies.
func (w *ticketWorld) carry(r *http.Request) {
	for name, value := range w.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
}

// open opens one more tab.
func (w *ticketWorld) open() *session.Tab {
	w.t.Helper()
	var token string
	w.page(func(ctx context.Context) (err error) {
		if _, err = session.CheckIdentityTag(ctx, ""); err == nil { // it looks the session up
			token, err = session.PageToken(ctx)
		}
		return err
	})
	tab, err := w.sessions.OpenTab(w.t.Context(), w.sessions.Cookies(w.request()), session.Hello{Token: token}, mute{})
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(tab.Close)
	if err := tab.Start(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	return tab
}

// ticket is that of a call of the tab.
func (w *ticketWorld) ticket(f func(ctx context.Context) error) string {
	w.t.Helper()
	ctx, err := w.tab.Begin(w.tab.Number(), wanted{})
	if err != nil {
		w.t.Fatal(err)
	}
	defer ctx.End()
	if err := f(ctx); err != nil {
		w.t.Fatal(err)
	}
	ticket, ok := session.Ticket(ctx)
	if !ok {
		w.t.Fatal("there is no ticket")
	}
	return ticket
}

func logIn(user session.UserID) func(context.Context) error {
	return func(ctx context.Context) error { return session.Connect(ctx, user) }
}

// post is the request of the tab, as its runtime makes it.
func (w *ticketWorld) post(body string, number string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/process", strings.NewReader(body))
	w.carry(r)
	r.Header.Set("Origin", "https://example.com")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Ocsigo-Process", w.tab.ID())
	r.Header.Set("Ocsigo-Identity", number)
	return r
}

func bodyOf(ticket string) string { return `{"ticket": "` + ticket + `"}` }

// send gives the hub a request, and keeps the cookies of its answer.
func (w *ticketWorld) send(r *http.Request) *http.Response {
	recorder := httptest.NewRecorder()
	w.hub.redeem(recorder, r)
	answer := recorder.Result()
	w.keep(answer)
	if got := answer.Header.Get("Cache-Control"); got != "no-store" {
		w.t.Errorf("the answer may be kept: %q", got)
	}
	return answer
}

// wantDone fails unless a ticket was redeemed, with an answer that gives a number and says how to load.
func (w *ticketWorld) wantDone(answer *http.Response, number, load string) {
	w.t.Helper()
	h := answer.Header
	if answer.StatusCode != http.StatusNoContent || h.Get("Ocsigo-Identity") != number || h.Get("Ocsigo-Load") != load {
		w.t.Errorf("got %d, %v", answer.StatusCode, h)
	}
	if len(answer.Cookies()) != 1 || answer.Cookies()[0].Name != "dev-session" {
		w.t.Errorf("the cookies are %v", answer.Cookies())
	}
}

// wantFailure fails unless an answer is this error, and changes nothing in the browser.
func (w *ticketWorld) wantFailure(what string, answer *http.Response, status, code int, kind string) Error {
	w.t.Helper()
	var got Error
	if err := json.UnmarshalRead(answer.Body, &got, json.RejectUnknownMembers(true)); err != nil {
		w.t.Errorf("%s: %v", what, err)
	}
	if answer.StatusCode != status || got.Number != code || got.Kind.Kind != kind || strings.Contains(got.Message, "secret") {
		w.t.Errorf("%s: %d, %+v", what, answer.StatusCode, got)
	}
	if len(answer.Cookies()) > 0 || answer.Header.Get("Content-Type") != "application/json; charset=utf-8" || answer.Header.Get("Ocsigo-Identity") != "" {
		w.t.Errorf("%s: %v", what, answer.Header)
	}
	return got
}

func (w *ticketWorld) wantRefused(what string, answer *http.Response) {
	w.t.Helper()
	if answer.StatusCode != http.StatusConflict || answer.Header.Get("Ocsigo-Refused") != "process" || len(w.hooks) > 0 {
		w.t.Errorf("%s: %d, %v; %q have run", what, answer.StatusCode, answer.Header, w.hooks)
	}
}

// rows are the sessions of a user.
func (w *ticketWorld) rows(user session.UserID) int {
	w.t.Helper()
	all, err := w.store.OfUser(w.t.Context(), user)
	if err != nil {
		w.t.Fatal(err)
	}
	return len(all)
}

// TestRedeem: the answer sets the cookie and tells the tab its number. Once.
func TestRedeem(t *testing.T) {
	w := newTicketWorld(t, 0)
	ticket := w.ticket(logIn(7))
	w.wantDone(w.send(w.post(bodyOf(ticket), "0")), "1", "")
	if want := []string{"request", "unconnected request", "open", "start connected"}; !slices.Equal(w.hooks, want) {
		t.Errorf("the hooks are %q", w.hooks)
	}
	if me, _ := w.tab.Visitor().User(); me != 7 || w.rows(7) != 1 {
		t.Errorf("the tab is user %d's, who has %d sessions", me, w.rows(7))
	}
	w.wantFailure("again", w.send(w.post(bodyOf(ticket), "1")), http.StatusForbidden, -32014, "no_ticket")
	w.hooks = nil
	w.wantRefused("again, as before", w.send(w.post(bodyOf(ticket), "0")))
}

// TestRedeemProof: the session has another cookie, and the tab goes on as it was.
func TestRedeemProof(t *testing.T) {
	w := newTicketWorld(t, 7)
	was := w.cookies["dev-session"]
	w.wantDone(w.send(w.post(bodyOf(w.ticket(session.Reauthenticated)), "0")), "", "")
	if w.cookies["dev-session"] == was || w.tab.Number() != 0 || w.rows(7) != 1 {
		t.Errorf("the tab has number %d, the user %d sessions", w.tab.Number(), w.rows(7))
	}
	if want := []string{"request", "connected request"}; !slices.Equal(w.hooks, want) {
		t.Errorf("the hooks are %q", w.hooks)
	}
}

// TestRedeemOverAnotherUser: the tab loads a document.
func TestRedeemOverAnotherUser(t *testing.T) {
	w := newTicketWorld(t, 7)
	w.wantDone(w.send(w.post(bodyOf(w.ticket(logIn(8))), "0")), "", "document")
	if w.rows(7) != 0 || w.rows(8) != 1 {
		t.Errorf("the one before has %d sessions, the new one %d", w.rows(7), w.rows(8))
	}
}

// TestRedeemFails: the error is what the call fails with, and nobody is connected.
func TestRedeemFails(t *testing.T) {
	sold := &Error{1, "Sold out.", Kind{Kind: "sold_out"}}
	for what, c := range map[string]struct {
		fault        func() error
		status, code int
		kind         string
	}{
		"permission denied": {func() error { return session.ErrPermissionDenied }, 403, -32005, "permission_denied"},
		"not connected":     {func() error { return session.ErrNotConnected }, 403, -32001, "not_connected"},
		"reauthenticate":    {func() error { return session.ErrNotRecent }, 403, -32010, "reauthenticate"},
		"unavailable":       {func() error { return session.ErrUnavailable }, 503, -32009, "unavailable"},
		"meant":             {func() error { return errors.Join(sold) }, 403, 1, "sold_out"},
		"internal":          {func() error { return errors.New("secret of the hook") }, 500, -32603, "internal"},
		"panic":             {func() error { panic("secret of the panic") }, 500, -32603, "internal"},
	} {
		w := newTicketWorld(t, 0)
		w.fault = c.fault
		answer := w.send(w.post(bodyOf(w.ticket(logIn(7))), "0"))
		got := w.wantFailure(what, answer, c.status, c.code, c.kind)
		if wants := c.status == http.StatusInternalServerError; wants != (got.Kind.ID != "") || wants && !strings.Contains(w.log.String(), "id="+got.Kind.ID) {
			t.Errorf("%s: the id is %q. The log: %s", what, got.Kind.ID, w.log.String())
		}
		if again := answer.Header.Get("Retry-After"); (again != "") != (c.status == http.StatusServiceUnavailable) {
			t.Errorf("%s: again after %q", what, again)
		}
		if w.rows(7) != 0 || w.tab.Visitor().Connected() {
			t.Errorf("%s: she is connected", what)
		}
	}
}

// TestRedeemPanics: what panics outside of hooks ends the request and nothing else.
func TestRedeemPanics(t *testing.T) {
	w := newTicketWorld(t, 0)
	w.store.breaks.Store(true)
	ticket := w.ticket(logIn(7))
	got := w.wantFailure("a store", w.send(w.post(bodyOf(ticket), "0")), 500, -32603, "internal")
	if got.Kind.ID == "" || !strings.Contains(w.log.String(), "secret of the store") {
		t.Errorf("the log: %s", w.log.String())
	}
	w.store.breaks.Store(false)
	w.wantDone(w.send(w.post(bodyOf(w.ticket(logIn(7))), "0")), "1", "")
}

// TestRedeemPanicsUnheard: the log has the panic of a hook also when the tab has gone meanwhile, or the time is over.
func TestRedeemPanicsUnheard(t *testing.T) {
	for what, end := range map[string]func(context.Context) (context.Context, context.CancelFunc){
		"the tab has gone": func(ctx context.Context) (context.Context, context.CancelFunc) { return context.WithCancel(ctx) },
		"the time was over": func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithDeadline(ctx, time.Now())
		},
	} {
		w := newTicketWorld(t, 0)
		ctx, cancel := end(t.Context())
		w.fault = func() error {
			cancel()
			panic("secret of the panic")
		}
		r := w.post(bodyOf(w.ticket(logIn(7))), "0")
		got := w.wantFailure(what, w.send(r.WithContext(ctx)), 500, -32603, "internal")
		if log := w.log.String(); !strings.Contains(log, "id="+got.Kind.ID) || !strings.Contains(log, "secret of the panic") {
			t.Errorf("%s: the log: %s", what, log)
		}
	}
}

// TestRedeemTimeOver: hooks that take too long are told so, and the log-in is undone.
func TestRedeemTimeOver(t *testing.T) {
	w := newTicketWorld(t, 0)
	ctx, cancel := context.WithDeadline(t.Context(), time.Now())
	defer cancel()
	w.fault = ctx.Err
	r := w.post(bodyOf(w.ticket(logIn(7))), "0")
	w.wantFailure("too late", w.send(r.WithContext(ctx)), http.StatusServiceUnavailable, -32006, "timed_out")
	if w.rows(7) != 0 {
		t.Error("she is connected")
	}
}

// TestRedeemFromElsewhere: another site's page gets nothing, and its browser no cookie.
func TestRedeemFromElsewhere(t *testing.T) {
	w := newTicketWorld(t, 0)
	ticket := w.ticket(logIn(7))
	for what, change := range map[string]func(h http.Header){
		"no origin":        func(h http.Header) { h.Del("Origin") },
		"two origins":      func(h http.Header) { h.Add("Origin", "https://example.com") },
		"another origin":   func(h http.Header) { h.Set("Origin", "https://evil.example") },
		"a hidden origin":  func(h http.Header) { h.Set("Origin", "null") },
		"over plain HTTP":  func(h http.Header) { h.Set("Origin", "http://example.com") },
		"another site":     func(h http.Header) { h.Set("Sec-Fetch-Site", "cross-site") },
		"a sister site":    func(h http.Header) { h.Set("Sec-Fetch-Site", "same-site") },
		"without a cookie": func(h http.Header) { h.Set("Sec-Fetch-Site", "cross-site"); h.Del("Cookie") },
	} {
		r := w.post(bodyOf(ticket), "0")
		change(r.Header)
		w.wantFailure(what, w.send(r), http.StatusForbidden, -32005, "permission_denied")
	}
	if len(w.hooks) > 0 {
		t.Errorf("%q have run", w.hooks)
	}
	w.wantDone(w.send(w.post(bodyOf(ticket), "0")), "1", "")
}

// TestRedeemMalformed: what is not {"ticket": "…"} is refused before anything has run, and the ticket stays good.
func TestRedeemMalformed(t *testing.T) {
	w := newTicketWorld(t, 0)
	ticket := w.ticket(logIn(7))
	good := bodyOf(ticket)
	for body, status := range map[string]int{
		"":                             http.StatusBadRequest,
		"{}":                           http.StatusBadRequest,
		`{"ticket": null}`:             http.StatusBadRequest,
		`{"ticket": 7}`:                http.StatusBadRequest,
		`["` + ticket + `"]`:           http.StatusBadRequest,
		good + good:                    http.StatusBadRequest,
		`{"ticket":"a","ticket":"b"}`:  http.StatusBadRequest,
		`{"Ticket": "` + ticket + `"}`: http.StatusBadRequest,
		`{"ticket": "` + ticket + `", "user": 7}`: http.StatusBadRequest,
		"{\"ticket\": \"\xff\"}":                  http.StatusBadRequest,
		good + strings.Repeat(" ", 1<<10):         http.StatusRequestEntityTooLarge,
	} {
		w.wantFailure(body, w.send(w.post(body, "0")), status, -32600, "invalid_request")
	}
	for _, sent := range []string{"", "text/plain", "application/x-www-form-urlencoded", ";"} {
		r := w.post(good, "0")
		r.Header.Set("Content-Type", sent)
		w.wantFailure(sent, w.send(r), http.StatusUnsupportedMediaType, -32600, "invalid_request")
	}
	if len(w.hooks) > 0 {
		t.Errorf("%q have run", w.hooks)
	}
	r := w.post(good+strings.Repeat(" ", 1<<10-len(good)), "0")
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	w.wantDone(w.send(r), "1", "")
}

// TestRedeemForeignTab: a request that is none of the tab is refused before any hook has run, and the ticket stays good.
func TestRedeemForeignTab(t *testing.T) {
	w := newTicketWorld(t, 0)
	ticket := w.ticket(logIn(7))
	for what, change := range map[string]func(h http.Header){
		"no process":           func(h http.Header) { h.Del("Ocsigo-Process") },
		"no number":            func(h http.Header) { h.Del("Ocsigo-Identity") },
		"two processes":        func(h http.Header) { h.Add("Ocsigo-Process", w.tab.ID()) },
		"two numbers":          func(h http.Header) { h.Add("Ocsigo-Identity", "0") },
		"another number":       func(h http.Header) { h.Set("Ocsigo-Identity", "1") },
		"the number otherwise": func(h http.Header) { h.Set("Ocsigo-Identity", "00") },
		"no such number":       func(h http.Header) { h.Set("Ocsigo-Identity", "zero") },
		"an unknown process":   func(h http.Header) { h.Set("Ocsigo-Process", "AAAAAAAAAAAAAAAAAAAAAA") },
		"another browser":      func(h http.Header) { h.Set("Cookie", "dev-browser=AAAAAAAAAAAAAAAAAAAAAA") },
	} {
		r := w.post(bodyOf(ticket), "0")
		change(r.Header)
		w.wantRefused(what, w.send(r))
	}
	other := w.post(bodyOf(ticket), "0")
	other.Header.Set("Ocsigo-Process", w.open().ID())
	w.wantFailure("another tab", w.send(other), http.StatusForbidden, -32014, "no_ticket")
	w.wantDone(w.send(w.post(bodyOf(ticket), "0")), "1", "")
}

// TestRedeemAtOnce: of fifty requests with one ticket one is good, and there is one session.
func TestRedeemAtOnce(t *testing.T) {
	w := newTicketWorld(t, 0)
	body := bodyOf(w.ticket(logIn(7)))
	var good atomic.Int64
	var all sync.WaitGroup
	for range 50 {
		r := w.post(body, "0")
		all.Go(func() {
			recorder := httptest.NewRecorder()
			w.hub.redeem(recorder, r)
			switch recorder.Code {
			case http.StatusNoContent:
				good.Add(1)
			case http.StatusForbidden, http.StatusConflict:
			default:
				t.Errorf("got %d %s", recorder.Code, recorder.Body)
			}
		})
	}
	all.Wait()
	if good.Load() != 1 || w.rows(7) != 1 || w.tab.Number() != 1 {
		t.Errorf("%d were good; %d sessions; the tab has number %d", good.Load(), w.rows(7), w.tab.Number())
	}
}

// wanted is who makes a call, and wants it.
type wanted struct{}

func (wanted) Starts(context.CancelCauseFunc) bool { return true }

func (wanted) Page() any { return nil }

func (wanted) Waits() bool { return true }
