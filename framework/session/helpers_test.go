package session_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/ocsigo/start/framework/session"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// ada and bob are the users of these stories.
const (
	ada session.UserID = 7
	bob session.UserID = 8
)

// world is one node without a network: a Manager, its store, its users and its clock.
type world struct {
	*session.Manager
	t     testing.TB
	store *store
	clock *clock
	users *users
	log   *bytes.Buffer

	options session.Options
}

// newWorld makes one; change may change its options.
func newWorld(t testing.TB, change ...func(*session.Options)) *world {
	t.Helper()
	w := &world{t: t, store: &store{MemoryStore: &session.MemoryStore{}}, clock: &clock{now: time.Now()}, users: &users{}, log: &bytes.Buffer{}}
	opts := session.Options{
		Groups: w.users.groups,
		Build:  "this build",
		Now:    w.clock.Now,
		Log:    slog.New(slog.NewTextHandler(w.log, nil)),
	}
	for _, f := range change {
		f(&opts)
	}
	w.options = opts
	w.Manager = session.New(w.store, opts)
	t.Cleanup(w.Close)
	return w
}

// another is one more node over what the first one's store keeps, with the same users and the same clock.
func (w *world) another() *world {
	other := &world{t: w.t, store: &store{MemoryStore: w.store.MemoryStore}, clock: w.clock, users: w.users, log: &bytes.Buffer{}}
	other.options = w.options
	other.options.Log = slog.New(slog.NewTextHandler(other.log, nil))
	other.Manager = session.New(other.store, other.options)
	w.t.Cleanup(other.Close)
	return other
}

// store is what one node sees of a memory store. It counts rows that are made, and fails when it is told to.
type store struct {
	*session.MemoryStore
	made  atomic.Int64
	asked atomic.Int64 // how often for sessions
	fails atomic.Bool
	noted atomic.Int64 // how often activity was written
	full  atomic.Bool  // it takes no more
	stuck atomic.Bool  // it renews nothing

	meanwhile func() // is called once, just before a session is inserted

	opens func(context.Context, func() (session.Opened, error)) (session.Opened, error) // opens once, instead
	found func()                                                                        // is called once, when a session was found and before that is answered

	deaf atomic.Bool // it hears nothing
	cut  context.CancelFunc
}

// hears says whether the node hears what others tell.
func (s *store) hears(does bool) {
	s.deaf.Store(!does)
	if !does {
		s.cut()
	}
}

func (s *store) Listen(ctx context.Context, ready func(), hear func(session.Message)) error {
	if s.deaf.Load() {
		return errStore
	}
	ctx, s.cut = context.WithCancel(ctx)
	defer s.cut()
	return s.MemoryStore.Listen(ctx, ready, hear)
}

var errStore = errors.New("the store does not answer")

func (s *store) Open(ctx context.Context, r session.Record, atMost int, by session.Ending) (session.Opened, error) {
	if s.fails.Load() || s.full.Load() || ctx.Err() != nil {
		return session.Opened{}, errStore
	}
	if do := s.meanwhile; do != nil {
		s.meanwhile = nil
		do()
	}
	s.made.Add(1)
	if do := s.opens; do != nil {
		s.opens = nil
		return do(ctx, func() (session.Opened, error) { return s.MemoryStore.Open(ctx, r, atMost, by) })
	}
	return s.MemoryStore.Open(ctx, r, atMost, by)
}

func (s *store) Find(ctx context.Context, token session.Hash, now time.Time) (session.Record, error) {
	s.asked.Add(1)
	if s.fails.Load() {
		return session.Record{}, errStore
	}
	r, err := s.MemoryStore.Find(ctx, token, now)
	if do := s.found; do != nil {
		s.found = nil
		do()
	}
	return r, err
}

func (s *store) FindAll(ctx context.Context, ids []session.ID) ([]session.Record, error) {
	s.asked.Add(1)
	if s.fails.Load() {
		return nil, errStore
	}
	return s.MemoryStore.FindAll(ctx, ids)
}

func (s *store) Renew(ctx context.Context, with session.Renewal) (session.Record, error) {
	if s.fails.Load() || s.stuck.Load() {
		return session.Record{}, errStore
	}
	return s.MemoryStore.Renew(ctx, with)
}

func (s *store) Note(ctx context.Context, all []session.Activity) error {
	s.noted.Add(1)
	if s.fails.Load() {
		return errStore
	}
	return s.MemoryStore.Note(ctx, all)
}

func (s *store) Delete(ctx context.Context, id session.ID, how session.Ending) ([]session.Record, error) {
	if s.fails.Load() || ctx.Err() != nil {
		return nil, errStore
	}
	return s.MemoryStore.Delete(ctx, id, how)
}

