package session

import "maps"

// house is the open tabs of one browser. What is asked for each of its requests takes no longer where there are
// many of them: they are under the registry's lock, which everybody shares.
type house struct {
	tabs    map[Hash]tabSet // by the token of their session
	seen    Hash            // the session of which all others were told
	news    tabSet          // those that are not of that session and have come since
	expects ID              // the session whose first hello is waited for, with an alarm
}

type tabSet map[*Tab]struct{}

// add puts a tab under its token.
func (h *house) add(t *Tab) {
	with(h.tabs, t.token, t)
	if t.token != h.seen {
		h.news[t] = struct{}{}
	}
}

func (h *house) remove(t *Tab) {
	without(h.tabs, t.token, t)
	delete(h.news, t)
}

// all are the tabs of this browser. There are none in no house.
func (h *house) all(yield func(*Tab) bool) {
	if h == nil {
		return
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
func (h *house) of(token Hash) tabSet {
	if h == nil {
		return nil
	}
	return h.tabs[token]
}

// hasStrangers reports whether there are tabs that have not been told of this session.
func (h *house) hasStrangers(token Hash) bool {
	switch {
	case h == nil:
		return false
	case h.seen == token:
		return len(h.news) > 0
	case h.tabs[token] == nil:
		return len(h.tabs) > 0
	default:
		return len(h.tabs) > 1
	}
}

// strangers are the tabs that have not been told of this session. From now on they have.
func (h *house) strangers(token Hash) tabSet {
	found := h.news
	if h.seen != token {
		found = tabSet{}
		for other, some := range h.tabs {
			if other != token {
				maps.Copy(found, some)
			}
		}
	}
	h.seen, h.news = token, tabSet{}
	return found
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
