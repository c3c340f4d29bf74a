package process_test

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/session"
)

// TestPrepare: each recipient hears what is for him. What fails for one is nothing to the others.
func TestPrepare(t *testing.T) {
	w := newWorld(t)
	var mu sync.Mutex // protects asked
	var asked []string
	newRooms(w.api, w.Tabs, process.Prepare(
		func(ctx context.Context, to session.Visitor, key, text string) (string, bool) {
			user, _ := to.User()
			mu.Lock()
			asked = append(asked, number(int(user)))
			mu.Unlock()
			if deadline, ok := ctx.Deadline(); !ok || time.Until(deadline) > 5*time.Second || ctx.Err() != nil {
				t.Errorf("the context has deadline %v and error %v", deadline, ctx.Err())
			}
			if session.TabOf(ctx) != nil || session.Current(ctx).Connected() {
				t.Error("the context is a request's")
			}
			switch user {
			case 1:
				return key + " " + text, true
			case 2:
				return text, false
			case 3:
				panic("secret of the panic")
			case 4:
				return "\xff", true
			}
			return text, true
		}))
	var tabs []*processtest.Tab
	for user := range 5 {
		b := processtest.NewBrowser(t, w.URL)
		if user > 0 {
			b.Get("/in?user=" + number(user))
		}
		tabs = append(tabs, b.Open("/"), b.Open("/"))
	}
	for _, tab := range tabs {
		must(t, tab, "rooms.listen", Listen{Room: "red"})
	}
	must(t, tabs[2], "rooms.say", Say{Room: "red", Text: "x"})
	for i, want := range [][]string{{"red=x"}, {"red=red x"}, nil, nil, nil} {
		wantHeard(t, tabs[2*i], want...)
		wantHeard(t, tabs[2*i+1], want...)
	}
	if slices.Sort(asked); !slices.Equal(asked, []string{"0", "1", "2", "3", "4"}) {
		t.Errorf("asked for %v, want each once", asked)
	}
	if !w.log.contains("secret of the panic") || !w.log.contains("notice not told") {
		t.Error("the log does not say what was wrong")
	}
}

// TestPrepareExits: one that ends its goroutine spoils that notice, and none behind it.
func TestPrepareExits(t *testing.T) {
	w := newWorld(t)
	began, release := make(chan struct{}), make(chan struct{})
	r := newRooms(w.api, w.Tabs, process.Prepare(
		func(_ context.Context, _ session.Visitor, _, text string) (string, bool) {
			if text == "first" {
				close(began)
				<-release
			}
			if text != "last" {
				runtime.Goexit()
			}
			return text, true
		}))
	tab := processtest.NewBrowser(t, w.URL).Open("/")
	must(t, tab, "rooms.listen", Listen{Room: "red"})
	go r.say("red", "first")
	<-began
	for _, text := range []string{"second", "last"} {
		if err := r.say("red", text); err != nil {
			t.Fatal(err)
		}
	}
	close(release)
	if got := noticeOf(t, tab.WaitEvent()); got != "red=last" {
		t.Errorf("heard %s", got)
	}
}

// TestPrepareNotifies: what it says itself comes afterwards.
func TestPrepareNotifies(t *testing.T) {
	w := newWorld(t)
	var r *rooms
	r = newRooms(w.api, w.Tabs, process.Prepare(
		func(_ context.Context, _ session.Visitor, room, text string) (string, bool) {
			if len(text) < 3 {
				if err := r.say(room, text+"x"); err != nil {
					t.Error(err)
				}
			}
			return text, true
		}))
	tab := processtest.NewBrowser(t, w.URL).Open("/")
	must(t, tab, "rooms.listen", Listen{Room: "red"})
	must(t, tab, "rooms.say", Say{Room: "red", Text: "x"})
	for _, want := range []string{"red=x", "red=xx", "red=xxx"} {
		if got := noticeOf(t, tab.WaitEvent()); got != want {
			t.Errorf("heard %s, want %s", got, want)
		}
	}
}

// TestPrepareSlowly: notices of that key wait, up to a limit; those of another do not. The hub ends what prepares.
func TestPrepareSlowly(t *testing.T) {
	w := newWorld(t)
	began, ended := make(chan struct{}), make(chan error, 1)
	r := newRooms(w.api, w.Tabs, process.Prepare(
		func(ctx context.Context, _ session.Visitor, room, text string) (string, bool) {
			if room == "slow" && text == "first" {
				close(began)
				<-ctx.Done()
				ended <- context.Cause(ctx)
			}
			return text, true
		}))
	tab := processtest.NewBrowser(t, w.URL).Open("/")
	must(t, tab, "rooms.listen", Listen{Room: "slow"})
	must(t, tab, "rooms.listen", Listen{Room: "red"})
	told := make(chan error)
	go func() { told <- r.say("slow", "first") }()
	<-began
	for range 1000 {
		if err := r.say("slow", "waits"); err != nil {
			t.Fatal(err)
		}
	}
	before := r.said.Version("slow")
	if err := r.say("slow", "too much"); !errors.Is(err, process.ErrTooManyNotices) {
		t.Errorf("got %v", err)
	}
	late := processtest.NewBrowser(t, w.URL).Open("/") // what was dropped is a change too
	wantKind(t, late.Call("rooms.listen", Listen{Room: "slow", Since: before}, nil), "stale")
	late.Close()
	must(t, tab, "rooms.say", Say{Room: "red", Text: "x"})
	if got := noticeOf(t, tab.WaitEvent()); got != "red=x" {
		t.Errorf("heard %s", got)
	}
	closed := make(chan error)
	go func() { closed <- w.Tabs.Close(context.Background()) }()
	tab.WaitClose()
	if err := <-closed; err != nil {
		t.Error(err)
	}
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("preparing has ended with %v", err)
	}
	if err := <-told; err != nil {
		t.Error(err)
	}
}

