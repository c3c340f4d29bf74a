package session

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
)

// storable says why a value of a type would not come back as it was from JSON, if it would not: then a stored
// reference of it loses what it is given. Better to hear that at once.
func storable(t reflect.Type) error { return storableIn(t, nil) }

func storableIn(t reflect.Type, outer []reflect.Type) error {
	if slices.Contains(outer, t) {
		return nil // a type that contains itself
	}
	if own, err := encodesItself(t); own || err != nil {
		return err
	}
	outer = append(outer, t)
	switch t.Kind() {
	case reflect.Chan, reflect.Func, reflect.UnsafePointer, reflect.Complex64, reflect.Complex128:
		return fmt.Errorf("JSON has no %v", t)
	case reflect.Interface:
		if t.NumMethod() > 0 {
			return fmt.Errorf("JSON does not tell which %v it was", t)
		}
	case reflect.Map:
		if err := storableKey(t.Key()); err != nil {
			return err
		}
		return storableIn(t.Elem(), outer)
	case reflect.Pointer, reflect.Slice, reflect.Array:
		return storableIn(t.Elem(), outer)
	case reflect.Struct:
		return storableFields(t, outer)
	}
	return nil
}

func storableFields(t reflect.Type, outer []reflect.Type) error {
	for i := range t.NumField() {
		field := t.Field(i)
		switch {
		case field.Name == "_" || field.Tag.Get("json") == "-":
			continue
		case !field.IsExported() && !(field.Anonymous && field.Type.Kind() == reflect.Struct):
			return fmt.Errorf("the field %s of %v is not exported, and so would be lost; what may be lost has the tag `json:\"-\"`", field.Name, t)
		}
		if err := storableIn(field.Type, outer); err != nil {
			return fmt.Errorf("%s of %v: %w", field.Name, t, err)
		}
	}
	return nil
}

func storableKey(t reflect.Type) error {
	switch k := t.Kind(); {
	case k == reflect.String, reflect.Int <= k && k <= reflect.Uintptr:
		return nil
	case implements(t, reflect.TypeFor[encoding.TextMarshaler]()) && implements(t, reflect.TypeFor[encoding.TextUnmarshaler]()):
		return nil
	}
	return fmt.Errorf("a key of a JSON object is no %v", t)
}

// encodesItself reports whether a type has methods of its own for JSON or for text. Half of them are of no use.
func encodesItself(t reflect.Type) (bool, error) {
	for _, pair := range []struct {
		name     string
		from, to reflect.Type
	}{
		{"JSON", reflect.TypeFor[json.Marshaler](), reflect.TypeFor[json.Unmarshaler]()},
		{"text", reflect.TypeFor[encoding.TextMarshaler](), reflect.TypeFor[encoding.TextUnmarshaler]()},
	} {
		out, in := implements(t, pair.from), implements(t, pair.to)
		switch {
		case out && in:
			return true, nil
		case out || in:
			return false, fmt.Errorf("%v can be made %s, or made of it, but not both", t, pair.name)
		}
	}
	return false, nil
}

func implements(t, methods reflect.Type) bool {
	return t.Kind() != reflect.Interface && (t.Implements(methods) || reflect.PointerTo(t).Implements(methods))
}
