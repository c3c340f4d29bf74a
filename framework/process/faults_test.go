package process_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/rpc"
	"github.com/ocsigo/start/framework/session"
)

// Numbers of TestFaults.
const (
	faultTabs   = 100
	faultCalls  = 1000 // of each tab
	faultAtOnce = 8    // of these
	faultEvery  = 30   // calls, of all tabs
)

// numbered is what a call of TestFaults says, and is answered.
type numbered struct {
	Tab    int    `json:"tab"`
	Number int    `json:"number"`
	Nonce  string `json:"nonce"`
}

// shaky is a site whose tabs sit behind a network that fails. It counts what is done, and tells each tab of it.
type shaky struct {
	*processtest.Site
	network *processtest.Proxy
	told    *process.Event[int] // how many of its calls were done: to the tab that called
	tide    *process.Event[int] // 1, 2, 3 …: to everyone
	tabs    []*shakyTab
	done    atomic.Int64
	tides   int // were sent; only the sender looks at it before the end
}

// shakyTab is one tab as both sides see it.
type shakyTab struct {
	mu       sync.Mutex // protects the fields below; the site's half
	executed [faultCalls]int
	done     int

	client *processtest.Client
	heard  atomic.Int64 // the last of the tab's own events
	tide   atomic.Int64 // the last of everyone's
}

// TestFaults: a hundred tabs make a thousand calls each over a network that is cut, stalls, crawls and ends one way at
// random. Every call is done once and answered once, with its own answer; no event is lost, repeated or out of order.
// The limits are raised: what is tested is that nothing is lost, and not when a tab is too slow or too fast (S095).
func TestFaults(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	calls := faultCalls
	if testing.Short() {
		calls /= 20
	}
	s := newShaky(t)
	var tabs, others sync.WaitGroup
	quit := make(chan struct{})
	others.Go(func() { s.fail(rand.New(rand.NewPCG(seed, 0)), quit) })
	others.Go(func() { s.rise(t, quit) })
	for n := range s.tabs {
		tabs.Go(func() { s.make(t, n, calls) })
	}
	tabs.Wait()
	close(quit)
	others.Wait()
	s.check(t, calls)
}

func newShaky(t *testing.T) *shaky {
	sessions := session.New(&session.MemoryStore{}, session.Options{})
	s := &shaky{}
	s.Site = processtest.NewSite(t, sessions, process.Options{Limits: process.Limits{
		Rate: 1e6, Burst: 1e6, OutboxMessages: 1e6, OutboxBytes: 1 << 30, PerAddress: 10_000,
	}})
	s.told = process.NewEvent[int](s.Tabs, "told")
	s.tide = process.NewEvent[int](s.Tabs, "tide")
	rpc.Handle(rpc.New(s.Tabs), "do", s.do)
	s.network = processtest.NewProxy(t, s.URL)
	for range faultTabs {
		tab := &shakyTab{}
		tab.client = s.network.NewBrowser(t).Connect("/", func(e processtest.Event) { tab.hear(t, e) })
		s.tabs = append(s.tabs, tab)
	}
	return s
}

// do is the server function: it counts that it was called.
func (s *shaky) do(ctx context.Context, in numbered) (numbered, error) {
	tab := s.tabs[in.Tab]
	tab.mu.Lock()
	defer tab.mu.Unlock()
	tab.executed[in.Number]++
	tab.done++
	s.done.Add(1)
	return in, s.told.Send(process.Sharing(ctx, session.PerTab), tab.done)
}

// hear checks that events come one after the other.
func (tab *shakyTab) hear(t *testing.T, e processtest.Event) {
	var n [1]int64
	if err := json.Unmarshal(e.Params, &n); err != nil {
		t.Error(err)
	}
	last := map[string]*atomic.Int64{"told": &tab.heard, "tide": &tab.tide}[e.Name]
	if before := last.Swap(n[0]); n[0] != before+1 {
		t.Errorf("%s: %d behind %d", e.Name, n[0], before)
	}
}

// make makes the calls of one tab, and checks their answers.
func (s *shaky) make(t *testing.T, n, calls int) {
	var callers sync.WaitGroup
	for first := range faultAtOnce {
		callers.Go(func() {
			for number := first; number < calls; number += faultAtOnce {
				said := numbered{n, number, fmt.Sprintf("%d of %d", number, n)}
				var got numbered
				if err := s.tabs[n].client.Call("do", said, &got); err != nil || got != said {
					t.Errorf("said %v, got %v, %v", said, got, err)
					return
				}
			}
		})
	}
	callers.Wait()
}

// fail lets the network fail at random, once for so many calls. In the end it flows.
func (s *shaky) fail(random *rand.Rand, quit <-chan struct{}) {
	defer s.network.Flow()
	ticker := time.NewTicker(2 * time.Millisecond)
	defer ticker.Stop()
	last := int64(0)
	for {
		select {
		case <-quit:
			return
		case <-ticker.C:
		}
		if random.IntN(10) == 0 { // nothing stalls for ever
			s.network.Flow()
		}
		all := s.network.Connections()
		for ; last+faultEvery <= s.done.Load() && len(all) > 0; last += faultEvery {
			failOnce(random, all[random.IntN(len(all))])
		}
	}
}

func failOnce(random *rand.Rand, c *processtest.Connection) {
	way := processtest.Direction(random.IntN(2))
	switch random.IntN(6) {
	case 0:
		c.Cut()
	case 1:
		c.Stall()
	case 2:
		c.HalfClose(way)
	case 3:
		c.CutAfter(1+random.IntN(500), way)
	case 4:
		c.Throttle(1000 + random.IntN(100_000))
	case 5:
		c.Stall()
		c.CutAfter(1+random.IntN(50), way)
	}
}

// rise tells everyone a number, now and then.
func (s *shaky) rise(t *testing.T, quit <-chan struct{}) {
	ticker := time.NewTicker(100 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-quit:
			return
		case <-ticker.C:
		}
		s.tides++
		if err := s.tide.Send(process.Everyone(), s.tides); err != nil {
			t.Error(err)
		}
	}
}

// check is made when all calls are answered. A last call of each tab comes behind all its events.
func (s *shaky) check(t *testing.T, calls int) {
	returns := 0
	for n, tab := range s.tabs {
		if err := tab.client.Call("session.nothing", nil, nil); err == nil {
			t.Error("there is such a function")
		}
		returns += tab.client.Returns()
		for number := range calls {
			if times := tab.executed[number]; times != 1 {
				t.Errorf("call %d of tab %d was done %d times", number, n, times)
			}
		}
		if heard := tab.heard.Load(); heard != int64(calls) {
			t.Errorf("tab %d has heard of %d calls", n, heard)
		}
		if tide := tab.tide.Load(); tide != int64(s.tides) {
			t.Errorf("tab %d has heard %d of %d", n, tide, s.tides)
		}
	}
	t.Logf("%d returns, %d events for everyone", returns, s.tides)
	if returns < faultTabs*calls/faultEvery/10 {
		t.Error("the network has hardly failed")
	}
}
