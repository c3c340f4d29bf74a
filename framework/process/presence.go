package process

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// Presence says who is here: in a chat room, at a document. A tab enters under a key, and is there until it shows
// another page, leaves, or is gone.
//
//	var readers = process.NewPresence[DocumentID](hub, "document.readers")
//
//	err := readers.Enter(ctx, document)      // a server function that the page's script calls
//	here := readers.Here(document)           // anywhere: {Tabs: 3, Browsers: 2, People: 1, Users: [7]}
//
//	events.document.readers(({key, value}) => show(value.here))    // in the browser
//
// Who listens hears at once how things are, and then each change, with all that there is: nothing needs to be added up.
// Changes that come close together are told as one, ten times a second at most.
//
// Somebody who goes counts a while longer (Grace). Who comes back meanwhile in the same browser, and as the same, has
// never been away: a link, a reload, a lost network, or one more log-in of the same user makes nothing flicker. Not so after a
// log-out, or where another logs in: that is at once.
//
// It counts the tabs of this node, as whom they belong to. One whose session was ended without a restart counts as before,
// until it is closed. (Ocsigen: none. A site builds it of Os_notif, or of Eliom_notif.)
type Presence[K comparable] struct {
	topic *Topic[K, PresenceChange]
	grace time.Duration
	work  sync.WaitGroup // timers that run

	mu     sync.Mutex // protects the fields below; the topic's is taken after it
	places map[K]*place
	closed bool
}

// PresenceOption is an option of NewPresence.
type PresenceOption func(*presenceOptions)

type presenceOptions struct{ grace time.Duration }

// Grace is how long somebody who has gone still counts. Default 5 seconds; 0 for not at all.
func Grace(d time.Duration) PresenceOption { return func(o *presenceOptions) { o.grace = d } }

// NewPresence declares a presence, before serving: it is a topic of this name, with PresenceChange for its values, and
// panics as NewTopic does. (Ocsigen: none.)
func NewPresence[K comparable](h *Hub, name string, opts ...PresenceOption) *Presence[K] {
	o := presenceOptions{grace: 5 * time.Second}
	for _, option := range opts {
		option(&o)
	}
	p := &Presence[K]{
		topic:  NewTopic[K, PresenceChange](h, name),
		grace:  o.grace,
		places: map[K]*place{},
	}
	h.sessions.OnStartConnectedProcess(p.recognise)
	h.atEnd(p.end)
	return p
}

// WithoutListening is for Enter: the tab is there, and does not hear who else is.
func WithoutListening() ListenOption { return func(l *listening) { l.mute = true } }

// Enter makes the tab that asks present under a key, until it shows another page, or calls Leave. Unless told otherwise it
// listens too. A tab that is there already stays, for the longer of the two times. Whether it may is asked by the server
// function that calls this.
//
// It fails as Topic.Listen does, but is never Stale. session.ErrNotConnected and ErrUnavailable: the tab's session has just
// ended, or it cannot be known whether it has. A tab that was not there is not there then. (Ocsigen: none.)
func (p *Presence[K]) Enter(ctx context.Context, key K, opts ...ListenOption) error {
	process, from, err := callOf(ctx)
	if err != nil {
		return err
	}
	o := listeningOf(opts)
	one := &presence{
		process: process, tab: session.TabOf(ctx), browser: session.BrowserHash(ctx), page: o.page,
	}
	switch err := one.look(); {
	case errors.Is(err, session.ErrNoTab):
		return ErrNoTab
	case err != nil:
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	at := p.placeLocked(key)
	defer p.wakeLocked(key, at, time.Now())
	there := at.tabs[process] != nil
	err = p.enterLocked(key, at, one, from)
	if err == nil && !o.mute {
		err = p.listenLocked(ctx, key, at, opts)
	}
	switch {
	case there:
	case err == nil:
		at.welcome(one)
	default: // perhaps it is there, and cannot listen
		process.stays.drop(&one.stay)
		delete(at.tabs, process)
	}
	return err
}

func (p *Presence[K]) enterLocked(key K, at *place, one *presence, from *shown) error {
	if err := one.process.stays.allows(one.page, from); err != nil {
		return err
	}
	before := at.tabs[one.process]
	if before != nil && one.process.stays.drop(&before.stay) { // else it is just ending, and this one begins
		one.page = one.page && before.page
	}
	one.stay.end = func(why Leaving) { p.left(key, one, why) }
	if err := one.process.stays.keep(&one.stay, one.page, from); err != nil {
		if before != nil {
			p.leaveLocked(at, before, TabEnded)
		}
		return err
	}
	at.tabs[one.process] = one
	return nil
}

// Listen lets the tab that asks hear who is here without being there itself, until it shows another page, or calls Leave.
// It fails as Enter does. (Ocsigen: none.)
func (p *Presence[K]) Listen(ctx context.Context, key K, opts ...ListenOption) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := p.placeLocked(key)
	defer p.wakeLocked(key, at, time.Now())
	return p.listenLocked(ctx, key, at, opts)
}