func (s *store) DeleteUser(ctx context.Context, user session.UserID, but session.ID, how session.Ending) ([]session.Record, error) {
	if s.fails.Load() || ctx.Err() != nil {
		return nil, errStore
	}
	return s.MemoryStore.DeleteUser(ctx, user, but, how)
}

func (s *store) DeleteBrowser(ctx context.Context, browser session.Hash, how session.Ending) ([]session.Record, error) {
	if s.fails.Load() || ctx.Err() != nil {
		return nil, errStore
	}
	return s.MemoryStore.DeleteBrowser(ctx, browser, how)
}

type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// users are who exists, and in which groups: everybody in none, until told otherwise.
type users struct {
	mu      sync.Mutex
	members map[session.UserID][]session.Group
	gone    map[session.UserID]bool
	fault   error
	asked   int
}

func (u *users) join(user session.UserID, groups ...session.Group) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.members = map[session.UserID][]session.Group{user: groups}
}

func (u *users) remove(user session.UserID) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.gone = map[session.UserID]bool{user: true}
}

func (u *users) fail(err error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.fault = err
}

func (u *users) groups(_ context.Context, user session.UserID, of []session.Group) (in []session.Group, err error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.asked++
	switch {
	case u.fault != nil:
		return nil, u.fault
	case u.gone[user]:
		return nil, session.ErrNoUser
	}
	for _, group := range of {
		if slices.Contains(u.members[user], group) {
			in = append(in, group)
		}
	}
	return in, nil
}

// gone removes her sessions as another node does that tells nobody, and lets time pass until nobody believes in them.
func (w *world) gone(user session.UserID) error {
	_, err := w.store.DeleteUser(context.Background(), user, 0, session.Ending{})
	w.Doubt()
	return err
}

// leaves removes a user's account, which nobody believes to be there any more.
func (w *world) leaves(user session.UserID) {
	w.users.remove(user)
	w.Doubt()
}

// browser is one cookie jar.
type browser struct {
	w       *world
	cookies map[string]string
	headers map[string]string // that it sends beside
}

func (w *world) browser() *browser { return &browser{w: w, cookies: map[string]string{}} }