// TestPrepareUnlisten: what was on its way to a user whose tabs listen no more does not arrive.
func TestPrepareUnlisten(t *testing.T) {
	w := newWorld(t)
	began, release := make(chan struct{}), make(chan struct{})
	r := newRooms(w.api, w.Tabs, process.Prepare(
		func(_ context.Context, _ session.Visitor, _, text string) (string, bool) {
			close(began)
			<-release
			return text, true
		}))
	b := processtest.NewBrowser(t, w.URL)
	b.Get("/in?user=1")
	tab := b.Open("/")
	must(t, tab, "rooms.listen", Listen{Room: "red"})
	told := make(chan error)
	go func() { told <- r.say("red", "x") }()
	<-began
	r.said.UnlistenUser(1, "red")
	close(release)
	if err := <-told; err != nil {
		t.Error(err)
	}
	wantHeard(t, tab)
	if circles, _ := r.said.Kept(); circles != 0 {
		t.Errorf("%d keys are kept", circles)
	}
}

// TestTopicEncodesOnce for all who hear the same.
func TestTopicEncodesOnce(t *testing.T) {
	type prepare = func(context.Context, session.Visitor, string, string) (string, bool)
	for name, tt := range map[string]struct {
		prepare prepare
		want    int64
	}{
		"nothing prepares": {nil, 1},
		"all may know it":  {func(_ context.Context, _ session.Visitor, _, text string) (string, bool) { return text, true }, 1},
		"each another": {func(_ context.Context, to session.Visitor, _, text string) (string, bool) {
			user, _ := to.User()
			return text + number(int(user)), true
		}, 3},
		"nobody": {func(context.Context, session.Visitor, string, string) (string, bool) { return "", false }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			site := processtest.NewSite(t, session.New(&session.MemoryStore{}, session.Options{}), process.Options{})
			var opts []process.TopicOption[string, string]
			if tt.prepare != nil {
				opts = append(opts, process.Prepare(tt.prepare))
			}
			topic := process.NewTopic(site.Tabs, "topic", opts...)
			var encoded atomic.Int64
			site.Tabs.Serve(func([]byte) *process.Function {
				return &process.Function{Call: func(ctx context.Context, _ []byte, _ func([]byte) error) ([]byte, *process.Error) {
					if err := topic.Listen(ctx, "red", ""); err != nil {
						t.Error(err)
					}
					return []byte("{}"), nil
				}}
			}, func(string, reflect.Type) (func(any) ([]byte, error), error) {
				return func(v any) ([]byte, error) {
					encoded.Add(1)
					return json.Marshal(v)
				}, nil
			})
			for user := range 3 {
				b := processtest.NewBrowser(t, site.URL)
				if user > 0 {
					b.Get("/in?user=" + number(user))
				}
				must(t, b.Open("/"), "listen", nil)
				must(t, b.Open("/"), "listen", nil)
			}
			if err := topic.Notify("red", "x"); err != nil {
				t.Fatal(err)
			}
			if got := encoded.Load(); got != tt.want {
				t.Errorf("encoded %d times, want %d", got, tt.want)
			}
		})
	}
}

// TestNotifyRefused: a value that does not cross the wire is the notifier's error, and nobody's notice. But what it tells of
// has changed.
func TestNotifyRefused(t *testing.T) {
	w := newWorld(t)
	r := newRooms(w.api, w.Tabs)
	b := processtest.NewBrowser(t, w.URL)
	listens, late := b.Open("/"), b.Open("/")
	must(t, listens, "rooms.listen", Listen{Room: "red"})
	before := r.said.Version("red")
	if err := r.said.Notify("red", "\xff"); err == nil || !strings.HasPrefix(err.Error(), `event "rooms.said": `) {
		t.Errorf("got %v", err)
	}
	wantHeard(t, listens)
	wantKind(t, late.Call("rooms.listen", Listen{Room: "red", Since: before}, nil), "stale")
	must(t, late, "rooms.listen", Listen{Room: "red", Since: r.said.Version("red")})
}
