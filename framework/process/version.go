package process

import (
	"container/list"
	"crypto/rand"
	"strconv"
	"strings"
)

// Version says how far a topic has come. A page carries the one of the moment before it read what it shows, and its script
// brings it along when it listens. It crosses the wire as a string that says nothing to anybody else. The zero Version is no
// moment: with it nothing is compared.
type Version string

// changesKept is for how many keys a topic remembers when they changed.
const changesKept = 10_000

// history says when keys have changed last. It counts the changes of all keys together, and remembers a limited number of
// keys: of the others it knows that they have not changed since the floor. So it may say of a key that it has changed when
// it has not, and never the other way round: what could not be told is a change too.
type history[K comparable] struct {
	epoch string // of this node's start: the numbers of another mean nothing here
	last  uint64 // the number of the latest change
	floor uint64 // of the latest change that is forgotten
	keys  map[K]*list.Element
	order list.List // of *change[K], the oldest in front
}

type change[K comparable] struct {
	key    K
	number uint64
}

func newHistory[K comparable]() history[K] {
	return history[K]{epoch: rand.Text()[:8], keys: map[K]*list.Element{}}
}

// version is now.
func (h *history[K]) version() Version {
	return Version(h.epoch + "." + strconv.FormatUint(h.last, 36))
}

// change counts one more change, and returns its number.
func (h *history[K]) change(key K) uint64 {
	h.last++
	if known := h.keys[key]; known != nil {
		known.Value.(*change[K]).number = h.last
		h.order.MoveToBack(known)
		return h.last
	}
	h.keys[key] = h.order.PushBack(&change[K]{key, h.last})
	if h.order.Len() > changesKept {
		h.forget(h.order.Front())
	}
	return h.last
}

func (h *history[K]) forget(e *list.Element) {
	oldest := h.order.Remove(e).(*change[K])
	delete(h.keys, oldest.key)
	h.floor = oldest.number
}

// changed reports whether a key may have changed since a version. What is no version of this topic, on this node and since
// its start, tells nothing: then it may have.
func (h *history[K]) changed(key K, since Version) bool {
	if since == "" {
		return false
	}
	number, ok := h.number(since)
	return !ok || number < h.latest(key)
}

// latest is when a key has changed at the latest.
func (h *history[K]) latest(key K) uint64 {
	if known := h.keys[key]; known != nil {
		return known.Value.(*change[K]).number
	}
	return h.floor
}

func (h *history[K]) number(v Version) (number uint64, ok bool) {
	epoch, count, _ := strings.Cut(string(v), ".")
	number, err := strconv.ParseUint(count, 36, 64)
	return number, err == nil && epoch == h.epoch && number <= h.last
}
