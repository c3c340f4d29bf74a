package rpc

import (
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
)

type Order struct {
	Items []Item  `json:"items"`
	Paid  bool    `json:"paid"`
	Price float32 `json:"price"`
	Note  string  `json:"note,omitzero"`
	hidden
}

type Item struct {
	By   int       `json:"by"`
	Rank uint8     `json:"rank,omitzero"`
	At   [2]int16  `json:"at,omitzero"`
	Tags []string  `json:"tags,omitzero"`
	Size []float64 `json:"size,omitzero"`
}

// order is a valid input; the tests below change one thing at a time.
const order = `{"items":[{"by":1},{"by":2,"rank":255,"at":[3,-4]}],"paid":true,"price":0.5,"shown":"yes"}`

func mustShape[T any](t testing.TB) *shape {
	t.Helper()
	s, err := shapeOf(reflect.TypeFor[T]())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestDecode(t *testing.T) {
	var got Order
	if err := mustShape[Order](t).decode([]byte(order), &got); err != nil {
		t.Fatal(err)
	}
	want := Order{
		Items:  []Item{{By: 1}, {By: 2, Rank: 255, At: [2]int16{3, -4}}},
		Paid:   true,
		Price:  0.5,
		hidden: hidden{Shown: "yes"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestDecodeRefuses(t *testing.T) {
	tests := []struct{ old, new, want string }{
		// What is there, and what is not.
		{`"paid":true,`, ``, "paid: missing"},
		{`{"by":1}`, `{}`, "items[0].by: missing"},
		{`"shown":"yes"`, `"paid":true`, "paid: given twice"},
		{`"rank"`, `"rang"`, "items[1].rang: unknown"},
		{`"by":1`, `"By":1`, "items[0].By: unknown"},
		{`"by":1`, `"a b":1`, `items[0]."a b": unknown`},
		{`"by":1`, `"` + strings.Repeat("x", 99) + `":1`, `items[0]."` + strings.Repeat("x", 40) + `"…: unknown`},
		{`"by":1`, `"hidden":[[[[`, "items[0].hidden: unknown"},

		// Kinds.
		{`"by":1`, `"by":null`, "items[0].by: must be a number, not null"},
		{`true`, `null`, "paid: must be a boolean, not null"},
		{`{"by":1}`, `null`, "items[0]: must be an object, not null"},
		{`"yes"`, `1`, "shown: must be a string, not a number"},
		{`"by":1`, `"by":"1"`, "items[0].by: must be a number, not a string"},
		{`true`, `{}`, "paid: must be a boolean, not an object"},
		{`[3,-4]`, `true`, "items[1].at: must be an array, not a boolean"},
		{`[3,-4]`, `[3]`, "items[1].at: must have 2 elements, not 1"},
		{`[3,-4]`, `[3,4,5]`, "items[1].at: must have 2 elements, not 3"},
		{order, `[]`, "must be an object, not an array"},
		{order, `null`, "must be an object, not null"},
		{order, ``, "missing"},

		// Numbers.
		{`"by":1`, `"by":1.5`, "items[0].by: must be a whole number"},
		{`"by":1`, `"by":1.0`, "items[0].by: must be a whole number"},
		{`"by":1`, `"by":1e3`, "items[0].by: must be a whole number"},
		{`"by":1`, `"by":-0`, "items[0].by: must be a whole number"},
		{`"by":1`, `"by":9007199254740992`, "items[0].by: must be between -9007199254740991 and 9007199254740991"},
		{`"by":1`, `"by":-99999999999999999999`, "items[0].by: must be between -9007199254740991 and 9007199254740991"},
		{`255`, `256`, "items[1].rank: must be between 0 and 255"},
		{`255`, `-1`, "items[1].rank: must be between 0 and 255"},
		{`-4`, `-32769`, "items[1].at[1]: must be between -32768 and 32767"},
		{`0.5`, `1e39`, "price: too large a number"},

		// JSON itself.
		{`true`, `tru`, "paid: invalid JSON at byte 62"},
		{`true`, ``, "paid: invalid JSON at byte 59"},
		{`-4]`, `-4,]`, "items[1].at[2]: invalid JSON at byte 49"},
		{`"by":1`, `"by" 1`, "items[0]: invalid JSON at byte 16"},
		{`"by":1`, `by:1`, "items[0]: invalid JSON at byte 11"},
		{`"yes"}`, `"yes",}`, "invalid JSON at byte 90"},
		{`"yes"}`, `"yes"`, "invalid JSON at byte 89"},
		{`"yes"`, "\"\xff\"", "shown: invalid JSON at byte 85"},
		{`"yes"`, `"\ud800"`, "shown: invalid JSON at byte 85"},
		{`"yes"}`, `"yes"}}`, "something follows the end"},
		{`"yes"}`, `"yes"} {}`, "something follows the end"},
	}
	s := mustShape[Order](t)
	for _, tt := range tests {
		data := strings.Replace(order, tt.old, tt.new, 1)
		err := s.decode([]byte(data), new(Order))
		var bad *inputError
		if !errors.As(err, &bad) || bad.Error() != tt.want {
			t.Errorf("%s\n got %v\nwant %s", data, err, tt.want)
		}
	}
}

func TestDecodeNothing(t *testing.T) {
	s := mustShape[struct{}](t)
	for _, data := range []string{``, `null`, `{}`, ` { } `} {
		if err := s.decode([]byte(data), &struct{}{}); err != nil {
			t.Errorf("%q: %v", data, err)
		}
	}
	for data, want := range map[string]string{
		`{"a":1}`: "a: unknown",
		`[]`:      "must be an object, not an array",
		`{}{}`:    "something follows the end",
	} {
		if err := s.decode([]byte(data), &struct{}{}); err == nil || err.Error() != want {
			t.Errorf("%q: got %v, want %s", data, err, want)
		}
	}
}

func TestDecodeDepth(t *testing.T) {
	deep := reflect.TypeFor[int]()
	for range maxDepth {
		deep = reflect.SliceOf(deep)
	}
	for _, tt := range []struct {
		t       reflect.Type
		refused bool
	}{{deep, false}, {reflect.SliceOf(deep), true}} {
		s, err := shapeOf(tt.t)
		if err != nil {
			t.Fatal(err)
		}
		data := strings.Repeat("[", 101) + strings.Repeat("]", 101)
		if !tt.refused {
			data = data[1:201]
		}
		err = s.decode([]byte(data), reflect.New(tt.t).Interface())
		if refused := err != nil && strings.HasSuffix(err.Error(), "nested too deeply"); refused != tt.refused {
			t.Errorf("%d levels: %v", len(data)/2, err)
		}
	}
}

// TestDecodeWide: many arrays and objects side by side are not deep.
func TestDecodeWide(t *testing.T) {
	for s, element := range map[*shape]string{
		mustShape[[][]int](t):          "[1]",
		mustShape[[]map[string]int](t): `{"a":1}`,
		mustShape[[]Outline](t):        `{"kind":"point"}`,
	} {
		data := "[" + strings.Repeat(element+",", 2*maxDepth) + element + "]"
		if err := s.decode([]byte(data), reflect.New(s.goType).Interface()); err != nil {
			t.Errorf("%v: %v", s.goType, err)
		}
	}
}

func TestEncode(t *testing.T) {
	tests := []struct {
		value any
		want  string // or what the error ends with
	}{
		{struct{}{}, `{}`},
		{userID(7), `7`},
		{[]string(nil), `[]`},
		{float32(0.1), `0.1`},
		{Order{hidden: hidden{"é<"}}, `{"items":[],"paid":false,"price":0,"shown":"é<"}`},
		{Item{By: maxExact, At: [2]int16{1, 2}}, `{"by":9007199254740991,"at":[1,2]}`},
		{[]Item{{}, {By: maxExact + 1}}, "[1].by: must be between -9007199254740991 and 9007199254740991"},
		{[]int64{-maxExact, 1 << 50, 999_999_999_999_999}, `[-9007199254740991,1125899906842624,999999999999999]`},
		{[]int64{0, -1 << 53}, "[1]: must be between -9007199254740991 and 9007199254740991"},
		{pair[string, int64]{"1234567890123456", 7}, `{"First":"1234567890123456","Second":7}`},
		{uint64(math.MaxUint64), "must be between 0 and 9007199254740991"},
		{math.NaN(), "NaN"},
		{[]float64{math.Inf(1)}, "Inf"},
		{"\xff", "invalid UTF-8"},
	}
	for _, tt := range tests {
		s, err := shapeOf(reflect.TypeOf(tt.value))
		if err != nil {
			t.Fatal(err)
		}
		data, err := s.encode(held(reflect.TypeOf(tt.value), tt.value))
		if err == nil && string(data) != tt.want || err != nil && !strings.HasSuffix(err.Error(), tt.want) {
			t.Errorf("%+v: got %s, %v, want %s", tt.value, data, err, tt.want)
		}
		if bad := (*inputError)(nil); errors.As(err, &bad) {
			t.Errorf("%+v: a bad output passes for a bad input: %v", tt.value, err)
		}
	}
}
