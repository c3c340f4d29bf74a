package process

import (
	"context"
	"fmt"
	"reflect"

	"github.com/go-json-experiment/json"

	"github.com/ocsigo/start/framework/session"
)

// Event is something the server tells tabs, with a value of type T. The browser listens to it by name:
//
//	var moved = process.NewEvent[Counters](hub, "counters.moved")
//	moved.Send(process.Sharing(ctx, session.PerUser), counters)
//
//	events.counters.moved(counters => …)   // in the browser
type Event[T any] struct{ kind *EventType }

// NewEvent declares an event. A name may be declared once, and T must be a type that crosses the wire: else
// it panics. (Ocsigen: a channel of Eliom_comet, with its event.)
func NewEvent[T any](h *Hub, name string) *Event[T] {
	for _, other := range h.events {
		if other.Name == name {
			panic(fmt.Sprintf("process: two events are named %q", name))
		}
	}
	e := &EventType{Name: name, Type: reflect.TypeFor[T](), hub: h}
	e.use(h.codec)
	h.events = append(h.events, e)
	return &Event[T]{e}
}

// Send tells an audience. It does not wait: a tab gets its events in the order they were sent, or is closed
// as too slow. The error says that the value does not cross the wire.
func (e *Event[T]) Send(to Audience, value T) error { return e.kind.send(to, value) }

// EventType is an event without its Go type, for what generates clients.
type EventType struct {
	Name string
	Type reflect.Type

	hub    *Hub
	encode func(any) ([]byte, error)
}

// Events are those declared on this hub.
func (h *Hub) Events() []*EventType { return h.events }

// Codec says how the values of an event cross the wire, or why its name or its type do not.
type Codec func(name string, t reflect.Type) (encode func(any) ([]byte, error), err error)

func plainJSON(string, reflect.Type) (func(any) ([]byte, error), error) {
	return func(v any) ([]byte, error) { return json.Marshal(v, json.Deterministic(true)) }, nil
}

func (e *EventType) use(c Codec) {
	encode, err := c(e.Name, e.Type)
	if err != nil {
		panic(fmt.Sprintf("process: event %q: %v", e.Name, err))
	}
	e.encode = encode
}

func (e *EventType) send(to Audience, value any) error {
	text, err := e.encode(value)
	if err != nil {
		return fmt.Errorf("event %q: %w", e.Name, err)
	}
	if text[0] != '{' { // parameters are an object or a list
		text = append(append([]byte{'['}, text...), ']')
	}
	frame := marshal(notification{version, e.Name, text})
	for _, tab := range to(e.hub) {
		if p, ok := tab.Host().(*Process); ok {
			p.post(parcel{frame: frame})
		}
	}
	return nil
}

// Audience says which tabs of this node to tell. Tabs whose session has ended are in none.
type Audience func(*Hub) []*session.Tab

// Sharing are the tabs that share a scope's value with this request: session.PerTab is the tab that calls,
// PerBrowser those of its session, PerUser all of its user, PerBrowserUserIndep all of its browser.
func Sharing(ctx context.Context, scope session.Scope) Audience {
	return func(*Hub) []*session.Tab { return session.TabsSharing(ctx, scope) }
}

// User are all the tabs of a user, in every browser.
func User(user session.UserID) Audience {
	return func(h *Hub) []*session.Tab { return h.sessions.TabsOfUser(user) }
}

// Everyone is every tab.
func Everyone() Audience { return func(h *Hub) []*session.Tab { return h.sessions.Tabs() } }
