package session

import "maps"

// house is the open tabs of one browser. What is asked for each of its requests takes no longer where there are
// many of them: they are under the registry's lock, which everybody shares.
type house struct {
	tabs    map[ID]tabSet // by their session
	fresh   tabSet        // those of which it is being looked up
	seen    ID            // the session of which all others were told
	news    tabSet        // those that are not of that session, as far as is known, and have come since
	expects ID            // the session whose first hello is waited for, with an alarm
}

type tabSet map[*Tab]struct{}

func newHouse() *house { return &house{tabs: map[ID]tabSet{}, fresh: tabSet{}, news: tabSet{}} }

// add puts a tab in whose session is not known yet.
func (h *house) add(t *Tab) {
	h.fresh[t] = struct{}{}
	h.news[t] = struct{}{}
}

// settle puts a tab under its session.
func (h *house) settle(t *Tab) {
	with(h.tabs, t.record.ID, t)
	if t.record.ID != h.seen {
		h.news[t] = struct{}{}
	}
}

func (h *house) remove(t *Tab) {
	without(h.tabs, t.record.ID, t)
	delete(h.fresh, t)
	delete(h.news, t)
}

func (h *house) empty() bool { return len(h.tabs)+len(h.fresh) == 0 }

// all are the tabs of this browser. There are none in no house.
func (h *house) all(yield func(*Tab) bool) {
	if h == nil {
		return
	}
	for t := range h.fresh {
		if !yield(t) {
			return
		}
	}
	for _, some := range h.tabs {
		for t := range some {
			if !yield(t) {
				return
			}
		}
	}
}

// of are the tabs of one session.
func (h *house) of(id ID) tabSet {
	if h == nil {
		return nil
	}
	return h.tabs[id]
}

// hasStrangers reports whether there may be tabs that have not been told of this session.
func (h *house) hasStrangers(id ID) bool {
	switch {
	case h == nil:
		return false
	case h.seen == id:
		return len(h.news) > 0
	case len(h.fresh) > 0:
		return true
	case h.tabs[id] == nil:
		return len(h.tabs) > 0
	default:
		return len(h.tabs) > 1
	}
}

// strangers are the tabs that have not been told of this session. From now on they have. A tab that comes with a
// token of the session itself is none: it is being looked up.
func (h *house) strangers(record Record) tabSet {
	found := h.news
	if h.seen != record.ID {
		found = maps.Clone(h.fresh)
		for other, some := range h.tabs {
			if other != record.ID {
				maps.Copy(found, some)
			}
		}
	}
	h.seen, h.news = record.ID, tabSet{}
	for t := range h.fresh {
		if record.opensBy(t.token) {
			delete(found, t)
		}
	}
	return found
}

// opensBy reports whether this is the session's token, or the one before.
func (r Record) opensBy(token Hash) bool {
	return token == r.Token || token == r.Before && token != (Hash{})
}

func with[K comparable](index map[K]tabSet, key K, t *Tab) {
	if index[key] == nil {
		index[key] = tabSet{}
	}
	index[key][t] = struct{}{}
}

func without[K comparable](index map[K]tabSet, key K, t *Tab) {
	delete(index[key], t)
	if len(index[key]) == 0 {
		delete(index, key)
	}
}
