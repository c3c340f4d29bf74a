package process

import (
	"context"
	"reflect"
	"sync"
	"sync/atomic"

	"github.com/ocsigo/start/framework/session"
)

// Topic tells tabs what happens to things, each thing under a key: messages to the room they are said in, changes to the
// document that they change. A tab listens to the keys that its page shows, and hears notices of these alone.
//
//	var said = process.NewTopic[RoomID, Message](hub, "chat.said")
//
//	v := said.Version(room)                                  // the page: first this,
//	messages := messagesOf(room)                             // and then what it shows
//
//	err := said.Listen(ctx, room, v)                         // a server function that its script calls with v
//
//	said.Notify(room, message, process.ExceptMe(ctx))        // whoever changes something: first that, and then this
//
//	events.chat.said(({key, value}) => …)                    // in the browser
//
// Nothing slips between the page and the listening: Listen returns Stale when something came in between, and then the
// page reads again. A notice may tell what the page shows already, when that had changed and the notice was still to
// come. A server function may also listen first, with the zero Version, and then read and return what there is.
//
// All tabs hear the notices of one key in the same order. A topic is this node's: its tabs hear what is notified here.
//
// While the node could not ask for 30 seconds whether sessions are still open, no tab of a user hears anything. Those
// that have missed something load their pages again afterwards.
// (Ocsigen: Os_notif, Eliom_notif. There a page listens without a version.)
type Topic[K comparable, T any] struct {
	kind    *EventType
	prepare func(context.Context, session.Visitor, K, T) (T, bool)

	ctx    context.Context // of what prepares: it ends with the hub
	cancel context.CancelFunc
	work   sync.WaitGroup // goroutines that send

	mu      sync.Mutex // protects the fields below
	history history[K]
	circles map[K]*circle[T]
	ended   bool // no goroutine begins any more
}

// circle is those who listen to one key, and what waits to be told to them. It is there as long as there is either.
type circle[T any] struct {
	listeners map[*Process]*listener
	waiting   []*notice[T]
	busy      bool // somebody tells what waits
}

// listener is one tab that listens to one key.
type listener struct {
	process *Process
	tab     *session.Tab
	from    uint64 // it hears what has a higher number
	stay    stay
	page    bool        // its stay ends with the page
	over    atomic.Bool // it has ended
}

// Notice is what the tabs hear of a topic.
type Notice[K comparable, T any] struct {
	Key   K `json:"key"`
	Value T `json:"value"`
}

// TopicOption is an option of NewTopic.
type TopicOption[K comparable, T any] func(*Topic[K, T])

// NewTopic declares a topic, before serving. It shares its names with events, and Notice[K, T] must be a type that crosses
// the wire: else it panics. (Ocsigen: Os_notif.Make_Simple, and with Prepare Os_notif.Make.)
func NewTopic[K comparable, T any](h *Hub, name string, opts ...TopicOption[K, T]) *Topic[K, T] {
	t := &Topic[K, T]{
		kind:    declare(h, name, reflect.TypeFor[Notice[K, T]]()),
		history: newHistory[K](),
		circles: map[K]*circle[T]{},
	}
	t.ctx, t.cancel = context.WithCancel(context.Background())
	for _, option := range opts {
		option(t)
	}
	h.atEnd(t.end)
	return t
}

// end waits for what is being told; what waits behind it is dropped.
func (t *Topic[K, T]) end() {
	t.mu.Lock()
	t.ended = true
	t.mu.Unlock()
	t.cancel()
	t.work.Wait()
}

// Version is how far the topic has come, for a page that is going to show what the key stands for. Take it before
// reading that. It is the same for each key, and good for all keys of the page at once.
func (t *Topic[K, T]) Version(K) Version {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.history.version()
}

// ListenOption says how a tab listens, or is present.
type ListenOption func(*listening)

type listening struct{ page, mute bool }

// ForTab lets it last as long as the tab, and not only as long as the page that the tab shows.
func ForTab() ListenOption { return func(l *listening) { l.page = false } }

func listeningOf(opts []ListenOption) listening {
	l := listening{page: true}
	for _, option := range opts {
		option(&l)
	}
	return l
}

