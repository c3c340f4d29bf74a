package rpc

import (
	"context"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

// everyShape registers functions with inputs of every kind. Each of them says that it was called.
func everyShape(b *bench, called func()) {
	takes[Order](b, "order", called)
	takes[Everything](b, "everything", called)
	takes[Counters](b, "counters", called)
	takes[Binary](b, "binary", called)
	takes[Outline](b, "outline", called)
	takes[int](b, "int", called)
	takes[[]string](b, "strings", called)
	takes[[2]bool](b, "pair", called)
	takes[map[int]Address](b, "map", called)
	takes[*Address](b, "pointer", called)
	takes[colour](b, "colour", called)
	takes[jsontext.Value](b, "raw", called)
	HandleStream(b.API, "stream", func(context.Context, Order, func(int) error) error { called(); return nil })
}

func takes[In any](b *bench, name string, called func()) {
	Handle(b.API, name, func(context.Context, In) (int, error) { called(); return 0, nil })
}

// sample is a valid value of the shape, as encoding/json has it.
func sample(s *shape, depth int) any {
	switch s.kind {
	case kindBool:
		return true
	case kindString:
		return "x"
	case kindEnum:
		return s.values[0]
	case kindText:
		return "10.0.0.1"
	case kindTime:
		return "2006-01-02T15:04:05Z"
	case kindBytes:
		return "AP8="
	case kindInteger, kindFloat:
		return 1
	case kindList:
		if depth > 3 {
			return []any{}
		}
		return []any{sample(s.elem, depth+1)}
	case kindTuple:
		return slices.Repeat([]any{sample(s.elem, depth+1)}, s.length)
	case kindMap:
		return map[string]any{map[bool]string{true: "1", false: "red"}[s.key.kind == kindInteger]: sample(s.elem, depth+1)}
	case kindObject:
		return sampleObject(s, depth)
	case kindUnion:
		return sampleObject(s.union.variants[0].shape, depth)
	case kindNullable:
		if depth > 3 {
			return nil
		}
		return sample(s.elem, depth+1)
	}
	return map[string]any{}
}

func sampleObject(s *shape, depth int) any {
	object := map[string]any{}
	for _, f := range s.fields {
		if !f.optional || depth < 3 {
			object[f.name] = sample(f.shape, depth+1)
		}
	}
	return object
}

// wrongs are all that comes of a valid value when one part of it, or the whole, is something else.
func wrongs(s *shape, value any) (all []any) {
	for _, other := range []any{nil, true, 1, 1.5, "surely not", []any{}, map[string]any{}, map[string]any{"x": 1}} {
		if !fits(s, other) {
			all = append(all, other)
		}
	}
	switch value := value.(type) {
	case []any:
		for i := range value {
			if s.elem == nil {
				break
			}
			for _, wrong := range wrongs(s.elem, value[i]) {
				changed := slices.Clone(value)
				changed[i] = wrong
				all = append(all, changed)
			}
		}
	case map[string]any:
		all = append(all, wrongMembers(s, value)...)
	}
	return all
}

func wrongMembers(s *shape, value map[string]any) (all []any) {
	with := func(name string, member any) {
		changed := maps.Clone(value)
		changed[name] = member
		all = append(all, changed)
	}
	without := func(name string) {
		changed := maps.Clone(value)
		delete(changed, name)
		all = append(all, changed)
	}
	switch s.kind {
	case kindNullable:
		return wrongMembers(s.elem, value)
	case kindUnion:
		return wrongMembers(s.union.variants[0].shape, value)
	case kindMap:
		for name := range value {
			for _, wrong := range wrongs(s.elem, value[name]) {
				with(name, wrong)
			}
		}
	case kindObject:
		with("is_admin", true)
		for _, f := range s.fields {
			if !f.optional {
				without(f.name)
			}
			if _, given := value[f.name]; !given {
				continue
			}
			for _, wrong := range wrongs(f.shape, value[f.name]) {
				with(f.name, wrong)
			}
		}
	}
	return all
}

// fits says by the kind alone what the package finds out by reading: which of the others are valid too.
func fits(s *shape, other any) bool {
	text, isText := other.(string)
	switch s.kind {
	case kindRaw:
		return true
	case kindNullable:
		return other == nil || fits(s.elem, other)
	case kindNothing:
		return other == nil || reflect.DeepEqual(other, map[string]any{})
	case kindBool:
		return other == true
	case kindInteger:
		return other == 1
	case kindFloat:
		return other == 1 || other == 1.5
	case kindString:
		return isText
	case kindEnum:
		return isText && slices.Contains(s.values, text)
	case kindList:
		return reflect.DeepEqual(other, []any{})
	case kindMap:
		one := reflect.DeepEqual(other, map[string]any{"x": 1}) && s.key.kind == kindString && fits(s.elem, 1)
		return one || reflect.DeepEqual(other, map[string]any{})
	case kindObject:
		return reflect.DeepEqual(other, map[string]any{}) && !slices.ContainsFunc(s.fields, func(f field) bool { return !f.optional })
	}
	return false
}

// params puts an input where JSON-RPC has it.
func params(t *testing.T, s *shape, input any) string {
	t.Helper()
	if _, object := input.(map[string]any); !object || !s.mayBeObject() && s.kind != kindNothing {
		input = []any{input}
	}
	text, err := json.Marshal(input)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestConfusion: every parameter of every function, replaced by everything else, is an invalid input: never an
// internal error, and never a zero value that nobody sent. The list is made of the registry itself.
func TestConfusion(t *testing.T) {
	b := newBench(t)
	called := 0
	everyShape(b, func() { called++ })
	tried := 0
	for name, f := range b.functions {
		valid := sample(f.in, 0)
		if f.in.kind == kindNothing {
			valid = map[string]any{}
		}
		if !strings.HasPrefix(name, "session.") { // those would do what they are for
			before := called
			if _, failure := b.call(t, name, params(t, f.in, valid), nil); failure != nil || called != before+1 {
				t.Errorf("%s does not take %s: %v", name, params(t, f.in, valid), failure)
			}
		}
		for _, wrong := range wrongs(f.in, valid) {
			text := params(t, f.in, wrong)
			if text == "[null]" && f.in.kind == kindNothing {
				continue
			}
			before := called
			_, failure := b.call(t, name, text, nil)
			if failure == nil || failure.Kind.Kind != "invalid_input" || called != before {
				t.Errorf("%s takes %s: %v", name, text, failure)
			}
			tried++
		}
	}
	if tried < 500 {
		t.Errorf("only %d inputs were tried", tried)
	}
}

// TestBrokenInput: what is no JSON, or is read in several ways, reaches no function.
func TestBrokenInput(t *testing.T) {
	b := newBench(t)
	called := 0
	everyShape(b, func() { called++ })
	for name := range b.functions {
		for _, text := range []string{
			`{`, `[`, `[1`, `{"a":`, `{"by":1}}`, `[1]]`, `[1] [2]`, `{"a":1,"a":1}`, `[{"kind":"point","kind":"circle"}]`,
			`[NaN]`, `[1e400]`, `["\ud800"]`, "[\"\xff\"]", `['x']`, `[01]`, `[undefined]`, "\x00", `// x`,
			strings.Repeat("[", 100_000), strings.Repeat(`{"Children":[`, 10_000), strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000),
		} {
			if name == "raw" && text == `[1e400]` {
				continue // a number all the same: what it is worth is its reader's affair
			}
			if _, failure := b.call(t, name, text, nil); failure == nil || failure.Kind.Kind != "invalid_input" {
				t.Errorf("%s takes %.40q: %v", name, text, failure)
			}
		}
	}
	if called > 0 {
		t.Errorf("%d calls went through", called)
	}
}
