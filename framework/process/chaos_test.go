package process_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/rpc"
	"github.com/ocsigo/start/framework/session"
)

// chaos is a world in which everything happens at once, until it closes.
type chaos struct {
	*world
	t      *testing.T
	busy   atomic.Int64  // clients that have not done what is wanted of them
	closed chan struct{} // the hub is

	mu      sync.RWMutex // held where a tab opens, which must not fail
	closing bool
}

// TestChaos: tabs of some users and of nobody call, stream, cancel, log in, log out, lose their sockets, are too slow, and
// are logged out from outside. Each call is answered, and when the hub closes amidst of it nothing is left.
func TestChaos(t *testing.T) {
	const clients, deeds = 16, 150
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	c := newChaos(t)
	c.busy.Store(clients)
	var all sync.WaitGroup
	for n := range clients {
		random := rand.New(rand.NewPCG(seed, uint64(n)))
		all.Go(func() { c.run(random, deeds) })
	}
	waitUntil(t, "every call is answered", func() bool { return c.busy.Load() == 0 })
	c.mu.Lock()
	c.closing = true
	c.mu.Unlock()
	if err := c.Tabs.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if p, j := c.Tabs.Processes(), c.Tabs.Jobs(); p+j != 0 {
		t.Errorf("%d processes and %d jobs are left", p, j)
	}
	close(c.closed)
	all.Wait()
	waitUntil(t, "no seat is left", func() bool { return c.Tabs.Seats() == 0 }) // a handshake may be on its way to be refused
}

func newChaos(t *testing.T) *chaos {
	limits := unhurried
	limits.OutboxMessages = 150 // a tab acknowledges every 64, and a stream waits until half of it is free
	c := &chaos{world: newWorld(t, limits), t: t, closed: make(chan struct{})}
	rpc.Handle(c.api, "logIn", func(ctx context.Context, user session.UserID) (struct{}, error) {
		return struct{}{}, session.Connect(ctx, user)
	})
	rpc.Handle(c.api, "nap", func(ctx context.Context, ms int) (int, error) {
		select {
		case <-time.After(time.Duration(ms) * time.Millisecond):
		case <-ctx.Done():
		}
		return ms, ctx.Err()
	}, rpc.Serial())
	rpc.HandleStream(c.api, "values", func(_ context.Context, n int, send func(int) error) error {
		for i := range n {
			if err := send(i); err != nil {
				return err
			}
		}
		return nil
	})
	return c
}

// run is one client after the other, until the hub is closed.
func (c *chaos) run(random *rand.Rand, deeds int) {
	for {
		client := c.connect()
		if client == nil {
			return
		}
		for open := true; open; {
			c.do(random, client)
			if deeds--; deeds == 0 {
				c.busy.Add(-1)
			}
			select {
			case <-client.Ended():
				open = false
			default:
			}
		}
	}
}

// connect opens a tab of a new browser; nil when the hub closes.
func (c *chaos) connect() *processtest.Client {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.closing {
		return nil
	}
	client := processtest.NewBrowser(c.t, c.URL).Connect("/", nil)
	go func() {
		select {
		case <-client.Ended():
		case <-c.closed: // it does not know that this server stays away
			client.Close()
		}
	}()
	return client
}

func (c *chaos) do(random *rand.Rand, client *processtest.Client) {
	user := 1 + random.IntN(5)
	switch random.IntN(20) {
	default:
		<-client.Go("echo", []string{"x"}).Done()
	case 1, 2, 3:
		nap := client.Go("nap", []int{random.IntN(5)})
		if random.IntN(2) == 0 {
			nap.Cancel()
		}
		<-nap.Done()
	case 4, 5, 6:
		c.stream(client.Stream("values", []int{random.IntN(200)}), random.IntN(200))
	case 7, 8, 9, 10:
		client.Notify("tell", Tell{"user", 1})
	case 11, 12, 13:
		client.Lose()
	case 14:
		for n := range 20 + random.IntN(400) { // more than some tab takes, now and then
			c.told.Send(process.User(session.UserID(user)), n)
		}
	case 15, 16:
		<-client.Go("logIn", []int{user}).Done()
	case 17:
		<-client.Go("session.disconnect", nil).Done()
	case 18:
		c.sessions.DisconnectAll(context.Background(), session.OfUser(session.UserID(user)), session.WithRestart(random.IntN(2) == 0))
	}
}

// stream takes so many values, and lets it be.
func (c *chaos) stream(s *processtest.Stream, atMost int) {
	var value int
	for n := range atMost {
		if !s.Next(&value) {
			break
		}
		if value != n {
			c.t.Errorf("got the value %d, want %d", value, n)
		}
	}
	s.Cancel()
	<-s.Done()
}

// TestEachIDOnce: ids of all lengths go through refusals, batches, cancellations and calls that take too long. Each is
// answered once, though their frames come and go.
func TestEachIDOnce(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		rpc.Handle(w.api, "nap", func(_ context.Context, ms int) (int, error) {
			time.Sleep(time.Duration(ms) * time.Millisecond) // it does not look at its context
			return ms, nil
		}, rpc.Timeout(time.Second))
		for n := range 12 {
			tab := b.OpenUncounted("/")
			random := rand.New(rand.NewPCG(seed, uint64(n)))
			ids := newIDs(t)
			go func() {
				for i := range 100 {
					id := fmt.Sprintf(`"%d-%s"`, i, strings.Repeat("i", random.IntN(300)))
					ids.ask(id)
					for _, frame := range odd(random, id) {
						tab.Send(frame)
					}
					time.Sleep(time.Duration(50+random.IntN(100)) * time.Millisecond)
				}
			}()
			go func() {
				for range 100 {
					ids.answered(read(t, tab))
				}
			}()
		}
		time.Sleep(time.Minute)
		synctest.Wait()
	})
}

// odd is one message with an id, and perhaps its cancellation.
func odd(random *rand.Rand, id string) (frames []string) {
	request := func(method string, params any) string {
		text, _ := json.Marshal(params)
		return fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"method":%q,"params":%s}`, id, method, text)
	}
	stop := fmt.Sprintf(`{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":%s}}`, id)
	said := []string{
		request("nap", []int{random.IntN(900)}),
		request("nap", []int{900 + random.IntN(200)}),
		request("nap", []int{2000 + random.IntN(2000)}),
		request("echo", []string{strings.Repeat("e", random.IntN(3000))}),
		`[` + request("nap", []int{1}) + `,` + stop + `]`,
		strings.Replace(request("echo", []string{"x"}), `{`, `{"more":1,`, 1),
	}[random.IntN(6)]
	if random.IntN(4) == 0 {
		return []string{said, stop}
	}
	return []string{said}
}

// ids are those that a tab has asked under, and whose answers have not come.
type ids struct {
	t    *testing.T
	mu   sync.Mutex // protects open
	open map[string]bool
}

func newIDs(t *testing.T) *ids { return &ids{t: t, open: map[string]bool{}} }

func (i *ids) ask(id string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.open[id] = true
}

func (i *ids) answered(frame string) {
	var answer struct{ ID json.RawMessage }
	if err := json.Unmarshal([]byte(strings.Trim(frame, "[]")), &answer); err != nil {
		i.t.Errorf("%v: %s", err, frame)
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	if !i.open[string(answer.ID)] {
		i.t.Errorf("an answer for nobody, or for the second time: %.200s", frame)
	}
	delete(i.open, string(answer.ID))
}