// Listen lets the tab that makes this request hear the notices of a key, from now on until it shows another page or
// calls Unlisten. Whether it may is asked by the server function that calls this; Prepare asks again for each notice. A
// tab that listens already goes on, for the longer of the two times. It goes on too when it becomes a user's.
//
// Stale: the key has changed since that version, or may have; the tab listens no more and no less than before.
// ErrNoTab: no server function of a tab asks, or the tab is gone. ErrTooManyStays: it listens to 1000 keys already, those
// counted at which it is present. Interrupted: the page that has asked is not shown any more. (Ocsigen: listen.)
func (t *Topic[K, T]) Listen(ctx context.Context, key K, since Version, opts ...ListenOption) error {
	p, from, err := callOf(ctx)
	if err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.history.changed(key, since) {
		return Stale
	}
	return t.listenLocked(&listener{
		process: p, tab: session.TabOf(ctx), from: t.history.last, page: listeningOf(opts).page,
	}, key, from)
}

func (t *Topic[K, T]) listenLocked(l *listener, key K, from *shown) error {
	stays := &l.process.stays
	if err := stays.allows(l.page, from); err != nil {
		return err
	}
	c := t.circles[key]
	if c == nil {
		c = &circle[T]{listeners: map[*Process]*listener{}}
		t.circles[key] = c
	}
	if before := c.listeners[l.process]; before != nil {
		if stays.drop(&before.stay) { // else it is just ending, and this one begins
			l.from, l.page = before.from, l.page && before.page
		}
		t.removeLocked(key, before)
	}
	l.stay.end = func(Leaving) { t.remove(key, l) }
	if err := stays.keep(&l.stay, l.page, from); err != nil {
		t.tidyLocked(key)
		return err
	}
	c.listeners[l.process] = l
	t.circles[key] = c
	return nil
}

// Unlisten ends what Listen began; a tab that does not listen stays so. A notice that is on its way may still come.
// ErrNoTab: no tab makes this request. (Ocsigen: unlisten.)
func (t *Topic[K, T]) Unlisten(ctx context.Context, key K) error {
	p, err := processOf(ctx)
	if err != nil {
		return err
	}
	t.stop(key, func(l *listener) bool { return l.process == p })
	return nil
}

// UnlistenUser ends the listening of all the tabs that a user has on this node, for who may not hear a key any more. First
// see to it that no server function lets him listen again. (Ocsigen: unlisten_user; Ext.unlisten for a tab of another.)
func (t *Topic[K, T]) UnlistenUser(user session.UserID, key K) {
	t.stop(key, func(l *listener) bool { return is(l.tab.Visitor(), user) })
}

func is(visitor session.Visitor, user session.UserID) bool {
	me, connected := visitor.User()
	return connected && me == user
}

func (t *Topic[K, T]) stop(key K, whose func(*listener) bool) {
	for _, l := range t.listeners(key) {
		if whose(l) {
			l.process.stays.drop(&l.stay)
			t.remove(key, l)
		}
	}
}

// listeners are those of a key at the moment.
func (t *Topic[K, T]) listeners(key K) (all []*listener) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if c := t.circles[key]; c != nil {
		all = make([]*listener, 0, len(c.listeners))
		for _, l := range c.listeners {
			all = append(all, l)
		}
	}
	return all
}

// hears reports whether a tab listens to a key.
func (t *Topic[K, T]) hears(key K, p *Process) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := t.circles[key]
	return c != nil && c.listeners[p] != nil
}

func (t *Topic[K, T]) remove(key K, l *listener) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.removeLocked(key, l)
}

// removeLocked forgets a listener, unless another has taken its place.
func (t *Topic[K, T]) removeLocked(key K, l *listener) {
	l.over.Store(true)
	if c := t.circles[key]; c != nil && c.listeners[l.process] == l {
		delete(c.listeners, l.process)
		t.tidyLocked(key)
	}
}

// tidyLocked forgets a key to which nobody listens.
func (t *Topic[K, T]) tidyLocked(key K) {
	if c := t.circles[key]; c != nil && len(c.listeners) == 0 && !c.busy {
		delete(t.circles, key)
	}
}
