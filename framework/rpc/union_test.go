package rpc

import (
	"reflect"
	"strings"
	"testing"
)

// Outline is one of three, and may not be said in another way.
type Outline interface{ outline() }

type (
	Circle struct {
		Radius float64 `json:"radius"`
	}
	Square struct {
		Side float64 `json:"side"`
	}
	Point struct{}

	// Sum contains itself.
	Sum     interface{ sum() }
	Literal struct {
		Value int `json:"value"`
	}
	Plus struct {
		Terms []Sum `json:"terms"`
	}
)

func (Circle) outline() {}
func (Square) outline() {}
func (Point) outline()  {}
func (Literal) sum()    {}
func (Plus) sum()       {}

func init() {
	Union[Outline]("kind", Circle{}, Square{}, Point{})
	Union[Sum]("is", Literal{}, Plus{})
}

// TestUnionInItself goes there and back.
func TestUnionInItself(t *testing.T) {
	s := mustShape[Sum](t)
	text := `{"is":"plus","terms":[{"is":"literal","value":1},{"is":"plus","terms":[]}]}`
	var got Sum
	if err := s.decode([]byte(strings.Replace(text, `{"is":"literal","value":1}`, `{"value":1,"is":"literal"}`, 1)), &got); err != nil {
		t.Fatal(err)
	}
	if want := (Plus{[]Sum{Literal{1}, Plus{[]Sum{}}}}); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if back, err := s.encode(&got); err != nil || string(back) != text {
		t.Errorf("it is written as %s, %v", back, err)
	}
	want := `{ is: "literal"; value: number } | { is: "plus"; terms: Sum[] }`
	if literal := s.literal(); literal != want {
		t.Errorf("its type is %s, want %s", literal, want)
	}
	deep := strings.Repeat(`{"is":"plus","terms":[`, 51) + strings.Repeat("]}", 51)
	if err := s.decode([]byte(deep), &got); err == nil || !strings.HasSuffix(err.Error(), "nested too deeply") {
		t.Errorf("102 levels: %v", err)
	}
}

// TestFindEnds, whatever it reads: what is broken is no variant.
func TestFindEnds(t *testing.T) {
	u := unions.of(reflect.TypeFor[Outline]())
	for text, want := range map[string]string{
		`{"kind":"circle"}`:             "circle",
		`{"a":[{}],"kind":"point"`:      "point",
		`{"a":1,"a":2,"kind":"square"}`: "square",
		`{"kind":"line"}`:               "",
		`{"kind":1}`:                    "",
		`{"kind":`:                      "",
		`{"kind"`:                       "",
		`{"a":`:                         "",
		`{"a":tru,"kind":"circle"}`:     "",
		`{"a" 1,"kind":"circle"}`:       "",
		`{"a":1 "kind":"circle"}`:       "",
		`{"a`:                           "",
		"{\"\xff\":1}":                  "",
		`{"\q":1,"kind":"circle"}`:      "",
		`"kind"`:                        "",
		`{}`:                            "",
		``:                              "",
	} {
		found := ""
		if v := u.find([]byte(text)); v != nil {
			found = v.name
		}
		if found != want {
			t.Errorf("%s: found %q, want %q", text, found, want)
		}
	}
}

func TestUnionRefuses(t *testing.T) {
	type Other interface{ outline() }
	type Tagged interface{ outline() }
	for name, declare := range map[string]func(){
		"twice":         func() { Union[Outline]("kind", Circle{}) },
		"no variant":    func() { Union[Other]("kind") },
		"a bad name":    func() { Union[Other]("a b", Circle{}) },
		"no name":       func() { Union[interface{ outline() }]("kind", Circle{}) },
		"no interface":  func() { Union("kind", Circle{}) },
		"a pointer":     func() { Union[Other]("kind", &Circle{}) },
		"nil":           func() { Union[Other]("kind", nil) },
		"its own field": func() { Union[Tagged]("radius", Circle{}); mustPanic[Tagged]() },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s does not panic", name)
				}
			}()
			declare()
		}()
	}
}

func mustPanic[T any]() {
	if _, err := shapeOf(reflect.TypeFor[T]()); err != nil {
		panic(err)
	}
}
