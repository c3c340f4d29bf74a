package rpc

import (
	stdjson "encoding/json"
	"errors"
	"math/big"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// Everything has a field of every kind that needs more than JSON's own.
type Everything struct {
	Colour colour               `json:"colour"`
	When   time.Time            `json:"when"`
	Bytes  []byte               `json:"bytes"`
	Raw    jsontext.Value       `json:"raw"`
	Note   *string              `json:"note"`
	Maybe  *Address             `json:"maybe,omitzero"`
	Prices map[string]float64   `json:"prices"`
	Votes  map[int8]bool        `json:"votes"`
	By     map[colour]int       `json:"by"`
	Addr   netip.Addr           `json:"addr"`
	Tree   Tree                 `json:"tree"`
	Shape  Outline              `json:"shape"`
	Shapes map[string][]Outline `json:"shapes,omitzero"`
}

const everything = `{"colour":"red","when":"2006-01-02T15:04:05.5+02:00","bytes":"AP8=","raw":{"a":[1,null]},` +
	`"note":null,"prices":{"a b":1.5},"votes":{"-3":true},"by":{"red":1},"addr":"10.0.0.1",` +
	`"tree":{"Children":[{"Children":[]}]},"shape":{"kind":"circle","radius":2}}`

func TestDecodeEverything(t *testing.T) {
	var got Everything
	if err := mustShape[Everything](t).decode([]byte(everything), &got); err != nil {
		t.Fatal(err)
	}
	want := Everything{
		Colour: "red",
		When:   got.When, // compared below: times have several representations
		Bytes:  []byte{0, 255},
		Raw:    jsontext.Value(`{"a":[1,null]}`),
		Prices: map[string]float64{"a b": 1.5},
		Votes:  map[int8]bool{-3: true},
		By:     map[colour]int{"red": 1},
		Addr:   netip.MustParseAddr("10.0.0.1"),
		Tree:   Tree{Children: []Tree{{Children: []Tree{}}}},
		Shape:  Circle{Radius: 2},
	}
	if !reflect.DeepEqual(got, want) || !got.When.Equal(time.Date(2006, 1, 2, 13, 4, 5, 5e8, time.UTC)) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	text, err := mustShape[Everything](t).encode(&got)
	if err != nil || string(text) != everything {
		t.Errorf("it is written as %s, %v", text, err)
	}
}

func TestDecodeEverythingRefuses(t *testing.T) {
	deep := strings.Repeat(`{"Children":[`, 60) + strings.Repeat(`]}`, 60)
	s := mustShape[Everything](t)
	for _, tt := range []struct{ old, new, want string }{
		{`"red"`, `"blue"`, `colour: must be one of red, light "green"`},
		{`"red"`, `"Red"`, `colour: must be one of red, light "green"`},
		{`"red"`, `""`, `colour: must be one of red, light "green"`},
		{`"red"`, `null`, "colour: must be a string, not null"},
		{`2006-01-02T15:04:05.5+02:00`, `2006-01-02`, "when: must be a time such as 2006-01-02T15:04:05Z"},
		{`2006-01-02T15:04:05.5+02:00`, `2006-01-02T5:04:05Z`, "when: must be a time such as 2006-01-02T15:04:05Z"},
		{`2006-01-02T15:04:05.5+02:00`, `2006-02-30T15:04:05Z`, "when: must be a time such as 2006-01-02T15:04:05Z"},
		{`"AP8="`, `"AP8"`, "bytes: must be base64"},
		{`"AP8="`, `"AP9="`, "bytes: must be base64"},
		{`"AP8="`, `"A\nP8="`, "bytes: must be base64"},
		{`"AP8="`, `[0,255]`, "bytes: must be a string, not an array"},
		{`[1,null]`, `[1,nul]`, "raw: invalid JSON at byte 81"},
		{`{"a":[1,null]}`, `{"a":1,"\u0061":2}`, "raw: has a name twice"},
		{`[1,null]`, strings.Repeat("[", 99) + strings.Repeat("]", 99), "raw: nested too deeply"},
		{`"note":null`, `"note":1`, "note: must be a string, not a number"},
		{`"note":null,`, ``, "note: missing"},
		{`"note":null`, `"note":null,"maybe":null`, "maybe: must be an object, not null"},
		{`1.5`, `"1.5"`, `prices."a b": must be a number, not a string`},
		{`{"a b":1.5}`, `{"a":1,"\u0061":2}`, "prices.a: given twice"},
		{`{"a b":1.5}`, `{"__proto__":{}}`, "prices.__proto__: must be a number, not an object"},
		{`"-3"`, `"03"`, `votes."03": its name must be a whole number`},
		{`"-3"`, `"-0"`, `votes."-0": its name must be a whole number`},
		{`"-3"`, `"x"`, `votes.x: its name must be a whole number`},
		{`"-3"`, `"128"`, `votes."128": must be between -128 and 127`},
		{`{"red":1}`, `{"blue":1}`, `by.blue: must be one of red, light "green"`},
		{`10.0.0.1`, `10.0.0.256`, "addr: not understood"},
		{`"10.0.0.1"`, `1`, "addr: must be a string, not a number"},
		{`{"Children":[]}`, `{"Children":null}`, "tree.Children[0].Children: must be an array, not null"},
		{`{"Children":[{"Children":[]}]}`, deep, "nested too deeply"},
		{`"circle"`, `"line"`, "shape.kind: must be one of circle, square, point"},
		{`"circle"`, `1`, "shape.kind: must be one of circle, square, point"},
		{`"kind":"circle",`, ``, "shape.kind: must be one of circle, square, point"},
		{`"circle"`, `"square"`, "shape.radius: unknown"},
		{`"radius":2`, `"radius":"2"`, "shape.radius: must be a number, not a string"},
		{`"radius":2`, `"kind":"circle","radius":2`, "shape.kind: given twice"},
		{`,"radius":2`, ``, "shape.radius: missing"},
		{`{"kind":"circle","radius":2}`, `null`, "shape: must be an object, not null"},
		{`{"kind":"circle","radius":2}`, `{"kind":`, "shape: invalid JSON at byte 221"},
	} {
		data := strings.Replace(everything, tt.old, tt.new, 1)
		err := s.decode([]byte(data), new(Everything))
		var bad *inputError
		if !errors.As(err, &bad) || !strings.HasSuffix(bad.Error(), tt.want) {
			t.Errorf("%s\n got %v\nwant %s", data, err, tt.want)
		}
	}
}

func TestEncodeKinds(t *testing.T) {
	text := "x"
	for _, tt := range []struct {
		value any
		want  string // or what the error ends with
	}{
		{colour("red"), `"red"`},
		{colour(""), `must be one of red, light "green"`},
		{map[colour]bool{"": true}, `"": must be one of red, light "green"`},
		{[]byte(nil), `""`},
		{map[int]string(nil), `{}`},
		{map[int64]bool{1 << 60: true}, `must be between -9007199254740991 and 9007199254740991`},
		{(*int)(nil), `null`},
		{&text, `"x"`},
		{[]*string{nil, &text}, `[null,"x"]`},
		{struct {
			Note *string `json:"note,omitzero"`
		}{}, `{}`},
		{jsontext.Value(nil), `null`},
		{stdjson.RawMessage(` [1, 2] `), `[1,2]`},
		{stdjson.RawMessage(`{`), "unexpected EOF after offset 1"},
		{jsontext.Value(strings.Repeat("[", 101) + strings.Repeat("]", 101)), "nested too deeply"},
		{*big.NewFloat(1.5), `"1.5"`},
		{time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), "outside of range [0,9999]"},
		{[]Outline{Circle{1}, Square{}, Point{}}, `[{"kind":"circle","radius":1},{"kind":"square","side":0},{"kind":"point"}]`},
		{[]Outline{nil}, "<nil> is no variant"},
		{[]Outline{&Point{}}, "*rpc.Point is no variant"},
		{Circle{1}, `{"radius":1}`},
	} {
		s, err := shapeOf(reflect.TypeOf(tt.value))
		if err != nil {
			t.Fatal(err)
		}
		if _, outlines := tt.value.([]Outline); outlines {
			s = mustShape[[]Outline](t)
		}
		data, err := s.encode(held(reflect.TypeOf(tt.value), tt.value))
		if err == nil && string(data) != tt.want || err != nil && !strings.HasSuffix(err.Error(), tt.want) {
			t.Errorf("%T %+v: got %s, %v, want %s", tt.value, tt.value, data, err, tt.want)
		}
	}
}

