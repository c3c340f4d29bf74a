package rpc

import (
	"encoding"
	stdjson "encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

var (
	timeType     = reflect.TypeFor[time.Time]()
	durationType = reflect.TypeFor[time.Duration]()
	bytesType    = reflect.TypeFor[[]byte]()
	rawTypes     = []reflect.Type{reflect.TypeFor[jsontext.Value](), reflect.TypeFor[stdjson.RawMessage]()}
)

// describeApart describes the types whose JSON is decided by more than their kind, and refuses those of them that
// do not cross the wire. It reports whether it has described the type.
func (s *shape) describeApart(path string) (bool, error) {
	t := s.goType
	switch {
	case t.Kind() == reflect.Interface, t.Kind() == reflect.Pointer:
		return false, nil // a pointer is what it points to, or null
	case t == timeType:
		s.kind, s.name = kindTime, "Time"
	case slices.Contains(rawTypes, t):
		s.kind, s.name, s.goType = kindRaw, "Json", rawTypes[0]
	case t == durationType:
		return false, refuse(path, t, "send milliseconds as an integer")
	case crossesAsText(t):
		s.kind = kindText
	case encodesItself(t):
		return false, refuse(path, t, "it encodes itself")
	case bytesLike(t) && encodesItself(t.Elem()):
		return false, refuse(path, t, "its bytes encode themselves")
	case t.Kind() == reflect.Slice && bytesLike(t):
		s.kind, s.name, s.goType = kindBytes, "Base64", bytesType
	case bytesLike(t):
		return false, refuse(path, t, "send bytes as a slice")
	default:
		return false, nil
	}
	return true, nil
}

// bytesLike reports whether the library writes a list as base64.
func bytesLike(t reflect.Type) bool {
	return (t.Kind() == reflect.Slice || t.Kind() == reflect.Array) && t.Elem().Kind() == reflect.Uint8
}

// describeEnum looks whether a string type lists its values: then it is one of them, and nothing else.
//
//	func (Colour) Values() []Colour { return []Colour{"red", "green"} }
func (s *shape) describeEnum(path string) error {
	zero := reflect.Zero(s.goType)
	method := zero.MethodByName("Values")
	if !method.IsValid() || method.Type() != reflect.FuncOf(nil, []reflect.Type{reflect.SliceOf(s.goType)}, false) {
		return nil
	}
	s.kind = kindEnum
	for _, value := range method.Call(nil)[0].Seq2() {
		if slices.Contains(s.values, value.String()) {
			return refuse(path, s.goType, fmt.Sprintf("it has the value %q twice", value))
		}
		s.values = append(s.values, value.String())
	}
	if len(s.values) == 0 {
		return refuse(path, s.goType, "it has no values")
	}
	return nil
}

// crossesAsText reports whether a type is a string on the wire because it reads and writes text, and JSON in no
// other way: netip.Addr is one.
func crossesAsText(t reflect.Type) bool {
	return implements(t, textWriter) && implements(t, textReader) && !slices.ContainsFunc(jsonEncoders, func(method reflect.Type) bool {
		return implements(t, method)
	})
}

// encodesItself reports whether the JSON of t is decided by more than its kind.
func encodesItself(t reflect.Type) bool {
	return t == durationType || slices.ContainsFunc(encoders, func(method reflect.Type) bool { return implements(t, method) })
}

func implements(t, method reflect.Type) bool {
	return t.Implements(method) || reflect.PointerTo(t).Implements(method)
}

var (
	textWriter   = reflect.TypeFor[encoding.TextMarshaler]()
	textReader   = reflect.TypeFor[encoding.TextUnmarshaler]()
	jsonEncoders = []reflect.Type{
		reflect.TypeFor[json.Marshaler](),
		reflect.TypeFor[json.MarshalerTo](),
		reflect.TypeFor[json.Unmarshaler](),
		reflect.TypeFor[json.UnmarshalerFrom](),
	}
	encoders = append([]reflect.Type{textWriter, textReader, reflect.TypeFor[encoding.TextAppender]()}, jsonEncoders...)
)

func refuse(path string, t reflect.Type, reason string) error {
	text := fmt.Sprintf("%s: %v does not cross the wire", path, t)
	if reason != "" {
		text += ": " + reason
	}
	return errors.New(text)
}
