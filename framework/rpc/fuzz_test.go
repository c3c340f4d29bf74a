package rpc

import (
	stdjson "encoding/json"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// fuzzed are values of each kind and of mixtures of them.
var fuzzed = []any{
	Order{}, Everything{}, Counters{}, Tree{}, Binary{}, []Sum{}, 0, int8(0), uint64(0), "", true, 0.5, float32(0),
	[]string{}, [3]bool{}, map[string]Tree{}, map[uint16]*Address{}, map[colour]colour{}, time.Time{}, []byte{},
	jsontext.Value{}, stdjson.RawMessage{}, struct{}{}, pair[*int, Page[Outline]]{},
}

// FuzzDecode holds what decodes to four promises: it was complete, it is what the library would take too, it encodes,
// and it comes back as it was.
func FuzzDecode(f *testing.F) {
	shapes := make([]*shape, len(fuzzed))
	for i, v := range fuzzed {
		s, err := shapeOf(reflect.TypeOf(v))
		if err != nil {
			f.Fatal(err)
		}
		shapes[i] = s
		if text, err := s.encode(held(reflect.TypeOf(v), v)); err == nil {
			f.Add(uint8(i), text)
		}
	}
	for _, seed := range []string{
		order, everything, `null`, `{}`, `[]`, `-0`, `1e400`, `"\ud800"`, `{"a":1,"a":2}`, `[{"is":"plus","terms":[]}]`,
		`{"items":[],"paid":false,"price":-0,"shown":""}`, `{"Children":[{"Children":[]}]}`, `[[[[[[[[`, `"2006-01-02T15:04:60Z"`,
		`{"items":[{"by":0,"rank":0,"at":[0,0],"tags":[],"size":[1e300,-0.0]}],"paid":true,"price":1e-50,"note":"\u00e9","shown":"\ud83d\ude00"}`,
	} {
		for i := range shapes {
			f.Add(uint8(i), []byte(seed))
		}
	}
	f.Fuzz(func(t *testing.T, which uint8, data []byte) {
		s := shapes[int(which)%len(shapes)]
		if err := comesBack(s, data); err != nil {
			t.Errorf("%v from %s: %v", s.goType, data, err)
		}
	})
}

// FuzzParams: whatever a tab sends as parameters, it is an input or an invalid one.
func FuzzParams(f *testing.F) {
	for i, v := range fuzzed {
		s, err := shapeOf(reflect.TypeOf(v))
		if err != nil {
			f.Fatal(err)
		}
		text, _ := s.encode(held(reflect.TypeOf(v), v))
		f.Add(uint8(i), text)
		f.Add(uint8(i), []byte(`[`+string(text)+`]`))
		f.Add(uint8(i), []byte(`[{}, null]`))
	}
	f.Fuzz(func(t *testing.T, which uint8, params []byte) {
		v := reflect.New(reflect.TypeOf(fuzzed[int(which)%len(fuzzed)]))
		s, err := shapeOf(v.Type().Elem())
		if err != nil {
			t.Fatal(err)
		}
		if err = s.decodeParams(params, v.Interface()); err == nil {
			if _, err := s.encode(v.Interface()); err != nil {
				t.Errorf("%s is accepted, and does not encode: %v", params, err)
			}
		} else if bad := (*inputError)(nil); !errors.As(err, &bad) {
			t.Errorf("%s is refused with an error of another kind: %v", params, err)
		}
	})
}

// comesBack decodes, encodes and decodes again. What does not decode in the first place is fine.
func comesBack(s *shape, data []byte) error {
	first, second := reflect.New(s.goType), reflect.New(s.goType)
	if err := s.decode(data, first.Interface()); err != nil {
		if bad := (*inputError)(nil); !errors.As(err, &bad) {
			return fmt.Errorf("refused with an error of another kind: %w", err)
		}
		return nil
	}
	if len(data) == 0 || s.kind == kindNothing {
		return nil
	}
	if err := json.Unmarshal(data, reflect.New(s.goType).Interface(), s.reading); err != nil {
		return fmt.Errorf("accepted, but not by the library: %w", err)
	}
	if s.goType == reflect.TypeFor[Order]() && !complete(data) {
		return errors.New("accepted although incomplete")
	}
	text, err := s.encode(first.Interface())
	if err != nil {
		return fmt.Errorf("decodes, but does not encode: %w", err)
	}
	if err := s.decode(text, second.Interface()); err != nil {
		return fmt.Errorf("%s does not decode again: %w", text, err)
	}
	if again, err := s.encode(second.Interface()); err != nil || string(again) != string(text) {
		return fmt.Errorf("%s came back as %s, %w", text, again, err)
	}
	return nil
}

// complete looks for what an order must have, with another decoder.
func complete(data []byte) bool {
	var order struct {
		Items *[]*struct {
			By *int64 `json:"by"`
		} `json:"items"`
		Paid  *bool    `json:"paid"`
		Price *float32 `json:"price"`
		Shown *string  `json:"shown"`
	}
	if stdjson.Unmarshal(data, &order) != nil || order.Items == nil {
		return false
	}
	for _, item := range *order.Items {
		if item == nil || item.By == nil {
			return false
		}
	}
	return order.Paid != nil && order.Price != nil && order.Shown != nil
}