// TestEncodeTooDeep: what contains itself may be deeper than what may cross the wire.
func TestEncodeTooDeep(t *testing.T) {
	tree := Tree{}
	for range maxDepth {
		tree = Tree{Children: []Tree{tree}}
	}
	if text, err := mustShape[Tree](t).encode(&tree); err == nil || !strings.HasSuffix(err.Error(), "nested too deeply") {
		t.Errorf("got %.40s, %v", text, err)
	}
}

// TestParams: JSON-RPC has objects and lists.
func TestParams(t *testing.T) {
	for _, tt := range []struct {
		into         any
		params, want string
	}{
		{new(Address), `{"Street":"x"}`, ""},
		{new(Address), `[{"Street":"x"}]`, "must be an object, not an array"},
		{new(int), `[1]`, ""},
		{new(int), `[1,2]`, "must be a list of one"},
		{new(int), `{}`, "must be a list of one"},
		{new(int), ``, "must be a list of one"},
		{new(*Address), `{"Street":"x"}`, ""},
		{new(*Address), `[null]`, ""},
		{new(*Address), `[{"Street":"x"}]`, ""},
		{new(*int), `{}`, "must be a list of one"},
		{new(map[string]int), `{"a":1}`, ""},
		{new(map[string]int), `[{"a":1}]`, ""},
		{new(jsontext.Value), `{"a":1}`, ""},
		{new(jsontext.Value), `[[1]]`, ""},
		{new(Outline), `{"kind":"point"}`, ""},
		{new(Outline), `[{"kind":"point"}]`, ""},
		{new([]int), `[[1]]`, ""},
		{new([]int), `[1]`, "must be an array, not a number"},
		{new(struct{}), ``, ""},
		{new(Moved), ``, ""},
		{new(Moved), `{}`, ""},
		{new(Moved), `[]`, "must be an object, not an array"},
		{new(Address), ``, "Street: missing"},
	} {
		s, err := shapeOf(reflect.TypeOf(tt.into).Elem())
		if err != nil {
			t.Fatal(err)
		}
		said := ""
		if err := s.decodeParams([]byte(tt.params), tt.into); err != nil {
			said = err.Error()
		}
		if said != tt.want {
			t.Errorf("%T of %s: got %q, want %q", tt.into, tt.params, said, tt.want)
		}
	}
}

// TestRawIsExact: also in what is any JSON no integer is rounded on its way.
func TestRawIsExact(t *testing.T) {
	s := mustShape[jsontext.Value](t)
	for _, text := range []string{`9007199254740992`, `{"a":[1,-9007199254740992]}`, `[123456789012345678901234567890]`} {
		var v jsontext.Value
		if err := s.decode([]byte(text), &v); err == nil {
			t.Errorf("%s is accepted", text)
		}
		v = jsontext.Value(text)
		if out, err := s.encode(&v); err == nil {
			t.Errorf("%s is sent as %s", text, out)
		}
	}
	for _, text := range []string{`9007199254740991`, `{"a":[1,-9007199254740991]}`, `1e300`, `9007199254740993.5`, `"9007199254740993"`} {
		var v jsontext.Value
		if err := s.decode([]byte(text), &v); err != nil || string(v) != text {
			t.Errorf("%s comes as %s: %v", text, v, err)
		}
	}
}
