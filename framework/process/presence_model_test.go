package process_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/session"
)

// TestPresenceModel: tabs of three users and of nobody come and go, in all ways and all at once. When they have come to
// rest everybody knows who is here, and what was told adds up.
func TestPresenceModel(t *testing.T) {
	for seed := range uint64(10) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *bubble, _ *processtest.Browser) { presenceModel(t, w, seed) })
		})
	}
}

func presenceModel(t *testing.T, w *bubble, seed uint64) {
	d := newDoors(t, w.api, w.tabs)
	watching := d.watch(w.browser(t))
	var guests []*guest
	var opening sync.Mutex
	for user := range 4 {
		for range 2 {
			b := w.browser(t)
			if b.Get("/"); user > 0 {
				b.Get("/in?user=" + number(user))
			}
			for range 2 {
				random := rand.New(rand.NewPCG(seed, uint64(len(guests))))
				guests = append(guests, &guest{t: t, opening: &opening, browser: b, user: session.UserID(user), random: random})
			}
		}
	}
	var moving sync.WaitGroup
	for _, g := range guests {
		moving.Go(func() {
			for range 12 {
				g.move()
				time.Sleep(time.Duration(g.random.IntN(400)) * time.Millisecond)
			}
		})
	}
	moving.Wait()
	time.Sleep(6 * time.Second)

	tabs, browsers, people := 0, map[*processtest.Browser]bool{}, map[any]bool{}
	var users []session.UserID
	for _, g := range guests {
		switch {
		case !g.here:
			continue
		case g.user == 0:
			people[g.browser] = true
		default:
			people[g.user] = true
			users = append(users, g.user)
		}
		tabs, browsers[g.browser] = tabs+1, true
	}
	users = slices.Compact(users)
	d.wait(0, tabs, len(browsers), len(people), users...)

	told := map[session.UserID]bool{}
	changes := watching.heard()
	for _, change := range changes {
		for _, user := range change.Came {
			if told[user] {
				t.Errorf("%d came twice", user)
			}
			told[user] = true
		}
		for _, gone := range change.Left {
			if !told[gone.User] || gone.Why == "" {
				t.Errorf("%+v was not here", gone)
			}
			delete(told, gone.User)
		}
	}
	if last := changes[len(changes)-1].Here; len(told) != len(users) || !slices.Equal(last.Users, users) || last.Tabs != tabs {
		t.Errorf("told %v, and last %+v; here are %v", told, last, users)
	}
	for _, g := range guests {
		g.leave()
	}
	time.Sleep(6 * time.Second)
	synctest.Wait()
	if kept := d.Kept(); kept != 0 {
		t.Errorf("%d keys are kept", kept)
	}
}

// guest is one tab, or none for the moment.
type guest struct {
	t       *testing.T
	opening *sync.Mutex // one tab opens at a time: the bubble counts them
	browser *processtest.Browser
	user    session.UserID
	random  *rand.Rand
	tab     *processtest.Tab
	here    bool
}

func (g *guest) move() {
	if g.tab == nil {
		g.open()
	}
	switch g.random.IntN(5) {
	case 0, 1:
		must(g.t, g.tab, "doors.enter", Door{Room: "red", Mute: true})
		g.here = true
	case 2:
		must(g.t, g.tab, "doors.leave", []string{"red"})
		g.here = false
	case 3:
		turnPage(g.tab)
		must(g.t, g.tab, "nothing", nil) // behind it
		g.here = false
	case 4:
		g.leave()
	}
}

func (g *guest) open() {
	g.opening.Lock()
	defer g.opening.Unlock()
	g.tab = g.browser.Open("/")
}

func (g *guest) leave() {
	if g.tab != nil {
		g.tab.Close()
		g.tab, g.here = nil, false
	}
}
