package rpc

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

// documentedKinds are those of the table of errors in docs/protocol.md.
func documentedKinds(t *testing.T) (kinds []string) {
	t.Helper()
	document, err := os.ReadFile("../../docs/protocol.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range regexp.MustCompile("(?m)^\\| -\\d+ \\| `(\\w+)` \\|").FindAllStringSubmatch(string(document), -1) {
		kinds = append(kinds, row[1])
	}
	if len(kinds) < 10 {
		t.Fatalf("found only %q", kinds)
	}
	return kinds
}

// TestKindsOfFramework: what a caller switches on means what the protocol says, whatever a function calls its errors.
func TestKindsOfFramework(t *testing.T) {
	b := newBench(t)
	var kind string
	Handle(b.API, "fail", func(context.Context, struct{}) (int, error) {
		return 0, fmt.Errorf("wrapped: %w", &Error{Kind: kind, Message: "The till is closed.", Fields: map[string]string{"a": "b"}})
	})
	for _, kind = range documentedKinds(t) {
		b.log.Reset()
		_, failure := b.call(t, "fail", "", nil)
		if failure == nil || failure.Kind.Kind != "internal" || failure.Number != -32603 || failure.Message != internal.Message || failure.Kind.Fields != nil {
			t.Errorf("%s reaches the caller: %+v", kind, failure)
			continue
		}
		said := b.log.String()
		for _, want := range []string{"id=" + failure.Kind.ID, "function=fail", "the kind " + kind + ", which is the framework's own", "The till is closed."} {
			if !strings.Contains(said, want) {
				t.Errorf("%s: the log does not say %s: %s", kind, want, said)
			}
		}
	}
	for says, err := range map[string]error{
		"without a kind": &Error{Message: "The till is closed."},
		"that is nil":    (*Error)(nil),
	} {
		b.log.Reset()
		Handle(b.API, "fail"+strings.ReplaceAll(says, " ", ""), func(context.Context, struct{}) (int, error) { return 0, err })
		_, failure := b.call(t, "fail"+strings.ReplaceAll(says, " ", ""), "", nil)
		if failure == nil || failure.Kind.Kind != "internal" || !strings.Contains(b.log.String(), "rpc.Error "+says) {
			t.Errorf("%s: %+v, and the log has %s", says, failure, b.log.String())
		}
	}
	for _, kind = range []string{"sold_out", "notConnected", "Stale", "not_connected_yet"} {
		if _, failure := b.call(t, "fail", "", nil); failure == nil || failure.Kind.Kind != kind || failure.Number != ownError {
			t.Errorf("%s becomes %+v", kind, failure)
		}
	}
}
