package rpc

import (
	"encoding/json"
	"fmt"
	"math/big"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

type (
	colour         string // one of its Values
	twice          string
	never          string
	count          map[colour]int
	blob           []byte
	pair[A, B any] struct {
		First  A
		Second B
	}
	Binary struct {
		Value       int
		Left, Right *Binary
	}
	userID      int64
	None        struct{}
	Tree        struct{ Children []Tree }
	Forest      []Forest
	Page[T any] struct{ Items []T }
	Address     struct{ Street string }
	hidden      struct {
		Shown string `json:"shown"`
	}
	shouting     string
	shoutingByte byte
)

func (colour) Values() []colour { return []colour{"red", "light \"green\""} }
func (twice) Values() []twice   { return []twice{"a", "a"} }
func (never) Values() []never   { return nil }

func (shoutingByte) MarshalText() ([]byte, error) { return []byte("!"), nil }

func (s shouting) MarshalText() ([]byte, error) { return []byte(strings.ToUpper(string(s))), nil }

// outer is the last named object that is being sketched: it may contain itself.
var outer reflect.Type

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
	case kindEnum:
		return strings.Join(s.values, "|")
	case kindText:
		return "text"
	case kindTime:
		return "time"
	case kindBytes:
		return "base64"
	case kindRaw:
		return "any"
	case kindNullable:
		return "*" + sketch(s.elem)
	case kindMap:
		return "map[" + sketch(s.key) + "]" + sketch(s.elem)
	}
	if s.goType == outer {
		return s.name + "…"
	}
	if s.name != "" {
		outer = s.goType
		defer func() { outer = nil }()
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
		{new(int8), "", "*-128…127"},
		{colour(""), "Colour", `red|light "green"`},
		{count{}, "Count", `map[red|light "green"]-9007199254740991…9007199254740991`},
		{map[uint8]*string{}, "", "map[0…255]*string"},
		{[]time.Time{}, "", "[]time"},
		{blob{}, "Base64", "base64"},
		{netip.Addr{}, "Addr", "text"},
		{&big.Float{}, "", "*text"},
		{map[string]jsontext.Value{}, "", "map[string]any"},
		{[]json.RawMessage{}, "", "[]any"},
		{Page[userID]{}, "PageOfUserID", "{Items Items: []-9007199254740991…9007199254740991}"},
		{Page[[]bool]{}, "PageOfBoolList", "{Items Items: [][]bool}"},
		{pair[*Address, map[string]string]{}, "PairOfAddressOrNullAndStringMap", "{First First: *{Street Street: string}, Second Second: map[string]string}"},
		{pair[Page[bool], int8]{}, "PairOfPageOfBoolAndInt8", "{First First: {Items Items: []bool}, Second Second: -128…127}"},
		{Tree{}, "Tree", "{Children Children: []Tree…}"},
		{Binary{}, "Binary", "{Value Value: -9007199254740991…9007199254740991, Left Left: *Binary…, Right Right: *Binary…}"},
		{struct {
			N *int8 `json:"n,omitzero"`
		}{}, "", "{N n?: -128…127}"},
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
	type Item struct{ For time.Duration }
	type AddClicks struct{ Items []Item }
	tests := []struct {
		value any
		want  string
	}{
		{AddClicks{}, "AddClicks.Items[].For: time.Duration does not cross the wire: send milliseconds as an integer"},
		{time.Second, "Duration: time.Duration does not cross the wire: send milliseconds as an integer"},
		{big.Int{}, "Int: big.Int does not cross the wire: it encodes itself"},
		{shouting(""), "shouting: rpc.shouting does not cross the wire: it encodes itself"},
		{new(*int), "ptr: **int does not cross the wire: what it points to may itself be null"},
		{struct{ V *jsontext.Value }{}, "struct.V: *jsontext.Value does not cross the wire: what it points to may itself be null"},
		{struct{ M map[bool]int }{}, "struct.M: map[bool]int does not cross the wire: its keys are neither strings nor integers"},
		{struct{ M map[netip.Addr]int }{}, "struct.M: map[netip.Addr]int does not cross the wire: its keys encode themselves"},
		{map[string]chan int{}, "map[]: chan int does not cross the wire"},
		{twice(""), `twice: rpc.twice does not cross the wire: it has the value "a" twice`},
		{never(""), "never: rpc.never does not cross the wire: it has no values"},
		{struct{ V any }{}, "struct.V: interface {} does not cross the wire"},
		{struct{ C chan int }{}, "struct.C: chan int does not cross the wire"},
		{struct{ F func() }{}, "struct.F: func() does not cross the wire"},
		{complex(1, 1), "complex128: complex128 does not cross the wire"},
		{uintptr(0), "uintptr: uintptr does not cross the wire"},
		{[]shoutingByte{}, "slice: []rpc.shoutingByte does not cross the wire: its bytes encode themselves"},
		{[4]byte{}, "array: [4]uint8 does not cross the wire: send bytes as a slice"},
		{Forest{}, "Forest[]: rpc.Forest does not cross the wire: it contains itself, and no struct with a name stands between"},
		{struct{ P Page[[2]int] }{}, "struct.P: rpc.Page[[2]int] does not cross the wire: a type parameter of this kind has no name in TypeScript"},
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
		{struct{ *Address }{}, "struct.Address: *rpc.Address does not cross the wire: embed the struct itself, or give the field a json name"},
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
