package rpc_test

import (
	"context"
	"fmt"
	"os"
	"time"

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

type Countdown struct {
	From int `json:"from"`
}

// A stream sends values for as long as it runs.
func ExampleHandleStream() {
	t, end := processtest.InExample()
	defer end()
	sessions := session.New(&session.MemoryStore{}, session.Options{})
	site := processtest.NewSite(t, sessions, process.Options{})
	api := rpc.New(site.Tabs)

	rpc.HandleStream(api, "launch.count", func(_ context.Context, in Countdown, send func(int) error) error {
		for n := in.From; n > 0; n-- {
			if err := send(n); err != nil {
				return err // nobody listens any more
			}
		}
		return &rpc.Error{Kind: "scrubbed", Message: "Not today."}
	}, rpc.Timeout(time.Minute))

	tab := processtest.NewBrowser(t, site.URL).Connect("/", nil)
	defer tab.Close()
	count := tab.Stream("launch.count", Countdown{3})
	for n := 0; count.Next(&n); {
		fmt.Println(n)
	}
	fmt.Println(count.Wait(nil))
	// Output:
	// 3
	// 2
	// 1
	// scrubbed: Not today.
}

type Registration struct {
	Name  string `json:"name"`
	Email string `json:"email"`
}

// A form shows beside its fields what is wrong with them.
func ExampleError_fields() {
	t, end := processtest.InExample()
	defer end()
	sessions := session.New(&session.MemoryStore{}, session.Options{})
	site := processtest.NewSite(t, sessions, process.Options{})
	api := rpc.New(site.Tabs)

	rpc.Handle(api, "signup.check", func(_ context.Context, in Registration) (struct{}, error) {
		wrong := map[string]string{}
		if in.Name == "" {
			wrong["name"] = "Please enter a name."
		}
		if in.Email == "" {
			wrong["email"] = "Please enter an address."
		}
		if len(wrong) > 0 {
			return struct{}{}, &rpc.Error{Kind: "invalid", Message: "Something is missing.", Fields: wrong}
		}
		return struct{}{}, nil
	})

	tab := processtest.NewBrowser(t, site.URL).Open("/")
	tab.Send(`{"jsonrpc":"2.0","id":7,"method":"signup.check","params":{"name":"","email":"a@example.com"}}`)
	fmt.Println(tab.Read())
	// Output:
	// {"jsonrpc":"2.0","id":7,"error":{"code":1,"message":"Something is missing.","data":{"kind":"invalid","fields":{"name":"Please enter a name."}}}} <nil>
}

type Suit string

func (Suit) Values() []Suit { return []Suit{"hearts", "spades"} }

type Card struct {
	Suit   Suit       `json:"suit"`
	Value  int8       `json:"value"`
	Drawn  time.Time  `json:"drawn,omitzero"`
	Under  *Card      `json:"under"`
	Shapes []Drawable `json:"shapes"`
}

type Drawable interface{ draw() }

type Circle struct {
	Radius float64 `json:"radius"`
}

type Line struct {
	Length float64 `json:"length"`
}

func (Circle) draw() {}
func (Line) draw()   {}

func init() { rpc.Union[Drawable]("kind", Circle{}, Line{}) }

// The client has the types of Go.
func ExampleAPI_WriteTypeScript() {
	sessions := session.New(&session.MemoryStore{}, session.Options{})
	defer sessions.Close()
	tabs := process.New(sessions, process.Options{})
	api := rpc.New(tabs)
	rpc.Handle(api, "deck.draw", func(context.Context, Suit) (*Card, error) { return nil, nil })
	rpc.HandleStream(api, "deck.watch", func(context.Context, struct{}, func(Card) error) error { return nil })

	if err := api.WriteTypeScript(os.Stdout, "./runtime", rpc.Docs{}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// // Code generated from the Go code of the site. DO NOT EDIT.
	//
	// import { call, stream, type CallOptions, type StreamOptions } from "./runtime"
	//
	// export interface Card {
	//   suit: Suit
	//   value: number
	//   drawn?: Time
	//   under: Card | null
	//   shapes: Drawable[]
	// }
	//
	// export interface DisconnectAll {
	//   userIndep: boolean
	//   withRestart: boolean
	// }
	//
	// export type Drawable = { kind: "circle"; radius: number } | { kind: "line"; length: number }
	//
	// export type Suit = "hearts" | "spades"
	//
	// /** A moment, as RFC 3339 writes it: 2006-01-02T15:04:05Z. new Date(time) reads it, date.toISOString() writes it. */
	// export type Time = string
	//
	// /** The site's server functions, each by its name. */
	// export const server = {
	//   deck: {
	//     draw: (input: Suit, options?: CallOptions): Promise<Card | null> => call("deck.draw", input, options),
	//     watch: (options?: StreamOptions): AsyncIterable<Card> => stream("deck.watch", undefined, options),
	//   },
	//   session: {
	//     disconnect: (options?: CallOptions): Promise<void> => call("session.disconnect", undefined, options),
	//     disconnectAll: (input: DisconnectAll, options?: CallOptions): Promise<void> => call("session.disconnectAll", input, options),
	//   },
	// }
	//
	// /** The site's events, each by its name. A handler is called for every event until its signal aborts or the function that it got back is called. */
	// export const events = {}
}
