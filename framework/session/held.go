package session

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// heldFor is how long what was looked up is believed: the longest time for which a session that has ended elsewhere,
// without this node having heard of it, still opens something here.
const heldFor = 30 * time.Second

// heldAtMost bounds how many sessions, and how many users, are held. When more come within heldFor, all are forgotten.
const heldAtMost = 100_000

// held is what this node knows of sessions and users without asking.
type held struct {
	now func() time.Time

	changes atomic.Uint64 // counts what has made something held wrong; changed with mu held

	mu       sync.Mutex // protects the fields below
	sessions map[ID]heldSession
	tokens   map[Hash]ID
	users    map[UserID]heldUser
	named    []Group // all groups that were ever asked about
	swept    time.Time
}

type heldSession struct {
	record *Record
	since  time.Time
}

type heldUser struct {
	asked, in []Group
	since     time.Time
}

// look is when a look-up began. What has changed since, it may not have seen: then what it found is not held.
type look struct {
	changes uint64
	at      time.Time
}

func (h *held) init(now func() time.Time) {
	h.now = now
	h.forgetLocked()
}

func (h *held) look() look {
	h.mu.Lock()
	defer h.mu.Unlock()
	return look{h.changes.Load(), h.now()}
}

// byToken returns the session that a token opens.
func (h *held) byToken(token Hash) (*Record, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.now()
	one, ok := h.byIDLocked(h.tokens[token], now)
	if !ok || token != one.record.Token && !now.Before(one.record.BeforeEnds) {
		return nil, false
	}
	return one.record, true
}

// known is a session whose user is known to be there, as somebody has found it here who will ask again soon.
type known struct {
	record  *Record
	changes uint64
	until   time.Time
}

// still reports whether what was known still is.
func (h *held) still(k *known, id ID, now time.Time) bool {
	return k != nil && k.record.ID == id && k.changes == h.changes.Load() && now.Before(k.until)
}

// byID returns a session, and what is known of it if its user is known to be there.
func (h *held) byID(id ID, now time.Time) (record *Record, ok bool, k *known) {
	h.mu.Lock()
	defer h.mu.Unlock()
	one, ok := h.byIDLocked(id, now)
	if !ok {
		return nil, false, nil
	}
	if user, ok := h.userLocked(one.record.User, now); ok {
		since := one.since
		if user.since.Before(since) {
			since = user.since
		}
		k = &known{one.record, h.changes.Load(), since.Add(heldFor)}
	}
	return one.record, true, k
}

func (h *held) byIDLocked(id ID, now time.Time) (one heldSession, ok bool) {
	one, ok = h.sessions[id]
	return one, ok && now.Sub(one.since) < heldFor
}

func (h *held) userLocked(user UserID, now time.Time) (one heldUser, ok bool) {
	one, ok = h.users[user]
	return one, ok && now.Sub(one.since) < heldFor
}

// keep holds a session that was looked up.
func (h *held) keep(record *Record, since look) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.changes.Load() != since.changes {
		return
	}
	h.sweepLocked()
	h.dropLocked(record.ID)
	h.sessions[record.ID] = heldSession{record, since.at}
	h.tokens[record.Token] = record.ID
	if record.Before != (Hash{}) {
		h.tokens[record.Before] = record.ID
	}
}

// note says of a session that is held what its user has done since.
func (h *held) note(one Activity) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if it, ok := h.sessions[one.Session]; ok {
		it.record = it.record.after(one)
		h.sessions[one.Session] = it
	}
}

// of returns some of the sessions that are held.
func (h *held) of(which func(*Record) bool) (found []*Record) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, one := range h.sessions {
		if which(one.record) {
			found = append(found, one.record)
		}
	}
	return found
}

// drop forgets a session that has ended or changed.
func (h *held) drop(id ID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.changes.Add(1)
	h.dropLocked(id)
}

func (h *held) dropLocked(id ID) {
	if one, ok := h.sessions[id]; ok {
		delete(h.sessions, id)
		delete(h.tokens, one.record.Token)
		delete(h.tokens, one.record.Before)
	}
}

// doubt holds nothing of what is being looked up.
func (h *held) doubt() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.changes.Add(1)
}

// dropUser forgets a user who has changed.
func (h *held) dropUser(user UserID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.changes.Add(1)
	delete(h.users, user)
}

// dropAll forgets everything: messages may have been missed.
func (h *held) dropAll() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.changes.Add(1)
	h.forgetLocked()
}

func (h *held) forgetLocked() {
	h.sessions, h.tokens, h.users = map[ID]heldSession{}, map[Hash]ID{}, map[UserID]heldUser{}
}

// groups returns the groups of a user, among those that were asked about; false when these were not.
func (h *held) groups(user UserID, of []Group) (in []Group, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	one, ok := h.userLocked(user, h.now())
	if !ok {
		return nil, false
	}
	for _, group := range of {
		if !slices.Contains(one.asked, group) {
			return nil, false
		}
	}
	return one.in, true
}

// question returns what to ask about a user in one go: these groups and all others that anybody was asked about.
func (h *held) question(of []Group) []Group {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, group := range of {
		if !slices.Contains(h.named, group) {
			h.named = append(slices.Clip(h.named), group)
		}
	}
	return h.named
}

// keepUser holds what was said about a user.
func (h *held) keepUser(user UserID, asked, in []Group, since look) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.changes.Load() != since.changes {
		return
	}
	h.sweepLocked()
	h.users[user] = heldUser{asked, in, since.at}
}

// sweepLocked drops what is not believed any more, now and then; and everything when there is far too much.
func (h *held) sweepLocked() {
	full := len(h.sessions) >= heldAtMost || len(h.users) >= heldAtMost
	now := h.now()
	if !full && now.Sub(h.swept) < heldFor {
		return
	}
	h.swept = now
	for id, one := range h.sessions {
		if now.Sub(one.since) >= heldFor {
			h.dropLocked(id)
		}
	}
	for user, one := range h.users {
		if now.Sub(one.since) >= heldFor {
			delete(h.users, user)
		}
	}
	if len(h.sessions) >= heldAtMost || len(h.users) >= heldAtMost {
		h.forgetLocked()
	}
}
