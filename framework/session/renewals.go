package session

import "time"

// renewal says which token a session has instead of one that was renewed.
type renewal struct {
	token Hash
	at    time.Time
}

// keyLocked is the newest token, as far as this node knows, of the session that a token opens.
func (g *registry) keyLocked(token Hash) Hash {
	for range len(g.renewals) { // a chain cannot be longer
		next, renewed := g.renewals[token]
		if !renewed {
			break
		}
		token = next.token
	}
	return token
}

// renew registers under another token all that is registered under one: requests and tabs of one session, whose
// browser this is. It reports whether that is news.
func (g *registry) renew(browser, before, token Hash, now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	before = g.keyLocked(before)
	if before == token || g.keyLocked(token) == before {
		return false
	}
	g.renewals[before] = renewal{token, now}
	g.moveRequestsLocked(before, token)
	g.browsers[browser].renew(before, token)
	return true
}

// unrenew takes a renewal back that did not come about.
func (g *registry) unrenew(browser, before, token Hash) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.renewals[before].token != token {
		return
	}
	delete(g.renewals, before)
	g.moveRequestsLocked(token, before)
	g.browsers[browser].renew(token, before)
}

func (g *registry) moveRequestsLocked(from, to Hash) {
	for r := range g.requests[from] {
		r.key = to
		if g.requests[to] == nil {
			g.requests[to] = map[*request]struct{}{}
		}
		g.requests[to][r] = struct{}{}
	}
	delete(g.requests, from)
}

// forgetRenewals forgets those made until then. Who still comes with a token of these is found in the store by it,
// and registered under the new one then.
func (g *registry) forgetRenewals(until time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for before, r := range g.renewals {
		if !r.at.After(until) {
			delete(g.renewals, before)
		}
	}
}

// renew puts the tabs of one token under another.
func (h *house) renew(before, token Hash) {
	if h == nil {
		return
	}
	for t := range h.tabs[before] {
		t.token = token
		with(h.tabs, token, t)
	}
	delete(h.tabs, before)
	if h.seen == before {
		h.seen = token
	}
}
