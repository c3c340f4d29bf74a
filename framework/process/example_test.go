package process_test

import (
	"context"
	"fmt"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/session"
)

// A site tells tabs what has happened. Each audience is a set of open tabs.
func ExampleEvent() {
	t, end := processtest.InExample()
	defer end()
	sessions := session.New(&session.MemoryStore{}, session.Options{})
	site := processtest.NewSite(t, sessions, process.Options{})

	said := process.NewEvent[string](site.Tabs, "chat.said")

	ada, bob := processtest.NewBrowser(t, site.URL), processtest.NewBrowser(t, site.URL)
	ada.Get("/in?user=1")
	bob.Get("/in?user=2")
	adas, bobs := ada.Open("/"), bob.Open("/")

	said.Send(process.User(1), "only for Ada")
	said.Send(process.Everyone(), "for all")

	fmt.Printf("Ada hears %s\n", adas.WaitEvent().Params)
	fmt.Printf("Ada hears %s\n", adas.WaitEvent().Params)
	fmt.Printf("Bob hears %s\n", bobs.WaitEvent().Params)
	// Output:
	// Ada hears ["only for Ada"]
	// Ada hears ["for all"]
	// Bob hears ["for all"]
}

// A node that stops tells its tabs, and waits for them.
func ExampleHub_Close() {
	t, end := processtest.InExample()
	defer end()
	sessions := session.New(&session.MemoryStore{}, session.Options{})
	site := processtest.NewSite(t, sessions, process.Options{})
	tab := processtest.NewBrowser(t, site.URL).Open("/")

	closed := make(chan error)
	go func() { closed <- site.Tabs.Close(context.Background()) }()

	fmt.Println(tab.WaitClose().Code, <-closed)
	// Output: 4001 <nil>
}
