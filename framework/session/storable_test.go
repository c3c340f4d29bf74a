package session_test

import (
	"encoding/json"
	"fmt"
	number "math/big"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"github.com/ocsigo/start/framework/session"
)

type (
	tree struct {
		Value    int
		Children []tree
		Above    *tree `json:"-"`
	}
	base     struct{ Name string }
	embeds   struct{ base }
	secretly struct {
		Name   string
		hidden int
	}
	cached struct {
		Name  string
		cache func() `json:"-"`
		_     int
	}
	oneWay struct{ n int }
	deep   struct{ Events map[string][]chan int }
)

func (oneWay) MarshalJSON() ([]byte, error) { return nil, nil }

// keep the compiler content: these fields are there to be lost.
var _, _, _ = secretly{hidden: 1}, cached{cache: nil}, oneWay{n: 1}

var declared atomic.Int64 // how many references these tests have: each needs a name

// declares tries to declare a stored reference of a type, and returns what it panics with.
func declares[T any]() (said string) {
	defer func() {
		if p := recover(); p != nil {
			said = fmt.Sprint(p)
		}
	}()
	session.NewStoredRefFunc(fmt.Sprint("test.type", declared.Add(1)), session.PerUser, func() (none T) { return none })
	return ""
}

// TestStorable: what comes back from JSON as it was may be stored.
func TestStorable(t *testing.T) {
	for name, said := range map[string]string{
		"a basic type":           declares[float32](),
		"a list of times":        declares[[]time.Time](),
		"a tree":                 declares[tree](),
		"pointers":               declares[*[3]*string](),
		"what knows its JSON":    declares[*number.Int](),
		"keys that know theirs":  declares[map[netip.Addr]int](),
		"numbers as keys":        declares[map[int8]any](),
		"an embedded struct":     declares[embeds](),
		"lost on purpose":        declares[cached](),
		"JSON itself":            declares[json.RawMessage](),
		"bytes":                  declares[[]byte](),
		"a struct without names": declares[struct{ A, B uint }](),
	} {
		if said != "" {
			t.Errorf("%s: %s", name, said)
		}
	}
}

// TestNotStorable: what does not is refused where it is declared, with the reason.
func TestNotStorable(t *testing.T) {
	for name, c := range map[string]struct{ said, reason string }{
		"a channel":        {declares[chan int](), "JSON has no chan int"},
		"a function":       {declares[func()](), "JSON has no func()"},
		"a bare pointer":   {declares[unsafe.Pointer](), "JSON has no unsafe.Pointer"},
		"a complex number": {declares[complex128](), "JSON has no complex128"},
		"a channel inside": {declares[deep](), "Events of session_test.deep: JSON has no chan int"},
		"an interface":     {declares[[]error](), "does not tell which error"},
		"a private field":  {declares[secretly](), "the field hidden of session_test.secretly is not exported"},
		"one way only":     {declares[oneWay](), "but not both"},
		"strange keys":     {declares[map[base]int](), "no session_test.base"},
	} {
		if !strings.Contains(c.said, c.reason) || !strings.Contains(c.said, `"test.type`) {
			t.Errorf("%s: it says %q", name, c.said)
		}
	}
}

func TestNewStoredRefPanics(t *testing.T) {
	for name, declare := range map[string]func(){
		"a name for the second time": func() { session.NewStoredRef("test.text", session.PerUser, 0) },
		"a name of one in memory":    func() { session.NewStoredRef("test.named", session.PerUser, 0) },
		"one in memory of its name":  func() { session.NewRef("test.text", session.PerUser, 0) },
		"a map":                      func() { session.NewStoredRef("test.storedMap", session.PerUser, map[string]int{}) },
		"a request":                  func() { session.NewStoredRef("test.storedRequest", session.PerRequest, 0) },
		"a tab":                      func() { session.NewStoredRef("test.storedTab", session.PerTab, 0) },
		"a user-independent tab":     func() { session.NewStoredRef("test.storedTabIndep", session.PerTabUserIndep, 0) },
		"no scope":                   func() { session.NewStoredRef("test.storedNothing", session.Scope(17), 0) },
	} {
		if !panics(declare) {
			t.Errorf("%s: no panic", name)
		}
	}
}
