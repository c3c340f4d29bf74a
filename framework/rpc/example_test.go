package rpc_test

import (
	"context"
	"fmt"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/rpc"
	"github.com/ocsigo/start/framework/session"
)

type Buy struct {
	Tickets int `json:"tickets"`
}

// A server function is a Go function under a name. Its caller gets what it returns, or its error.
func Example() {
	t, end := processtest.InExample()
	defer end()
	sessions := session.New(&session.MemoryStore{}, session.Options{})
	site := processtest.NewSite(t, sessions, process.Options{})
	api := rpc.New(site.Tabs)

	left := 3
	rpc.Connected(api, "tickets.buy", func(_ context.Context, me session.UserID, in Buy) (string, error) {
		if in.Tickets > left {
			return "", &rpc.Error{Kind: "sold_out", Message: fmt.Sprintf("Only %d are left.", left)}
		}
		left -= in.Tickets
		return fmt.Sprintf("%d for user %d", in.Tickets, me), nil
	})

	ada := processtest.NewBrowser(t, site.URL)
	ada.Get("/in?user=1")
	tab := ada.Open("/")
	stranger := processtest.NewBrowser(t, site.URL).Open("/")

	var got string
	fmt.Println(tab.Call("tickets.buy", Buy{2}, &got), got)
	fmt.Println(tab.Call("tickets.buy", Buy{2}, nil))
	fmt.Println(tab.Call("tickets.buy", []int{2}, nil))
	fmt.Println(stranger.Call("tickets.buy", Buy{1}, nil))
	// Output:
	// <nil> 2 for user 1
	// sold_out: Only 1 are left.
	// invalid_input: must be an object, not an array
	// not_connected: You are not logged in any more.
}

// DenyFunc says what those are told who may not call.
func ExampleDenyFunc() {
	t, end := processtest.InExample()
	defer end()
	sessions := session.New(&session.MemoryStore{}, session.Options{})
	site := processtest.NewSite(t, sessions, process.Options{})
	api := rpc.New(site.Tabs)

	rpc.Opt(api, "users.count", func(context.Context, session.Visitor, struct{}) (int, error) { return 42, nil },
		session.Allow("admin"),
		rpc.DenyFunc(func(context.Context, session.Visitor) error {
			return &rpc.Error{Kind: "admins_only", Message: "Ask an administrator."}
		}))

	tab := processtest.NewBrowser(t, site.URL).Open("/")
	fmt.Println(tab.Call("users.count", nil, nil))
	// Output: admins_only: Ask an administrator.
}
