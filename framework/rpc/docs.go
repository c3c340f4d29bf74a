package rpc

import (
	"reflect"
	"strings"
)

// Docs are the comments of Go code, for what is generated from it. The zero Docs has none. Make it with ReadDocs.
type Docs struct {
	types     map[string]string // of a type, by its package path and its name
	fields    map[string]string // of a struct's field, by the type and its name
	functions map[string]string // of a function or a method, as the runtime names it
	names     map[string]string // directly above a registration, by the name that is registered
}

// builtIn are the types that the generated client has for types of Go's own.
var builtIn = map[kind]string{
	kindTime:  "A moment, as RFC 3339 writes it: 2006-01-02T15:04:05Z. new Date(time) reads it, date.toISOString() writes it.",
	kindBytes: "Bytes, in base64 with padding.",
	kindRaw:   "Any JSON. TypeScript takes no interface for it: write { ...value }, or value as unknown as Json where others are inside.",
}

func (d Docs) ofType(s *shape) string {
	if doc := builtIn[s.kind]; doc != "" {
		return doc
	}
	return d.types[typeKey(s.goType)]
}

func (d Docs) ofField(f field) string {
	if f.owner == nil {
		return ""
	}
	return d.fields[typeKey(f.owner)+"."+f.goName]
}

// ofFunction: the comment above the registration has the first word, for it is about this name.
func (d Docs) ofFunction(name, code string) string {
	if doc := d.names[name]; doc != "" {
		return doc
	}
	code, _, _ = strings.Cut(strings.TrimSuffix(code, "-fm"), "[") // a method's value; a generic function
	return d.functions[code]
}

func (d Docs) ofEvent(name string) string { return d.names[name] }

// typeKey names a type as its declaration does: that of Page[Message] is Page's.
func typeKey(t reflect.Type) string {
	name, _, _ := strings.Cut(t.Name(), "[")
	return t.PkgPath() + "." + name
}