func (p *Presence[K]) listenLocked(ctx context.Context, key K, at *place, opts []ListenOption) error {
	process, _ := processOf(ctx)
	begins := !p.topic.hears(key, process)
	err := p.topic.Listen(ctx, key, "", opts...)
	if err == nil {
		at.asking[process] = begins || at.asking[process]
	}
	return err
}

// Leave ends what Enter and Listen began, at once; a tab that has begun neither stays so. ErrNoTab: no tab makes this
// request. (Ocsigen: none.)
func (p *Presence[K]) Leave(ctx context.Context, key K) error {
	process, err := processOf(ctx)
	if err != nil {
		return err
	}
	p.expel(key, func(one *presence) bool { return one.process == process })
	return p.topic.Unlisten(ctx, key)
}

// LeaveUser does the same for all the tabs that a user has on this node, for who may not be there any more. First see to it
// that no server function lets him in again. (Ocsigen: none.)
func (p *Presence[K]) LeaveUser(user session.UserID, key K) {
	p.expel(key, func(one *presence) bool { return is(one.who, user) })
	p.topic.UnlistenUser(user, key)
}

func (p *Presence[K]) expel(key K, whose func(*presence) bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := p.placeLocked(key)
	defer p.wakeLocked(key, at, time.Now())
	for _, one := range at.tabs {
		if one.look(); whose(one) {
			one.process.stays.drop(&one.stay)
			p.leaveLocked(at, one, Unlistens)
		}
	}
	at.forget(whose)
}

// left is the end of a stay.
func (p *Presence[K]) left(key K, one *presence, why Leaving) {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := p.places[key]
	if at == nil || at.tabs[one.process] != one { // it has entered anew meanwhile
		return
	}
	p.leaveLocked(at, one, why)
	p.wakeLocked(key, at, time.Now())
}

// leaveLocked lets somebody go: he counts for the grace time, unless it was meant so.
func (p *Presence[K]) leaveLocked(at *place, one *presence, why Leaving) {
	delete(at.tabs, one.process)
	one.why, one.until = why, time.Now().Add(p.grace)
	if why == Unlistens || why == TabEnded || p.grace <= 0 {
		at.gone(one)
		return
	}
	at.away = append(at.away, one)
}

// Here says who is here now, of this node. The zero Here is nobody. (Ocsigen: none.)
func (p *Presence[K]) Here(key K) Here {
	p.mu.Lock()
	defer p.mu.Unlock()
	if at := p.places[key]; at != nil {
		return at.count()
	}
	return Here{}
}

// recognise is the start hook of a user's tab. One that was nobody's before, because he has logged in in it, may be
// somewhere already.
func (p *Presence[K]) recognise(ctx context.Context, _ session.UserID) error {
	process, err := processOf(ctx)
	if err != nil || session.TabOf(ctx).Number() == 0 {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for key, at := range p.places {
		if at.tabs[process] != nil {
			p.wakeLocked(key, at, time.Now())
		}
	}
	return nil
}

func (p *Presence[K]) placeLocked(key K) *place {
	at := p.places[key]
	if at == nil {
		at = &place{tabs: map[*Process]*presence{}, asking: map[*Process]bool{}, why: map[session.UserID]Leaving{}}
		p.places[key] = at
	}
	return at
}
