package process_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/ocsigo/start/framework/process/processtest"
)

// TestTopicModel: pages read, listen and apply notices, while others write and while the tabs turn to other pages. At the
// end each shows what there is, in its order.
func TestTopicModel(t *testing.T) {
	for seed := range uint64(5) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { topicModel(t, seed) })
	}
}

func topicModel(t *testing.T, seed uint64) {
	const tabs, rounds, writers, each = 6, 6, 3, 60
	w := newWorld(t)
	r := newRooms(w.api, w.Tabs)
	turns := make(chan struct{}, writers*each) // the writers go on as the tabs do, and without them at the end
	var writing, reading sync.WaitGroup
	var order sync.Mutex // what is written and told under it is in one order
	for n := range writers {
		random := rand.New(rand.NewPCG(seed, uint64(n)))
		writing.Go(func() {
			for i := range each {
				<-turns
				order.Lock()
				err := r.say(roomOf(random), fmt.Sprintf("%d.%d", n, i))
				order.Unlock()
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	var readers []*reader
	for n := range tabs {
		one := &reader{
			random: rand.New(rand.NewPCG(seed, uint64(100+n))),
			tab:    processtest.NewBrowser(t, w.URL).Open("/"), t: t, shown: map[string][]string{},
			turn: func() {
				select {
				case turns <- struct{}{}:
				default:
				}
			},
		}
		readers = append(readers, one)
		reading.Go(func() {
			one.show("hall", true)
			for range rounds {
				one.turnPage()
				one.show(roomOf(one.random), false)
			}
		})
	}
	reading.Wait()
	close(turns)
	writing.Wait()
	for n, one := range readers {
		one.apply()
		for room, shown := range one.shown {
			if want := r.read(room); !slices.Equal(shown, want) {
				t.Errorf("tab %d shows of %s\n%v, want\n%v", n, room, shown, want)
			}
		}
	}
}

func roomOf(random *rand.Rand) string { return []string{"hall", "red", "blue"}[random.IntN(3)] }

// reader is a tab with its script: it keeps what it shows up to date.
type reader struct {
	t      *testing.T
	tab    *processtest.Tab
	random *rand.Rand
	turn   func()
	shown  map[string][]string
}

// show reads a room and listens to it; when that does not succeed at once, it listens first and then reads.
func (r *reader) show(room string, forTab bool) {
	if r.shown[room] != nil { // the hall, on every page
		return
	}
	for range r.random.IntN(4) {
		page := r.read(room)
		if r.listen(Listen{room, page.Version, forTab}) {
			r.shown[room] = page.Texts
			return
		}
	}
	r.listen(Listen{Room: room, ForTab: forTab})
	r.shown[room] = r.read(room).Texts
}

func (r *reader) read(room string) (page Shown) {
	r.turn()
	if err := r.tab.Call("rooms.read", []string{room}, &page); err != nil {
		r.t.Error(err)
	}
	for range r.random.IntN(3) {
		r.turn()
	}
	return page
}

func (r *reader) listen(to Listen) bool {
	r.turn()
	err := r.tab.Call("rooms.listen", to, nil)
	var stale *processtest.Failure
	if errors.As(err, &stale) && stale.Data.Kind == "stale" {
		return false
	}
	if err != nil {
		r.t.Error(err)
	}
	return true
}

// turnPage leaves all rooms but the hall.
func (r *reader) turnPage() {
	r.turn()
	r.apply()
	turnPage(r.tab)
	r.apply()
	r.shown = map[string][]string{"hall": r.shown["hall"]}
}

// apply takes in what the tab has heard. It may be shown already.
func (r *reader) apply() {
	for _, said := range heard(r.t, r.tab) {
		room, text, _ := strings.Cut(said, "=")
		if shown, here := r.shown[room]; here && !slices.Contains(shown, text) {
			r.shown[room] = append(shown, text)
		}
	}
}

// TestTopicOrder: all tabs hear what many tell at once, all of it and in the same order.
func TestTopicOrder(t *testing.T) {
	const tellers, each = 8, 25
	w := newWorld(t)
	r := newRooms(w.api, w.Tabs)
	b := processtest.NewBrowser(t, w.URL)
	var tabs []*processtest.Tab
	for range 4 {
		tab := b.Open("/")
		must(t, tab, "rooms.listen", Listen{Room: "red"})
		tabs = append(tabs, tab)
	}
	var telling sync.WaitGroup
	for n := range tellers {
		telling.Go(func() {
			for i := range each {
				if err := r.say("red", fmt.Sprintf("%d.%d", n, i)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	telling.Wait()
	var first []string
	for n, tab := range tabs {
		var got []string
		for range tellers * each {
			got = append(got, noticeOf(t, tab.WaitEvent()))
		}
		switch {
		case n == 0:
			first = got
		case !slices.Equal(got, first):
			t.Errorf("tab %d has heard\n%v, and another\n%v", n, got, first)
		}
	}
}
