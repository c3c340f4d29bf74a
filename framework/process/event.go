package process

import (
	"context"
	"fmt"
	"reflect"
	"runtime/debug"

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
	return &Event[T]{declare(h, name, reflect.TypeFor[T]())}
}

// Send tells an audience. It does not wait: a tab gets its events once and in the order they were sent. More than
// Limits.OutboxMessages of them before a tab can have answered end its socket, and twice as many its process: what comes
// in such numbers is a stream. The error says that the value does not cross the wire.
func (e *Event[T]) Send(to Audience, value T) error { return e.kind.send(to, value) }

// EventType is an event without its Go type, for what generates clients.
type EventType struct {
	Name string
	Type reflect.Type

	hub    *Hub
	encode func(any) ([]byte, error)
}

// declare adds an event, or a topic, to those of a hub.
func declare(h *Hub, name string, t reflect.Type) *EventType {
	for _, other := range h.events {
		if other.Name == name {
			panic(fmt.Sprintf("process: two events are named %q", name))
		}
	}
	e := &EventType{Name: name, Type: t, hub: h}
	e.use(h.codec)
	h.events = append(h.events, e)
	return e
}

// Events are those declared on this hub, and its topics.
func (h *Hub) Events() []*EventType { return h.events }

func (e *EventType) use(c Codec) {
	encode, err := c(e.Name, e.Type)
	if err != nil {
		panic(fmt.Sprintf("process: event %q: %v", e.Name, err))
	}
	e.encode = encode
}

// frame is what the tabs get. All of them get the same one: a value is encoded once.
func (e *EventType) frame(value any) (frame []byte, err error) {
	defer func() {
		if crash := recover(); crash != nil {
			err = fmt.Errorf("event %q: panic: %v\n%s", e.Name, crash, debug.Stack())
		}
	}()
	text, err := e.encode(value)
	if err != nil {
		return nil, fmt.Errorf("event %q: %w", e.Name, err)
	}
	return notification(e.Name, text), nil
}

func (e *EventType) send(to Audience, value any) error {
	frame, err := e.frame(value)
	if err != nil {
		return err
	}
	for _, tab := range to(e.hub) {
		if p, ok := tab.Host().(*Process); ok {
			p.post(parcel{frame: frame})
		}
	}
	return nil
}

// Audience says which tabs of this node to tell, when something is sent. Tabs whose session has ended are in none.
type Audience func(*Hub) []*session.Tab

// Sharing are the tabs that share a scope's value with this request: session.PerTab is the tab that calls,
// PerBrowser those of its session, PerUser all of its user, PerBrowserUserIndep all of its browser. It is as good when the
// request is over: a long job tells the tab that began it how far it is.
func Sharing(ctx context.Context, scope session.Scope) Audience {
	return func(*Hub) []*session.Tab { return session.TabsSharing(ctx, scope) }
}

// User are all the tabs of a user, in every browser.
func User(user session.UserID) Audience {
	return func(h *Hub) []*session.Tab { return h.sessions.TabsOfUser(user) }
}

// Everyone is every tab.
func Everyone() Audience { return func(h *Hub) []*session.Tab { return h.sessions.Tabs() } }
