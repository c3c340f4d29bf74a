package processtest_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/rpc"
	"github.com/ocsigo/start/framework/session"
)

// newSite has a function that waits, one that counts to n, one that tells its tab a number, and one that logs in.
func newSite(t *testing.T) (site *processtest.Site, began, release chan struct{}) {
	sessions := session.New(&session.MemoryStore{}, session.Options{})
	site = processtest.NewSite(t, sessions, process.Options{Limits: process.Limits{Rate: 1e6, Burst: 1e6}})
	began, release = make(chan struct{}, 100), make(chan struct{})
	api := rpc.New(site.Tabs)
	told := process.NewEvent[int](site.Tabs, "told")
	rpc.Handle(api, "wait", func(ctx context.Context, text string) (string, error) {
		began <- struct{}{}
		select {
		case <-release:
			return text, nil
		case <-ctx.Done():
			return "", ctx.Err()
		}
	})
	rpc.HandleStream(api, "values", func(_ context.Context, n int, send func(int) error) error {
		for i := range n {
			if err := send(i); err != nil {
				return err
			}
		}
		return nil
	})
	rpc.Handle(api, "tell", func(ctx context.Context, n int) (struct{}, error) {
		return struct{}{}, told.Send(process.Sharing(ctx, session.PerTab), n)
	})
	rpc.Handle(api, "login", func(ctx context.Context, user int) (struct{}, error) {
		return struct{}{}, session.Connect(ctx, session.UserID(user))
	})
	rpc.Connected(api, "me", func(_ context.Context, me session.UserID, _ struct{}) (session.UserID, error) { return me, nil })
	return site, began, release
}

// TestClientReturns: a call is answered once through a lost socket, what is said meanwhile arrives, and events come in
// their order.
func TestClientReturns(t *testing.T) {
	site, began, release := newSite(t)
	events := make(chan string, 1000)
	client := processtest.NewBrowser(t, site.URL).Connect("/", func(e processtest.Event) { events <- string(e.Params) })
	waits := client.Go("wait", []string{"through it"})
	<-began
	for i := range 300 {
		if i%100 == 50 {
			client.Lose()
		}
		if err := client.Call("tell", []int{i}, nil); err != nil {
			t.Fatal(err)
		}
	}
	close(release)
	var got string
	if err := waits.Wait(&got); err != nil || got != "through it" {
		t.Errorf("got %q, %v", got, err)
	}
	for i := range 300 {
		if e := <-events; e != fmt.Sprintf("[%d]", i) {
			t.Fatalf("heard %s, want %d", e, i)
		}
	}
	if client.Returns() != 3 {
		t.Errorf("it came back %d times", client.Returns())
	}
}

// TestClientStream: values come in their order, through a lost socket too, and no more than are wanted.
func TestClientStream(t *testing.T) {
	site, _, _ := newSite(t)
	client := processtest.NewBrowser(t, site.URL).Connect("/", nil)
	stream := client.Stream("values", []int{500})
	var got int
	for i := range 500 {
		if i == 100 {
			client.Lose()
		}
		if !stream.Next(&got) || got != i {
			t.Fatalf("got %d, want %d", got, i)
		}
		if n := stream.Waiting(); n > 32 {
			t.Fatalf("%d values were sent ahead", n)
		}
	}
	if stream.Next(&got) {
		t.Errorf("%d came behind the last", got)
	}
	if err := stream.Wait(nil); err != nil {
		t.Error(err)
	}
}

// TestClientCancel: a call that is broken off is answered all the same.
func TestClientCancel(t *testing.T) {
	site, began, _ := newSite(t)
	client := processtest.NewBrowser(t, site.URL).Connect("/", nil)
	waits := client.Go("wait", []string{"x"})
	<-began
	waits.Cancel()
	wantInterrupted(t, waits.Wait(nil))
	if err := client.Call("tell", []int{1}, nil); err != nil {
		t.Error(err)
	}
}

// TestClientClose: so is one whose process is over, and each that is begun then.
func TestClientClose(t *testing.T) {
	site, began, _ := newSite(t)
	client := processtest.NewBrowser(t, site.URL).Connect("/", nil)
	waits := client.Go("wait", []string{"x"})
	<-began
	client.Close()
	wantInterrupted(t, waits.Wait(nil))
	wantInterrupted(t, client.Call("tell", []int{1}, nil))
	if err := client.Err(); err != nil {
		t.Errorf("after its close: %v", err)
	}
}

// TestClientEnds: a process that is over tells its client why.
func TestClientEnds(t *testing.T) {
	site, _, _ := newSite(t)
	b := processtest.NewBrowser(t, site.URL)
	b.Get("/in?user=7")
	client := b.Connect("/", nil)
	b.Get("/out")
	<-client.Ended()
	var closed *processtest.Closed
	if err := client.Err(); !errors.As(err, &closed) || closed.Code != int(process.Restart) {
		t.Errorf("got %v, want a restart", err)
	}
}

func wantInterrupted(t *testing.T, err error) {
	t.Helper()
	var failed *processtest.Failure
	if !errors.As(err, &failed) || failed.Data.Kind != "interrupted" {
		t.Errorf("got %v, want interrupted", err)
	}
}

// TestTickets: who logs in by a call is the user from its answer on, and has the cookies.
func TestTickets(t *testing.T) {
	site, _, _ := newSite(t)
	b := processtest.NewBrowser(t, site.URL)
	tab := b.Open("/")
	if err := tab.Call("login", []int{7}, nil); err != nil {
		t.Fatal(err)
	}
	var me int
	if err := tab.Call("me", nil, &me); err != nil || me != 7 || tab.Number != 1 {
		t.Errorf("user %d, %v, number %d", me, err, tab.Number)
	}
	tab.Lose()
	next, err := tab.Return()
	if err != nil {
		t.Fatal(err)
	}
	if err := next.Call("me", nil, &me); err != nil || me != 7 {
		t.Errorf("back as user %d, %v", me, err)
	}

	client := processtest.NewBrowser(t, site.URL).Connect("/", nil)
	if err := client.Call("login", []int{8}, nil); err != nil {
		t.Fatal(err)
	}
	client.Lose()
	if err := client.Call("me", nil, &me); err != nil || me != 8 {
		t.Errorf("user %d, %v", me, err)
	}
}

// TestUncounted: a tab that does not count its frames cannot come back.
func TestUncounted(t *testing.T) {
	site, _, _ := newSite(t)
	tab := processtest.NewBrowser(t, site.URL).OpenUncounted("/")
	if err := tab.Call("tell", []int{1}, nil); err != nil {
		t.Fatal(err)
	}
	if e := tab.WaitEvent(); e.Name != "told" {
		t.Errorf("heard %v", e)
	}
	tab.Lose()
	_, err := tab.Return()
	var closed *processtest.Closed
	if !errors.As(err, &closed) || closed.Code != int(process.Reload) {
		t.Errorf("got %v, want a reload", err)
	}
}
