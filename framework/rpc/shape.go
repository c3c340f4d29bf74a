package rpc

import (
	"cmp"
	"encoding"
	"fmt"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
)

// A shape describes a Go type as it crosses the wire. What checks the JSON and
// what writes the TypeScript both work from it, so the two sides cannot
// disagree about a type.
type shape struct {
	kind   kind
	goType reflect.Type
	name   string // of a named type, in TypeScript

	min, max int64   // of an integer
	elem     *shape  // of a list or a tuple
	length   int     // of a tuple
	fields   []field // of an object, in the order of the Go fields
}

type field struct {
	name     string // on the wire
	goName   string
	shape    *shape
	optional bool // may be left out, by either side
}

type kind int

const (
	kindNothing kind = iota // an empty struct: no input, no output
	kindBool
	kindString
	kindInteger
	kindFloat
	kindList  // a slice
	kindTuple // a Go array: exactly so many elements
	kindObject
)

// shapeOf describes t, or says which part of it does not cross the wire:
//
//	AddClicks.Items[].When: time.Time does not cross the wire
func shapeOf(t reflect.Type) (*shape, error) {
	if t.Kind() == reflect.Struct && t.NumField() == 0 && !encodesItself(t) {
		return &shape{kind: kindNothing, goType: t}, nil
	}
	return describe(t, cmp.Or(t.Name(), t.Kind().String()), nil)
}

// describe describes the type found at path, inside of the types in outer.
func describe(t reflect.Type, path string, outer []reflect.Type) (*shape, error) {
	switch {
	case slices.Contains(outer, t):
		return nil, refuse(path, t, "it contains itself")
	case encodesItself(t):
		return nil, refuse(path, t, "it encodes itself")
	case strings.Contains(t.Name(), "["):
		return nil, refuse(path, t, "a generic type has no name in TypeScript")
	}
	s := &shape{goType: t, name: typeScriptName(t)}
	outer = append(outer, t)
	var err error
	switch t.Kind() {
	case reflect.Bool:
		s.kind = kindBool
	case reflect.String:
		s.kind = kindString
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		s.kind = kindInteger
		s.min, s.max = exactRange(t)
	case reflect.Float32, reflect.Float64:
		s.kind = kindFloat
	case reflect.Slice:
		s.kind = kindList
		s.elem, err = describeElem(t, path, outer)
	case reflect.Array:
		s.kind, s.length = kindTuple, t.Len()
		s.elem, err = describeElem(t, path, outer)
	case reflect.Struct:
		s.kind = kindObject
		s.fields, err = describeFields(t, path, outer)
	default:
		return nil, refuse(path, t, "")
	}
	return s, err
}

// maxExact is the largest integer that JavaScript can tell from its neighbours.
const maxExact = 1<<53 - 1

// exactRange answers the integers that both t and JavaScript hold exactly.
func exactRange(t reflect.Type) (low, high int64) {
	if reflect.Zero(t).CanUint() {
		return 0, int64(min(uint64(math.MaxUint64)>>(64-t.Bits()), maxExact))
	}
	largest := int64(math.MaxInt64) >> (64 - t.Bits())
	return max(-largest-1, -maxExact), min(largest, maxExact)
}

func describeElem(t reflect.Type, path string, outer []reflect.Type) (*shape, error) {
	if t.Elem().Kind() == reflect.Uint8 {
		return nil, refuse(path, t, "bytes would become a base64 string")
	}
	return describe(t.Elem(), path+"[]", outer)
}

func describeFields(t reflect.Type, path string, outer []reflect.Type) ([]field, error) {
	var fields []field
	for f := range t.Fields() {
		more, err := describeField(f, path+"."+f.Name, outer)
		if err != nil {
			return nil, err
		}
		for _, m := range more {
			if slices.ContainsFunc(fields, func(f field) bool { return f.name == m.name }) {
				return nil, fmt.Errorf("%s.%s: there is another field %q", path, m.goName, m.name)
			}
			fields = append(fields, m)
		}
	}
	if len(fields) == 0 {
		return nil, refuse(path, t, "it has no fields to send")
	}
	return fields, nil
}

// describeField answers no field for what stays at home, one as a rule, and for
// an embedded struct all of its fields, which JSON lifts into the outer object.
func describeField(f reflect.StructField, path string, outer []reflect.Type) ([]field, error) {
	tag, tagged := f.Tag.Lookup("json")
	if tag == "-" || !tagged && !f.IsExported() && !f.Anonymous {
		return nil, nil
	}
	name, optional, err := readTag(tag)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", path, err)
	case f.Anonymous && name == "" && !optional && f.Type.Kind() == reflect.Struct:
		s, err := describe(f.Type, path, outer)
		if err != nil {
			return nil, err
		}
		return s.fields, nil
	case f.Anonymous && name == "":
		return nil, fmt.Errorf("%s: an embedded field needs a json name", path)
	case !f.IsExported():
		return nil, fmt.Errorf("%s: it has a json name but is not exported", path)
	}
	name = cmp.Or(name, f.Name)
	if !propertyName.MatchString(name) || name == "__proto__" {
		return nil, fmt.Errorf("%s: %q is no plain property name in JavaScript", path, name)
	}
	s, err := describe(f.Type, path, outer)
	return []field{{name: name, goName: f.Name, shape: s, optional: optional}}, err
}

var propertyName = regexp.MustCompile(`^[A-Za-z_$][A-Za-z0-9_$]*$`)

func readTag(tag string) (name string, optional bool, err error) {
	name, options, more := strings.Cut(tag, ",")
	for more {
		var option string
		option, options, more = strings.Cut(options, ",")
		if option != "omitzero" && option != "omitempty" {
			return "", false, fmt.Errorf("the json option %q does not cross the wire", option)
		}
		optional = true
	}
	return name, optional, nil
}

// encodesItself reports whether the JSON of t is decided by more than its kind.
func encodesItself(t reflect.Type) bool {
	if t == reflect.TypeFor[time.Duration]() {
		return true // the library treats it apart
	}
	return slices.ContainsFunc(encoders, func(method reflect.Type) bool {
		return t.Implements(method) || reflect.PointerTo(t).Implements(method)
	})
}

var encoders = []reflect.Type{
	reflect.TypeFor[json.Marshaler](),
	reflect.TypeFor[json.MarshalerTo](),
	reflect.TypeFor[json.Unmarshaler](),
	reflect.TypeFor[json.UnmarshalerFrom](),
	reflect.TypeFor[encoding.TextMarshaler](),
	reflect.TypeFor[encoding.TextAppender](),
	reflect.TypeFor[encoding.TextUnmarshaler](),
}

// typeScriptName answers the name of a type that has one of its own. It begins
// with a capital, which also keeps it apart from TypeScript's own words.
func typeScriptName(t reflect.Type) string {
	if t.PkgPath() == "" {
		return "" // int, []string, struct{…}
	}
	first, size := utf8.DecodeRuneInString(t.Name())
	return string(unicode.ToUpper(first)) + t.Name()[size:]
}

func refuse(path string, t reflect.Type, reason string) error {
	if reason != "" {
		reason = ": " + reason
	}
	return fmt.Errorf("%s: %v does not cross the wire%s", path, t, reason)
}
