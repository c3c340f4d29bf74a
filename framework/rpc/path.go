package rpc

import (
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// steps are those of a path into a value of the shape, in the words of check: an index is [0], and a name is quoted where
// it is no plain word. The library writes /0 for both the first element and the member "0"; the shape tells them apart.
func (s *shape) steps(at jsontext.Pointer) (steps []string) {
	for token := range at.Tokens() {
		for s.kind == kindNullable {
			s = s.elem
		}
		switch s.kind {
		case kindList, kindTuple:
			steps, s = append(steps, "["+token+"]"), s.elem
		case kindMap:
			steps, s = append(steps, shown(token)), s.elem
		default:
			steps, s = append(steps, shown(token)), s.member(token)
		}
	}
	return steps
}

// member is the shape of an object's member. In a union it is that of the first variant that has one of this name.
func (s *shape) member(name string) *shape {
	fields := s.fields
	if s.kind == kindUnion {
		for _, v := range s.union.variants {
			fields = append(fields, v.shape.fields...)
		}
	}
	i := slices.IndexFunc(fields, func(f field) bool { return f.name == name })
	if i < 0 {
		return &shape{kind: kindRaw}
	}
	return fields[i].shape
}
