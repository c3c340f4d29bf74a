package rpc

import (
	"fmt"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"
)

type (
	userID      int64
	None        struct{}
	Tree        struct{ Children []Tree }
	Forest      []Forest
	Page[T any] struct{ Items []T }
	Address     struct{ Street string }
	hidden      struct {
		Shown string `json:"shown"`
	}
	shouting string
)

func (s shouting) MarshalText() ([]byte, error) { return []byte(strings.ToUpper(string(s))), nil }

// sketch writes a shape in a line, so that a table can show it.
func sketch(s *shape) string {
	switch s.kind {
	case kindNothing:
		return "nothing"
	case kindBool:
		return "bool"
	case kindString:
		return "string"
	case kindInteger:
		return fmt.Sprintf("%d…%d", s.min, s.max)
	case kindFloat:
		return fmt.Sprintf("float%d", s.goType.Bits())
	case kindList:
		return "[]" + sketch(s.elem)
	case kindTuple:
		return fmt.Sprintf("[%d]%s", s.length, sketch(s.elem))
	}
	var fields []string
	for _, f := range s.fields {
		mark := ""
		if f.optional {
			mark = "?"
		}
		fields = append(fields, f.goName+" "+f.name+mark+": "+sketch(f.shape))
	}
	return "{" + strings.Join(fields, ", ") + "}"
}

func TestShapeOf(t *testing.T) {
	tests := []struct {
		value      any
		name, want string
	}{
		{struct{}{}, "", "nothing"},
		{None{}, "", "nothing"},
		{true, "", "bool"},
		{"", "", "string"},
		{int8(0), "", "-128…127"},
		{uint16(0), "", "0…65535"},
		{uint32(0), "", "0…4294967295"},
		{int(0), "", "-9007199254740991…9007199254740991"},
		{uint64(0), "", "0…9007199254740991"},
		{userID(0), "UserID", "-9007199254740991…9007199254740991"},
		{float32(0), "", "float32"},
		{[][]string{}, "", "[][]string"},
		{[2]float64{}, "", "[2]float64"},
		{Address{}, "Address", "{Street Street: string}"},
		{struct {
			By     int8     `json:"by"`
			Note   string   `json:"note,omitzero"`
			Tags   []string `json:",omitempty"`
			Secret string   `json:"-"`
			inside int
			Where  struct{ X, Y float64 }
		}{}, "", "{By by: -128…127, Note note?: string, Tags Tags?: []string, " +
			"Where Where: {X X: float64, Y Y: float64}}"},
		{struct {
			hidden
			Address `json:"address"`
			N       bool
		}{}, "", "{Shown shown: string, Address address: {Street Street: string}, N N: bool}"},
	}
	for _, tt := range tests {
		s, err := shapeOf(reflect.TypeOf(tt.value))
		if err != nil {
			t.Errorf("%T: %v", tt.value, err)
			continue
		}
		if got := sketch(s); got != tt.want || s.name != tt.name {
			t.Errorf("%T is %q %s, want %q %s", tt.value, s.name, got, tt.name, tt.want)
		}
	}
}

func TestShapeOfRefuses(t *testing.T) {
	type Item struct{ When time.Time }
	type AddClicks struct{ Items []Item }
	tests := []struct {
		value any
		want  string
	}{
		{AddClicks{}, "AddClicks.Items[].When: time.Time does not cross the wire: it encodes itself"},
		{time.Second, "Duration: time.Duration does not cross the wire: it encodes itself"},
		{[]netip.Addr{}, "slice[]: netip.Addr does not cross the wire: it encodes itself"},
		{shouting(""), "shouting: rpc.shouting does not cross the wire: it encodes itself"},
		{new(int), "ptr: *int does not cross the wire"},
		{struct{ M map[string]int }{}, "struct.M: map[string]int does not cross the wire"},
		{struct{ V any }{}, "struct.V: interface {} does not cross the wire"},
		{struct{ C chan int }{}, "struct.C: chan int does not cross the wire"},
		{struct{ F func() }{}, "struct.F: func() does not cross the wire"},
		{complex(1, 1), "complex128: complex128 does not cross the wire"},
		{uintptr(0), "uintptr: uintptr does not cross the wire"},
		{[]byte{}, "slice: []uint8 does not cross the wire: bytes would become a base64 string"},
		{[4]byte{}, "array: [4]uint8 does not cross the wire: bytes would become a base64 string"},
		{Tree{}, "Tree.Children[]: rpc.Tree does not cross the wire: it contains itself"},
		{Forest{}, "Forest[]: rpc.Forest does not cross the wire: it contains itself"},
		{struct{ P Page[int] }{}, "struct.P: rpc.Page[int] does not cross the wire: a generic type has no name in TypeScript"},
		{struct{ N None }{}, "struct.N: rpc.None does not cross the wire: it has no fields to send"},
		{struct{ inside int }{}, "struct: struct { inside int } does not cross the wire: it has no fields to send"},
		{struct {
			A int `json:"B"`
			B int
		}{}, `struct.B: there is another field "B"`},
		{struct {
			hidden
			B int `json:"shown"`
		}{}, `struct.B: there is another field "shown"`},
		{struct {
			A int `json:"a,string"`
		}{}, `struct.A: the json option "string" does not cross the wire`},
		{struct {
			A int `json:"content-type"`
		}{}, `struct.A: "content-type" is no plain property name in JavaScript`},
		{struct {
			A int `json:"__proto__"`
		}{}, `struct.A: "__proto__" is no plain property name in JavaScript`},
		{struct{ userID }{}, "struct.userID: an embedded field needs a json name"},
		{struct{ *Address }{}, "struct.Address: an embedded field needs a json name"},
		{struct {
			hidden `json:"hidden"`
		}{}, "struct.hidden: it has a json name but is not exported"},
	}
	for _, tt := range tests {
		if _, err := shapeOf(reflect.TypeOf(tt.value)); err == nil || err.Error() != tt.want {
			t.Errorf("%T:\n got %v\nwant %s", tt.value, err, tt.want)
		}
	}
}
