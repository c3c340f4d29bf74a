package session

import "slices"

// house is what is under way in one browser: its open tabs and its running requests. What is asked for each of its
// requests takes no longer where there are many tabs: they are under the registry's lock, which everybody shares.
type house struct {
	running set[*request]
	parties []party   // the tabs by their session: there are few
	fresh   set[*Tab] // those of which it is being looked up
	seen    ID        // the session of which all others were told
	news    set[*Tab] // those that are not of that session, as far as is known, and have come since
	expects ID        // the session whose first hello is waited for, with an alarm
}

// party is the tabs of one session.
type party struct {
	session ID
	tabs    set[*Tab]
}

// add puts a tab in whose session is not known yet.
func (h *house) add(t *Tab) {
	h.fresh = h.fresh.with(t, inBrowser)
	h.news = h.news.with(t, inNews)
}

// settle puts a tab under its session.
func (h *house) settle(t *Tab) {
	i := h.find(t.record.ID)
	if i < 0 {
		i = len(h.parties)
		h.parties = append(h.parties, party{session: t.record.ID})
	}
	h.parties[i].tabs = h.parties[i].tabs.with(t, inBrowser)
	if t.record.ID != h.seen {
		h.news = h.news.with(t, inNews)
	}
}

func (h *house) remove(t *Tab) {
	h.fresh = h.fresh.without(t, inBrowser)
	h.news = h.news.without(t, inNews)
	i := h.find(t.record.ID)
	if i < 0 {
		return
	}
	h.parties[i].tabs = h.parties[i].tabs.without(t, inBrowser)
	if len(h.parties[i].tabs) == 0 {
		h.parties = slices.Delete(h.parties, i, i+1)
	}
}

// find is the index of a session's party; -1 when there is none.
func (h *house) find(id ID) int {
	return slices.IndexFunc(h.parties, func(p party) bool { return p.session == id })
}

func (h *house) empty() bool { return len(h.running) == 0 && !h.hasTabs() }

func (h *house) hasTabs() bool { return h != nil && len(h.parties)+len(h.fresh) > 0 }

// requests are those of this browser.
func (h *house) requests() set[*request] {
	if h == nil {
		return nil
	}
	return h.running
}

// all are the tabs of this browser. There are none in no house.
func (h *house) all(yield func(*Tab) bool) {
	if h == nil {
		return
	}
	for _, t := range h.fresh {
		if !yield(t) {
			return
		}
	}
	for _, p := range h.parties {
		for _, t := range p.tabs {
			if !yield(t) {
				return
			}
		}
	}
}

// of are the tabs of one session.
func (h *house) of(id ID) set[*Tab] {
	if h == nil {
		return nil
	}
	if i := h.find(id); i >= 0 {
		return h.parties[i].tabs
	}
	return nil
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
	default:
		return slices.ContainsFunc(h.parties, func(p party) bool { return p.session != id })
	}
}

// strangers are the tabs that have not been told of this session. From now on they have. A tab that comes with a
// token of the session itself is none: it is being looked up.
func (h *house) strangers(record *Record) []*Tab {
	found := h.news
	if h.seen != record.ID {
		found = slices.Clone(h.fresh)
		for _, p := range h.parties {
			if p.session != record.ID {
				found = append(found, p.tabs...)
			}
		}
	}
	h.seen, h.news = record.ID, nil
	return slices.DeleteFunc(found, func(t *Tab) bool { return h.fresh.has(t, inBrowser) && record.opensBy(t.token) })
}

// opensBy reports whether this is the session's token, or the one before.
func (r *Record) opensBy(token Hash) bool {
	return token == r.Token || token == r.Before && token != (Hash{})
}
