package process

import (
	"maps"
	"time"
)

// changeEvery is how often a change of a place is told at most.
const changeEvery = 100 * time.Millisecond

// wakeLocked has a place looked at then, or as soon as something may be told there again.
func (p *Presence[K]) wakeLocked(key K, at *place, when time.Time) {
	if next := at.told.Add(changeEvery); when.Before(next) {
		when = next
	}
	switch {
	case p.closed:
		return
	case at.timer == nil:
		p.work.Add(1)
	case !when.Before(at.due) || !at.timer.Stop(): // then is early enough, or it is being looked at already
		return
	}
	at.due = when
	at.timer = time.AfterFunc(time.Until(when), func() {
		defer p.work.Done()
		p.tell(key, at)
	})
}

// tell looks at a place, and tells what has changed there.
func (p *Presence[K]) tell(key K, at *place) {
	if p.lookAt(key, at, time.Now()) {
		p.topic.begin(key)
	}
}

// lookAt puts what is to be told in line, and reports whether the caller must begin telling it.
func (p *Presence[K]) lookAt(key K, at *place, now time.Time) (begin bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	at.timer = nil
	if p.closed {
		return false
	}
	at.forget(func(one *presence) bool { return !now.Before(one.until) })
	begin = p.putLocked(key, at, now)
	if len(at.away) > 0 {
		p.wakeLocked(key, at, at.away[0].until)
	}
	if at.empty() {
		delete(p.places, key)
	}
	return begin
}

// putLocked tells a change to those who listen, and how things are to those who ask: to who has just begun nothing has
// changed, and who has asked again is told once.
func (p *Presence[K]) putLocked(key K, at *place, now time.Time) (begin bool) {
	change, changed := at.change(at.count())
	if !changed && len(at.asking) == 0 {
		return false
	}
	if changed {
		maps.DeleteFunc(at.asking, func(_ *Process, begins bool) bool { return !begins })
		begin = p.put(key, &notice[PresenceChange]{value: change, asking: at.asking})
	}
	if len(at.asking) > 0 {
		first := &notice[PresenceChange]{value: PresenceChange{Here: change.Here}, asking: at.asking, toAsking: true}
		begin = p.put(key, first) || begin
	}
	at.shown, at.told = change.Here, now
	at.asking = map[*Process]bool{}
	clear(at.why)
	return begin
}

// put reports whether the caller must begin telling.
func (p *Presence[K]) put(key K, n *notice[PresenceChange]) (begin bool) {
	frame, err := p.topic.kind.frame(Notice[K, PresenceChange]{key, n.value})
	if err == nil {
		n.frame = frame
		begin, err = p.topic.put(key, n)
	}
	if err != nil {
		p.topic.kind.hub.opts.Log.Error("presence not told", "presence", p.topic.kind.Name, "error", err)
	}
	return begin
}

// end tells nothing more.
func (p *Presence[K]) end() {
	p.mu.Lock()
	p.closed = true
	for _, at := range p.places {
		if at.timer != nil && at.timer.Stop() {
			p.work.Done()
		}
	}
	p.mu.Unlock()
	p.work.Wait()
}
