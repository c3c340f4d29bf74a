package process_test

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"testing"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/rpc"
	"github.com/ocsigo/start/framework/session"
)

// rooms are chat rooms: what was said there, and the topic of it.
type rooms struct {
	said *process.Topic[string, string]
	done *process.Event[int] // of rooms.end: what was told before has come before it

	mu    sync.Mutex // protects texts
	texts map[string][]string
}

// Listen is what a tab says to rooms.listen.
type Listen struct {
	Room   string          `json:"room"`
	Since  process.Version `json:"since,omitzero"`
	ForTab bool            `json:"forTab,omitzero"`
}

// Say is what a tab says to rooms.say.
type Say struct {
	Room string         `json:"room"`
	Text string         `json:"text"`
	Me   bool           `json:"me,omitzero"`   // is left out
	User session.UserID `json:"user,omitzero"` // is left out
}

// Shown is what a page shows of a room.
type Shown struct {
	Version process.Version `json:"version"`
	Texts   []string        `json:"texts"`
}

func newRooms(api *rpc.API, tabs *process.Hub, opts ...process.TopicOption[string, string]) *rooms {
	r := &rooms{
		said:  process.NewTopic(tabs, "rooms.said", opts...),
		done:  process.NewEvent[int](tabs, "rooms.done"),
		texts: map[string][]string{},
	}
	rpc.Handle(api, "rooms.listen", func(ctx context.Context, in Listen) (struct{}, error) {
		var opts []process.ListenOption
		if in.ForTab {
			opts = append(opts, process.ForTab())
		}
		return struct{}{}, r.said.Listen(ctx, in.Room, in.Since, opts...)
	})
	rpc.Handle(api, "rooms.unlisten", func(ctx context.Context, room string) (struct{}, error) {
		return struct{}{}, r.said.Unlisten(ctx, room)
	})
	rpc.Handle(api, "rooms.read", func(_ context.Context, room string) (Shown, error) {
		v := r.said.Version(room)
		return Shown{v, r.read(room)}, nil
	})
	rpc.Handle(api, "rooms.say", func(ctx context.Context, in Say) (struct{}, error) {
		var except []process.Except
		if in.Me {
			except = append(except, process.ExceptMe(ctx))
		}
		if in.User != 0 {
			except = append(except, process.ExceptUser(in.User))
		}
		return struct{}{}, r.say(in.Room, in.Text, except...)
	})
	rpc.Handle(api, "rooms.end", func(ctx context.Context, _ struct{}) (struct{}, error) {
		return struct{}{}, r.done.Send(process.Sharing(ctx, session.PerTab), 0)
	})
	return r
}

func (r *rooms) read(room string) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.texts[room])
}

func (r *rooms) say(room, text string, except ...process.Except) error {
	r.mu.Lock()
	r.texts[room] = append(r.texts[room], text)
	r.mu.Unlock()
	return r.said.Notify(room, text, except...)
}

// heard returns what a tab has heard by now: room=text.
func heard(t testing.TB, tab *processtest.Tab) (heard []string) {
	t.Helper()
	must(t, tab, "rooms.end", nil)
	for e := tab.WaitEvent(); e.Name != "rooms.done"; e = tab.WaitEvent() {
		heard = append(heard, noticeOf(t, e))
	}
	return heard
}

func noticeOf(t testing.TB, e processtest.Event) string {
	t.Helper()
	var n process.Notice[string, string]
	if err := json.Unmarshal(e.Params, &n); err != nil || e.Name != "rooms.said" {
		t.Fatalf("got %s %s, want a notice", e.Name, e.Params)
	}
	return n.Key + "=" + n.Value
}

// wantHeard fails unless a tab has heard just this.
func wantHeard(t testing.TB, tab *processtest.Tab, want ...string) {
	t.Helper()
	if got := heard(t, tab); !slices.Equal(got, want) {
		t.Errorf("heard %q, want %q", got, want)
	}
}

// must calls a server function that does not fail.
func must(t testing.TB, tab *processtest.Tab, method string, params any) {
	t.Helper()
	if err := tab.Call(method, params, nil); err != nil {
		t.Fatalf("%s: %v", method, err)
	}
}

// turnPage has a tab show another page in place.
func turnPage(tab *processtest.Tab) { tab.Send(`{"jsonrpc":"2.0","method":"$/page"}`) }
