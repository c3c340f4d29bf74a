package session_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/ocsigo/start/framework/session"
)

type cart struct {
	Items int
	Note  string
}

var carts = session.NewStoredRef("test.carts", session.PerUser, cart{Note: "initial"})

// unreadable are values that are no cart.
var unreadable = map[string]string{
	"another type":       `"4711"`,
	"another field":      `{"Items": "4711"}`,
	"too large a number": `{"Items": 47110000000000000000}`,
	"no JSON":            `{4711`,
}

// TestSetAside: a value that cannot be read is initial, set aside once, and named in the log by anything but itself.
func TestSetAside(t *testing.T) {
	for name, value := range unreadable {
		t.Run(name, func(t *testing.T) {
			w, s := newStates(t)
			b := w.browser()
			b.connect(ada)
			s.put(t, "test.carts", value)
			for range 3 {
				b.page(func(ctx context.Context) {
					if got, err := carts.Get(ctx); err != nil || got.Note != "initial" {
						t.Errorf("read %v, %v", got, err)
					}
				})
			}
			if changes := s.changed(); len(changes) != 1 || string(changes[0].Aside) != value || changes[0].Value != nil {
				t.Errorf("changed to %s", changes)
			}
			checkAsideLog(t, w)
		})
	}
}

// TestUpdateSetsAside: an update goes on from the initial value.
func TestUpdateSetsAside(t *testing.T) {
	for name, value := range unreadable {
		t.Run(name, func(t *testing.T) {
			w, s := newStates(t)
			b := w.browser()
			b.connect(ada)
			s.put(t, "test.carts", value)
			b.page(func(ctx context.Context) {
				got, err := carts.Update(ctx, func(c cart) (cart, error) { c.Items++; return c, nil })
				if err != nil || got != (cart{1, "initial"}) {
					t.Errorf("updated to %v, %v", got, err)
				}
			})
			changes := s.changed()
			if len(changes) != 1 || string(changes[0].Aside) != value || string(changes[0].Value) != `{"Items":1,"Note":"initial"}` {
				t.Errorf("changed to %s", changes)
			}
			checkAsideLog(t, w)
		})
	}
}

// checkAsideLog: one line, which says whose value of what, and not the value.
func checkAsideLog(t *testing.T, w *world) {
	t.Helper()
	log := w.log.String()
	if strings.Count(log, "\n") != 1 || !strings.Contains(log, "reference=test.carts holder=user error=") || strings.Contains(log, "4711") {
		t.Errorf("the log says\n%s", log)
	}
}

// TestRefusedUpdateSetsNothingAside: what changes nothing leaves that as it is, too.
func TestRefusedUpdateSetsNothingAside(t *testing.T) {
	w, s := newStates(t)
	b := w.browser()
	b.connect(ada)
	s.put(t, "test.carts", `4711`)
	b.page(func(ctx context.Context) {
		if _, err := carts.Update(ctx, func(c cart) (cart, error) { return c, errors.New("no") }); err == nil {
			t.Error("nothing was refused")
		}
	})
	if changes := s.changed(); len(changes) != 0 || w.log.Len() != 0 {
		t.Errorf("changed to %s, and the log says %s", changes, w.log)
	}
}

// TestCannotSetAside: a reader does not fail where nothing can be set aside.
func TestCannotSetAside(t *testing.T) {
	w, s := newStates(t)
	b := w.browser()
	b.connect(ada)
	s.put(t, "test.carts", `4711`)
	s.readOnly.Store(true)
	b.page(func(ctx context.Context) {
		if got, err := carts.Get(ctx); err != nil || got.Note != "initial" {
			t.Errorf("read %v, %v", got, err)
		}
	})
	if !strings.Contains(w.log.String(), "cannot be set aside") {
		t.Errorf("the log says %s", w.log)
	}
}

// TestReadableMeanwhile: a value that was written between reading and setting aside is read, and stays.
func TestReadableMeanwhile(t *testing.T) {
	w, s := newStates(t)
	b := w.browser()
	b.connect(ada)
	s.put(t, "test.carts", `4711`)
	s.meanwhile = func() { s.put(t, "test.carts", `{"Items": 5}`) }
	for range 2 {
		b.page(func(ctx context.Context) {
			if got, err := carts.Get(ctx); err != nil || got.Items != 5 {
				t.Errorf("read %v, %v", got, err)
			}
		})
	}
	if w.log.Len() != 0 {
		t.Errorf("the log says %s", w.log)
	}
}
