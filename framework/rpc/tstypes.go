package rpc

import (
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// typeScript answers the type as other types mention it.
func (s *shape) typeScript() string {
	if s.name != "" {
		return s.name
	}
	return s.literal()
}

// literal answers the type written out.
func (s *shape) literal() string {
	switch s.kind {
	case kindNothing:
		return "void"
	case kindBool:
		return "boolean"
	case kindString, kindText, kindTime, kindBytes:
		return "string"
	case kindEnum:
		return strings.Join(each(s.values, quoted), " | ")
	case kindList:
		if s.elem.name == "" && s.elem.kind == kindNullable {
			return "(" + s.elem.literal() + ")[]"
		}
		return s.elem.typeScript() + "[]"
	case kindTuple:
		return "[" + strings.Join(slices.Repeat([]string{s.elem.typeScript()}, s.length), ", ") + "]"
	case kindMap:
		return s.record()
	case kindObject:
		return "{ " + strings.Join(each(s.fields, field.typeScript), "; ") + " }"
	case kindUnion:
		return strings.Join(each(s.union.variants, func(v variant) string { return v.shape.literal() }), " | ")
	case kindNullable:
		return s.elem.typeScript() + " | null"
	case kindRaw:
		return "null | boolean | number | string | Json[] | { [name: string]: Json }"
	}
	return "number"
}

// record answers the type of a map. Its keys are strings in JavaScript, and where they are an enum some may be absent.
func (s *shape) record() string {
	if s.key.kind == kindEnum {
		return "Partial<Record<" + s.key.typeScript() + ", " + s.elem.typeScript() + ">>"
	}
	return "Record<string, " + s.elem.typeScript() + ">"
}

func (f field) typeScript() string {
	if f.optional {
		return f.name + "?: " + f.shape.typeScript()
	}
	return f.name + ": " + f.shape.typeScript()
}

// quoted writes a string of JSON, which is one of JavaScript.
func quoted(text string) string {
	written, _ := jsontext.AppendQuote(nil, text) // what is no UTF-8 becomes U+FFFD
	return string(written)
}

func each[From, To any](list []From, write func(From) To) []To {
	written := make([]To, len(list))
	for i, v := range list {
		written[i] = write(v)
	}
	return written
}