// serve makes one request and returns its answer.
func (b *browser) serve(h http.HandlerFunc) *http.Response {
	recorder := httptest.NewRecorder()
	b.w.Middleware(h).ServeHTTP(recorder, b.request())
	answer := recorder.Result()
	for _, c := range answer.Cookies() {
		b.cookies[c.Name] = c.Value
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	return answer
}

// ask makes one request, with f behind a wrapper, and returns what the wrapper returned.
func (b *browser) ask(f func(ctx context.Context) error, opts ...session.Option) (err error) {
	return b.run(session.Wrap(func(ctx context.Context, _ struct{}) (struct{}, error) { return struct{}{}, f(ctx) }, opts...))
}

// run makes one request of a wrapped function.
func (b *browser) run(f func(context.Context, struct{}) (struct{}, error)) (err error) {
	b.bare(func(ctx context.Context) { _, err = f(ctx, struct{}{}) })
	return err
}

// bare makes one request without a wrapper.
func (b *browser) bare(f func(ctx context.Context)) *http.Response {
	return b.serve(func(_ http.ResponseWriter, r *http.Request) { f(r.Context()) })
}

// page makes one request that must not fail.
func (b *browser) page(f func(ctx context.Context)) {
	b.w.t.Helper()
	if err := b.ask(func(ctx context.Context) error { f(ctx); return nil }); err != nil {
		b.w.t.Fatal(err)
	}
}

// do makes one request in which f must not fail.
func (b *browser) do(f func(ctx context.Context) error) {
	b.w.t.Helper()
	if err := b.ask(f); err != nil {
		b.w.t.Fatal(err)
	}
}

func (b *browser) connect(user session.UserID, opts ...session.ConnectOption) {
	b.w.t.Helper()
	b.do(func(ctx context.Context) error { return session.Connect(ctx, user, opts...) })
}

func (b *browser) disconnect() { b.w.t.Helper(); b.do(session.Disconnect) }

func (b *browser) disconnectAll(opts ...session.DisconnectAllOption) {
	b.w.t.Helper()
	b.do(func(ctx context.Context) error { return session.DisconnectAll(ctx, opts...) })
}

// visitor is who a page of this browser is for.
func (b *browser) visitor() (who session.UserID) {
	b.w.t.Helper()
	b.page(func(ctx context.Context) { who, _ = session.Current(ctx).User() })
	return who
}

// document loads a page and returns its token; its handler may do something first.
func (b *browser) document(handler ...func(ctx context.Context)) (token string) {
	b.w.t.Helper()
	b.do(func(ctx context.Context) (err error) {
		for _, f := range handler {
			f(ctx)
		}
		token, err = session.PageToken(ctx)
		return err
	})
	return token
}

// request is what this browser sends.
func (b *browser) request() *http.Request {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	for name, value := range b.headers {
		r.Header.Set(name, value)
	}
	return r
}

// hello says hello for a document.
func (b *browser) hello(token, previous string) (*tab, error) {
	h := &host{}
	t, err := b.w.OpenTab(b.w.t.Context(), b.w.Cookies(b.request()), session.Hello{Token: token, Previous: previous}, h)
	if err != nil {
		return nil, err
	}
	b.w.t.Cleanup(t.Close)
	return &tab{Tab: t, host: h, w: b.w}, nil
}

// open loads a document and says hello for it.
func (b *browser) open() *tab { b.w.t.Helper(); return b.openAfter(nil) }

// openAfter opens the document that follows in a tab.
func (b *browser) openAfter(previous *tab) *tab {
	b.w.t.Helper()
	id := ""
	if previous != nil {
		id = previous.ID()
	}
	t, err := b.hello(b.document(), id)
	if err != nil {
		b.w.t.Fatalf("hello: %v", err)
	}
	return t
}

// tab is an open one, and what it was told.
type tab struct {
	*session.Tab
	*host
	w      *world
	number int    // the identity number that it knows
	token  string // of its document, where a test has noted it
}

// call calls a server function of the tab.
func (t *tab) call(f func(ctx context.Context)) error {
	ctx, end, err := begin(t, t.number, wanted)
	if err != nil {
		return err
	}
	defer end()
	f(ctx)
	return nil
}

// wanted is a call that nobody cancels.
const wanted = caller(true)

// caller is one who wants his call, or does not any more.
type caller bool

func (c caller) Starts(context.CancelCauseFunc) bool { return bool(c) }

func (caller) Page() any { return nil }

func (caller) Waits() bool { return true }

// asCaller is one who does something first.
type asCaller func(cancel context.CancelCauseFunc) bool

func (f asCaller) Starts(cancel context.CancelCauseFunc) bool { return f(cancel) }

func (asCaller) Page() any { return nil }

func (asCaller) Waits() bool { return true }

// mute is a call that wants no answer.
type mute struct{ caller }

func (mute) Waits() bool { return false }

// do is a call that must be let in.
func (t *tab) do(f func(ctx context.Context)) {
	t.w.t.Helper()
	if err := t.call(f); err != nil {
		t.w.t.Fatalf("call: %v", err)
	}
}

// start runs the start hooks, which must not fail.
func (t *tab) start() *tab {
	t.w.t.Helper()
	if err := t.Start(t.w.t.Context()); err != nil {
		t.w.t.Fatalf("start: %v", err)
	}
	return t
}

// host writes down what a tab is told.
type host struct {
	full error // admits nobody

	mu   sync.Mutex
	told []string
}

func (h *host) Admit(session.Visitor) error { return h.full }

func (h *host) Restart(how session.Restart) {
	h.note([]string{"ask first", "same page", "main page"}[how])
}
func (h *host) End()   { h.note("end") }
func (h *host) Evict() { h.note("evict") }

func (h *host) note(what string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.told = append(h.told, what)
}

// heard returns what the tab was told so far.
func (h *host) heard() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.told)
}

// what the tabs are told.
var (
	askFirst = []string{"ask first"}
	mainPage = []string{"main page"}
	samePage = []string{"same page"}
)

// how documents that cannot go on load again.
var (
	mayStay   = session.OutOfDate{How: session.AskFirst}
	loadAgain = session.OutOfDate{How: session.SamePage}
	goHome    = session.OutOfDate{How: session.MainPage}
)

// journal writes down what happens, in order.
type journal struct {
	mu  sync.Mutex
	log []string
}

func (j *journal) note(what string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.log = append(j.log, what)
}

// check compares what has happened since the last check.
func (j *journal) check(t *testing.T, want ...string) {
	t.Helper()
	j.mu.Lock()
	defer j.mu.Unlock()
	if !slices.Equal(j.log, want) {
		t.Errorf("\n  got  %q\n  want %q", j.log, want)
	}
	j.log = nil
}

// panics reports whether f does.
func panics(f func()) (did bool) {
	defer func() { did = recover() != nil }()
	f()
	return false
}

type beginner interface {
	Begin(number int, by session.Caller) (session.Call, error)
}

// begin starts a call of a tab, and returns what ends it.
func begin(t beginner, number int, by session.Caller) (ctx context.Context, end func(), err error) {
	call, err := t.Begin(number, by)
	if err != nil {
		return nil, nil, err
	}
	return call, call.End, nil
}
