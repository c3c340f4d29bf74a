package rpc

import (
	"cmp"
	"math"
	"reflect"
	"slices"

	"github.com/go-json-experiment/json"
)

// A shape describes a Go type as it crosses the wire. What checks the JSON, what writes the TypeScript and what
// writes the schemas all work from it, so the two sides cannot disagree about a type. A type that contains itself
// has a shape that contains itself.
type shape struct {
	kind   kind
	goType reflect.Type
	name   string // of a named type, in TypeScript

	min, max int64    // of an integer
	values   []string // of an enum
	key      *shape   // of a map: a string, an enum or an integer
	elem     *shape   // of a list, a tuple, a map, or of what may be null
	length   int      // of a tuple
	fields   []field  // of an object, in the order of the Go fields
	union    *union

	// Of the shape of a whole value: how the library reads and writes it. exact: all that it writes fits the shape, and
	// need not be looked at again. exactIfShort: so does all in which no number has so many digits that it may be rounded.
	reading, writing    json.Options
	exact, exactIfShort bool
}

type field struct {
	name     string // on the wire
	goName   string
	owner    reflect.Type // the struct that has it: an embedded one has its own
	shape    *shape
	optional bool // may be left out, by either side
}

type kind int

const (
	kindNothing kind = iota // an empty struct: no input, no output
	kindBool
	kindString
	kindEnum // a string type that lists its Values
	kindText // a string for a type that marshals and unmarshals text
	kindTime // a string, of RFC 3339
	kindBytes
	kindInteger
	kindFloat
	kindList  // a slice
	kindTuple // a Go array: exactly so many elements
	kindMap
	kindObject
	kindUnion    // one of several objects, which a member tells apart
	kindNullable // a pointer: null, or what it points to
	kindRaw      // any JSON
)

// shapeOf describes t, or says which part of it does not cross the wire:
//
//	AddClicks.Items[].For: time.Duration does not cross the wire: send milliseconds as an integer
func shapeOf(t reflect.Type) (*shape, error) {
	s := &shape{goType: t}
	if t.Kind() != reflect.Struct || t.NumField() > 0 || encodesItself(t) {
		var err error
		if s, err = (describer{}).describe(t, cmp.Or(t.Name(), t.Kind().String()), nil); err != nil {
			return nil, err
		}
	}
	s.reading, s.writing = codecOptions()
	s.exact, s.exactIfShort = s.alwaysFits(32, 0), s.alwaysFits(64, 0)
	return s, nil
}

// describer knows the types that it has met: a shape that is still being made is met again in a type that
// contains itself.
type describer map[reflect.Type]*shape

// describe describes the type found at path, inside of the types in outer.
func (d describer) describe(t reflect.Type, path string, outer []reflect.Type) (*shape, error) {
	if known := d[t]; known != nil {
		if i := slices.Index(outer, t); i >= 0 && !slices.ContainsFunc(outer[i:], named) {
			return nil, refuse(path, t, "it contains itself, and no struct with a name stands between")
		}
		return known, nil
	}
	name, err := typeScriptName(t)
	if err != nil {
		return nil, refuse(path, t, err.Error())
	}
	s := &shape{goType: t, name: name}
	d[t] = s
	if known, err := s.describeApart(path); known || err != nil {
		return s, err
	}
	outer = append(outer, t)
	switch t.Kind() {
	case reflect.Interface:
		return s, d.describeUnion(s, path, outer)
	case reflect.Pointer:
		s.kind = kindNullable
		s.elem, err = d.describePointed(t, path, outer)
	case reflect.Slice:
		s.kind = kindList
		s.elem, err = d.describe(t.Elem(), path+"[]", outer)
	case reflect.Array:
		s.kind, s.length = kindTuple, t.Len()
		s.elem, err = d.describe(t.Elem(), path+"[]", outer)
	case reflect.Map:
		s.kind = kindMap
		if s.key, err = d.describeKey(t, path); err == nil {
			s.elem, err = d.describe(t.Elem(), path+"[]", outer)
		}
	case reflect.Struct:
		s.kind = kindObject
		s.fields, err = d.describeFields(t, path, outer)
		if err == nil && len(s.fields) == 0 {
			err = refuse(path, t, "it has no fields to send")
		}
	default:
		err = s.describeBasic(path)
	}
	return s, err
}

// describeBasic describes what consists of nothing else.
func (s *shape) describeBasic(path string) error {
	switch s.goType.Kind() {
	case reflect.Bool:
		s.kind = kindBool
	case reflect.String:
		s.kind = kindString
		return s.describeEnum(path)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		s.kind = kindInteger
		s.min, s.max = exactRange(s.goType)
	case reflect.Float32, reflect.Float64:
		s.kind = kindFloat
	default:
		return refuse(path, s.goType, "")
	}
	return nil
}

// describePointed describes what a pointer points to: null must mean one thing only.
func (d describer) describePointed(t reflect.Type, path string, outer []reflect.Type) (*shape, error) {
	elem, err := d.describe(t.Elem(), path, outer)
	if err == nil && (elem.kind == kindNullable || elem.kind == kindRaw) {
		return nil, refuse(path, t, "what it points to may itself be null")
	}
	return elem, err
}

// describeKey describes the key of a map: JSON has them as strings.
func (d describer) describeKey(t reflect.Type, path string) (*shape, error) {
	key := t.Key()
	if encodesItself(key) {
		return nil, refuse(path, t, "its keys encode themselves")
	}
	s, err := d.describe(key, path, nil)
	if err == nil && s.kind != kindString && s.kind != kindEnum && s.kind != kindInteger {
		err = refuse(path, t, "its keys are neither strings nor integers")
	}
	return s, err
}

// named reports whether TypeScript can speak of a type inside of itself.
func named(t reflect.Type) bool {
	return (t.Kind() == reflect.Struct || t.Kind() == reflect.Interface) && t.Name() != ""
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

// alwaysFits reports whether whatever the library writes for the type is of this shape, as long as the integers of so
// many bits are. Those of 64 may be too large for JavaScript, and what contains itself may be too deep.
func (s *shape) alwaysFits(bits, depth int) bool {
	fits := func(s *shape) bool { return s.alwaysFits(bits, depth+1) }
	switch s.kind {
	case kindNothing, kindBool, kindString, kindText, kindTime, kindBytes, kindFloat:
		return true
	case kindInteger:
		return s.goType.Bits() <= bits
	case kindList, kindTuple, kindNullable:
		return depth < maxDepth && fits(s.elem)
	case kindMap:
		return depth < maxDepth && s.key.kind != kindEnum && fits(s.key) && fits(s.elem)
	case kindObject:
		return depth < maxDepth && !slices.ContainsFunc(s.fields, func(f field) bool { return !fits(f.shape) })
	}
	return false
}
