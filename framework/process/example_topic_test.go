package process_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/rpc"
	"github.com/ocsigo/start/framework/session"
)

// Since is what a page's script says: what it shows, and of when that is.
type Since struct {
	Room    string          `json:"room"`
	Version process.Version `json:"version"`
}

// A page listens to what it shows. When something has come between reading and listening it hears so, and reads again.
func ExampleTopic() {
	t, end := processtest.InExample()
	defer end()
	site := processtest.NewSite(t, session.New(&session.MemoryStore{}, session.Options{}), process.Options{})
	api := rpc.New(site.Tabs)

	said := process.NewTopic[string, string](site.Tabs, "chat.said")
	rpc.Handle(api, "chat.listen", func(ctx context.Context, in Since) (struct{}, error) {
		return struct{}{}, said.Listen(ctx, in.Room, in.Version)
	})

	tab := processtest.NewBrowser(t, site.URL).Open("/")
	version := said.Version("garden") // then the page reads what was said, and shows it
	said.Notify("garden", "Just now!")

	var failure *processtest.Failure
	if errors.As(tab.Call("chat.listen", Since{"garden", version}, nil), &failure) {
		fmt.Println(failure.Data.Kind)
	}
	version = said.Version("garden") // once more
	fmt.Println(tab.Call("chat.listen", Since{"garden", version}, nil))

	said.Notify("kitchen", "Is anybody here?")
	said.Notify("garden", "Hello.")
	fmt.Printf("%s\n", tab.WaitEvent().Params)
	// Output:
	// stale
	// <nil>
	// {"key":"garden","value":"Hello."}
}

// What a listener may not know does not reach him.
func ExamplePrepare() {
	t, end := processtest.InExample()
	defer end()
	site := processtest.NewSite(t, session.New(&session.MemoryStore{}, session.Options{}), process.Options{})
	api := rpc.New(site.Tabs)

	moved := process.NewTopic(site.Tabs, "orders.moved", process.Prepare(
		func(_ context.Context, to session.Visitor, order int, status string) (string, bool) {
			_, connected := to.User()
			return status, connected // a site asks here whose order it is
		}))
	rpc.Handle(api, "orders.listen", func(ctx context.Context, order int) (struct{}, error) {
		return struct{}{}, moved.Listen(ctx, order, "")
	})

	tab := processtest.NewBrowser(t, site.URL).Open("/")
	tab.Call("orders.listen", []int{7}, nil)
	moved.Notify(7, "paid")
	tab.Get("/in?user=1") // he logs in, in the same tab
	moved.Notify(7, "sent")
	fmt.Printf("%s\n", tab.WaitEvent().Params)
	// Output: {"key":7,"value":"sent"}
}

// Who enters is here until the page goes, and hears who else is.
func ExamplePresence() {
	t, end := processtest.InExample()
	defer end()
	site := processtest.NewSite(t, session.New(&session.MemoryStore{}, session.Options{}), process.Options{})
	api := rpc.New(site.Tabs)

	readers := process.NewPresence[string](site.Tabs, "letter.readers")
	rpc.Handle(api, "letter.open", func(ctx context.Context, letter string) (struct{}, error) {
		return struct{}{}, readers.Enter(ctx, letter)
	})

	ada, bob := processtest.NewBrowser(t, site.URL), processtest.NewBrowser(t, site.URL)
	ada.Get("/in?user=1")
	first, second := ada.Open("/"), bob.Open("/")
	first.Call("letter.open", []string{"welcome"}, nil)
	fmt.Printf("%s\n", first.WaitEvent().Params)
	second.Call("letter.open", []string{"welcome"}, nil)
	fmt.Printf("%s\n", first.WaitEvent().Params)
	fmt.Printf("%+v\n", readers.Here("welcome"))
	// Output:
	// {"key":"welcome","value":{"here":{"tabs":1,"browsers":1,"people":1,"users":[1]},"came":[],"left":[]}}
	// {"key":"welcome","value":{"here":{"tabs":2,"browsers":2,"people":2,"users":[1]},"came":[],"left":[]}}
	// {Tabs:2 Browsers:2 People:2 Users:[1]}
}
