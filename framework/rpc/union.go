package rpc

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Union says that values of the interface type I cross the wire as one of the variants, which are structs. A member
// of this name tells them apart: it has the name of the variant's type.
//
//	func init() { rpc.Union[Shape]("kind", Circle{}, Square{}) }   // {"kind":"circle","radius":1}
//
// Call it before anything that uses I is registered. It panics when the member is no property name or one that a
// variant has itself, and when I was said before.
func Union[I any](member string, variants ...I) {
	u := &union{member: member}
	for _, v := range variants {
		t := reflect.TypeOf(v)
		if t == nil || t.Kind() != reflect.Struct || t.Name() == "" {
			panic(fmt.Sprintf("rpc: union %v: %T is no struct with a name", reflect.TypeFor[I](), v))
		}
		first, size := utf8.DecodeRuneInString(t.Name())
		u.variants = append(u.variants, variant{name: string(unicode.ToLower(first)) + t.Name()[size:], goType: t})
	}
	u.writing = json.MarshalToFunc(func(to *jsontext.Encoder, value *I) error { return u.write(to, *value) })
	u.reading = json.UnmarshalFromFunc(func(from *jsontext.Decoder, into *I) error {
		value, err := u.read(from)
		if err == nil {
			*into = value.Interface().(I)
		}
		return err
	})
	unions.add(reflect.TypeFor[I](), u)
}

type union struct {
	member   string
	variants []variant
	writing  *json.Marshalers
	reading  *json.Unmarshalers
}

type variant struct {
	name   string
	goType reflect.Type
	shape  *shape // with the member
}

// unions are those of the program, as their types are.
var unions = unionList{known: map[reflect.Type]*union{}}

type unionList struct {
	mu    sync.Mutex // protects known
	known map[reflect.Type]*union
}

func (l *unionList) add(t reflect.Type, u *union) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fit := t.Kind() == reflect.Interface && t.Name() != "" && l.known[t] == nil
	if !fit || len(u.variants) == 0 || !propertyName.MatchString(u.member) {
		panic(fmt.Sprintf("rpc: union %v: it needs an interface with a name that is no union yet, a property name and variants", t))
	}
	l.known[t] = u
}

func (l *unionList) of(t reflect.Type) *union {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.known[t]
}

// codecOptions are those of the library for the unions known so far.
func codecOptions() (reading, writing json.Options) {
	unions.mu.Lock()
	defer unions.mu.Unlock()
	reading, writing = json.RejectUnknownMembers(true), json.Deterministic(true)
	var readings []*json.Unmarshalers
	var writings []*json.Marshalers
	for _, u := range unions.known {
		readings, writings = append(readings, u.reading), append(writings, u.writing)
	}
	if len(readings) > 0 {
		reading = json.JoinOptions(reading, json.WithUnmarshalers(json.JoinUnmarshalers(readings...)))
		writing = json.JoinOptions(writing, json.WithMarshalers(json.JoinMarshalers(writings...)))
	}
	return reading, writing
}

// describeUnion describes each variant as an object whose first field can only have the variant's name.
func (d describer) describeUnion(s *shape, path string, outer []reflect.Type) error {
	known := unions.of(s.goType)
	if known == nil {
		return refuse(path, s.goType, "")
	}
	s.kind, s.union = kindUnion, &union{member: known.member}
	for _, v := range known.variants {
		fields, err := d.describeFields(v.goType, path+"("+v.name+")", outer)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(fields, func(f field) bool { return f.name == known.member }) {
			return refuse(path, v.goType, fmt.Sprintf("the union's %q is a field of it", known.member))
		}
		tag := field{name: known.member, shape: &shape{kind: kindEnum, goType: s.goType, values: []string{v.name}}}
		v.shape = &shape{kind: kindObject, goType: v.goType, fields: append([]field{tag}, fields...)}
		s.union.variants = append(s.union.variants, v)
	}
	return nil
}

func (u *union) write(to *jsontext.Encoder, value any) error {
	i := slices.IndexFunc(u.variants, func(v variant) bool { return v.goType == reflect.TypeOf(value) })
	if i < 0 {
		return fmt.Errorf("%T is no variant", value)
	}
	text, err := json.Marshal(value, to.Options())
	if err != nil {
		return err
	}
	tagged := fmt.Appendf(nil, `{"%s":"%s"`, u.member, u.variants[i].name)
	if len(text) > len("{}") {
		tagged = append(tagged, ',')
	}
	return to.WriteValue(append(tagged, text[1:]...))
}

// read reads what has been checked.
func (u *union) read(from *jsontext.Decoder) (value reflect.Value, err error) {
	text, err := from.ReadValue()
	if err != nil {
		return value, err
	}
	v := u.find(text)
	if v == nil {
		return value, errors.New("no variant")
	}
	into := reflect.New(v.goType)
	err = json.Unmarshal(text, into.Interface(), from.Options(), json.RejectUnknownMembers(false)) // it has the union's
	var refused *json.SemanticError
	if errors.As(err, &refused) { // it says where in the variant; the caller has to know where in all
		refused.JSONPointer = from.StackPointer() + refused.JSONPointer
	}
	return into.Elem(), err
}

// find looks which variant an object is; nil when it is none, or broken before it says.
func (u *union) find(text []byte) *variant {
	d := jsontext.NewDecoder(bytes.NewBuffer(text), jsontext.AllowDuplicateNames(true))
	d.ReadToken()
	for d.PeekKind() == '"' {
		name, err := d.ReadToken()
		if err != nil {
			return nil
		}
		if name.String() != u.member {
			if d.SkipValue() != nil {
				return nil
			}
			continue
		}
		value, _ := d.ReadToken()
		i := slices.IndexFunc(u.variants, func(v variant) bool { return v.name == value.String() })
		if value.Kind() != '"' || i < 0 {
			return nil
		}
		return &u.variants[i]
	}
	return nil
}

// names are those of the variants, for a caller that has used another.
func (u *union) names() string {
	return strings.Join(each(u.variants, func(v variant) string { return v.name }), ", ")
}
