package process

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime/debug"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// ErrTooManyNotices says that notices of one key come faster than they can be told, as a rule because Prepare takes its
// time. The notice was dropped.
var ErrTooManyNotices = errors.New("process: too many notices of one key wait to be told")

const (
	noticesWaiting = 1000            // of one key
	prepareTime    = 5 * time.Second // for one notice and one recipient
)

// notice waits to be told to those who listen to its key.
type notice[T any] struct {
	number uint64
	value  T
	except []Except

	asking   map[*Process]bool // some of those who listen to a presence
	toAsking bool              // it is for these alone; else for the others

	frame  []byte // the last one made for a recipient
	framed T      // of which value
}

// Except leaves tabs out of those who hear a notice. The zero Except leaves out none.
type Except struct {
	tab  *Process
	user session.UserID
}

func (e Except) leavesOut(p *Process, who session.Visitor) bool { return p == e.tab || is(who, e.user) }

// ExceptMe leaves out the tab that makes this request, which knows already what it has done. Where no tab does, for
// instance when a form was sent without a script, it leaves out none. (Ocsigen: ~notfor:`Me, which fails there.)
func ExceptMe(ctx context.Context) Except {
	me, _ := processOf(ctx)
	return Except{tab: me}
}

// ExceptUser leaves out all the tabs of a user. (Ocsigen: ~notfor:`User.)
func ExceptUser(user session.UserID) Except { return Except{user: user} }

// Prepare makes of a topic's value what one recipient may know of it, or says false: that one hears nothing. It is called
// once for each notice and each user who listens, and once for nobody, with whom the tab belongs to at that moment. It
// must not change what the value points to. What it returns is checked like any value that crosses the wire; when that
// fails, or f panics, it is logged, and that recipient hears nothing.
//
// The context is no request's: it ends after 5 seconds, or when the hub closes. While f runs the notices of that key
// wait; it may notify by itself. (Ocsigen: the prepare of Os_notif.Make.)
func Prepare[K comparable, T any](f func(ctx context.Context, to session.Visitor, key K, value T) (T, bool)) TopicOption[K, T] {
	return func(t *Topic[K, T]) { t.prepare = f }
}

// Notify tells the tabs that listen to a key. Change first what the notice tells of: a page that is made meanwhile shows it
// then, or is told that it is stale. Notify does not wait for any tab; it may wait for Prepare.
//
// The error says that the value does not cross the wire, if nothing prepares it; or it is ErrTooManyNotices. Nobody
// was told then; but pages from before are stale all the same, for what they show has changed. (Ocsigen: notify.)
func (t *Topic[K, T]) Notify(key K, value T, except ...Except) error {
	n := &notice[T]{value: value, framed: value, except: except}
	if t.prepare == nil {
		frame, err := t.kind.frame(Notice[K, T]{key, value})
		if err != nil {
			t.change(key)
			return err
		}
		n.frame = frame
	}
	mine, err := t.put(key, n)
	if mine {
		t.begin(key)
	}
	return err
}

// change counts a change that nobody is told of.
func (t *Topic[K, T]) change(key K) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.history.change(key)
}

// put lets a notice wait for its turn. When it is mine nobody tells what waits: the caller must begin.
func (t *Topic[K, T]) put(key K, n *notice[T]) (mine bool, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	n.number = t.history.change(key) // what it tells of has changed, whatever comes of the notice
	c := t.circles[key]
	switch {
	case c == nil:
		return false, nil
	case len(c.waiting) >= noticesWaiting:
		return false, fmt.Errorf("topic %q: %w", t.kind.Name, ErrTooManyNotices)
	}
	c.waiting = append(c.waiting, n)
	mine, c.busy = !c.busy, true
	return mine, nil
}

// begin tells what has waited longest. What others have put behind it is not this goroutine's to tell: another goes on,
// also when Prepare has ended this one (runtime.Goexit).
func (t *Topic[K, T]) begin(key K) {
	defer t.goOn(key)
	t.tell(key, t.next(key))
}

func (t *Topic[K, T]) goOn(key K) {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := t.circles[key] // it is there: it is busy
	if len(c.waiting) > 0 && !t.ended {
		t.work.Go(func() { t.begin(key) })
		return
	}
	c.waiting, c.busy = nil, false
	t.tidyLocked(key)
}

func (t *Topic[K, T]) next(key K) *notice[T] {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := t.circles[key]
	n := c.waiting[0]
	c.waiting[0] = nil
	c.waiting = c.waiting[1:]
	return n
}

// tell sends a notice to the tabs that listen.
func (t *Topic[K, T]) tell(key K, n *notice[T]) {
	frames := map[session.Visitor][]byte{}
	for _, l := range t.listeners(key) {
		if !n.reaches(l) {
			continue
		}
		if frame := t.frameFor(l, key, n, frames); frame != nil && !l.over.Load() {
			l.process.post(parcel{frame: frame})
		}
	}
}

// reaches reports whether a listener is among the recipients, whoever it is now.
func (n *notice[T]) reaches(l *listener) bool {
	_, asks := n.asking[l.process]
	return asks == n.toAsking && n.number > l.from
}

// frameFor is what a listener hears, as whom it belongs to; nil for nothing. After what has taken its time it asks
// again who that is.
func (t *Topic[K, T]) frameFor(l *listener, key K, n *notice[T], frames map[session.Visitor][]byte) []byte {
	for {
		who, absent := l.tab.Present()
		for _, except := range n.except {
			if except.leavesOut(l.process, who) {
				return nil
			}
		}
		if absent != nil {
			l.tab.Misses()
			return nil
		}
		if frame, made := frames[who]; made {
			return frame
		}
		frames[who] = t.frameOf(who, key, n)
	}
}

// frameOf prepares and encodes a notice for a recipient; nil for one who hears nothing. A value like the one before is not
// encoded again.
func (t *Topic[K, T]) frameOf(to session.Visitor, key K, n *notice[T]) []byte {
	if t.prepare == nil {
		return n.frame
	}
	value, hears := t.prepared(to, key, n.value)
	switch {
	case !hears:
		return nil
	case n.frame != nil && same(value, n.framed):
		return n.frame
	}
	frame, err := t.kind.frame(Notice[K, T]{key, value})
	if err != nil {
		t.kind.hub.opts.Log.Error("notice not told", "topic", t.kind.Name, "error", err)
		return nil
	}
	n.frame, n.framed = frame, value
	return frame
}

func (t *Topic[K, T]) prepared(to session.Visitor, key K, value T) (prepared T, hears bool) {
	ctx, cancel := context.WithTimeout(t.ctx, prepareTime)
	defer cancel()
	defer func() {
		if crash := recover(); crash != nil {
			t.kind.hub.opts.Log.Error("notice not told", "topic", t.kind.Name, "panic", crash, "stack", string(debug.Stack()))
			hears = false
		}
	}()
	return t.prepare(ctx, to, key, value)
}

// same reports whether two values are known to be equal.
func same[T any](a, b T) bool {
	v := reflect.ValueOf(a)
	return v.IsValid() && v.Comparable() && any(a) == any(b)
}
