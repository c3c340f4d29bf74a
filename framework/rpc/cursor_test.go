package rpc

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

func TestCursorValue(t *testing.T) {
	deep := strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000)
	for _, tt := range []struct{ text, want string }{
		{` true,1`, `true`},
		{"\t\r\n-1.5e+3 ", `-1.5e+3`},
		{`0]`, `0`},
		{`"a\"]\\" "b"`, `"a\"]\\"`},
		{`{"a]":[{}],"\"":"}"}}`, `{"a]":[{}],"\"":"}"}`},
		{deep + "]", deep},
		{``, ``},
		{`]`, ``},
		{`x`, ``},
		{`"a`, ``},
		{`"a\`, ``},
		{`"a\"`, ``},
		{`["a]`, ``},
		{`[[]`, ``},
	} {
		c := cursor{text: []byte(tt.text)}
		text, bad := c.value()
		if string(text) != tt.want || (bad == nil) != (tt.want != "") {
			t.Errorf("%.40s: got %.40s, %v", tt.text, text, bad)
		}
		if rest := tt.text[c.at:]; bad == nil && !strings.HasSuffix(tt.text, tt.want+rest) {
			t.Errorf("%.40s: %.40s is left", tt.text, rest)
		}
	}
}

// TestDecodeBroken breaks texts at each byte, in several ways. Whatever is no JSON then is refused: the check may pass
// it, and the library may not.
func TestDecodeBroken(t *testing.T) {
	for _, tt := range []struct {
		shape *shape
		text  string
	}{
		{mustShape[Order](t), order},
		{mustShape[Everything](t), everything},
		{mustShape[[]Sum](t), `[{"is":"plus","terms":[{"value":1,"is":"literal"}]}]`},
		{mustShape[jsontext.Value](t), everything},
		{mustShape[jsontext.Value](t), `12`},
		{mustShape[[]*int](t), `[null,12]`},
		{mustShape[map[string]float64](t), `{"a":1.5e3}`},
	} {
		broken := 0
		for i := range tt.text {
			before, after := tt.text[:i], tt.text[i+1:]
			texts := []string{before, before + after, after}
			for _, other := range []string{"\x00", "\xff", "\n", `"`, `\`, ",", ":", "[", "]", "{", "}", "0", "-", "e", "n", `\x`, `"\`, "//", "[}"} {
				texts = append(texts, before+other+after, before+other+tt.text[i:])
			}
			for _, text := range texts {
				if jsontext.Value(text).IsValid() {
					continue
				}
				broken++
				if err := refuses(tt.shape, text); err != nil {
					t.Errorf("%v: %q %v", tt.shape.goType, text, err)
				}
			}
		}
		if broken < len(tt.text) {
			t.Errorf("%v: only %d texts were broken", tt.shape.goType, broken)
		}
	}
}

// refuses says what is wrong when the shape takes the text, or says no in another way than to a bad input.
func refuses(s *shape, text string) error {
	err := s.decode([]byte(text), reflect.New(s.goType).Interface())
	if bad := (*inputError)(nil); !errors.As(err, &bad) {
		return fmt.Errorf("is answered with %w", err)
	}
	return nil
}

func TestLongNumber(t *testing.T) {
	for _, tt := range []struct {
		text string
		want bool
	}{
		{``, false},
		{`[1,-2]`, false},
		{`999999999999999`, false},
		{`-999999999999999,999999999999999`, false},
		{`1000000000000000`, true},
		{`12345678é12345678`, false},
		{`{"a":1,"b":["x",-9007199254740992],"c":1}`, true},
	} {
		if got := longNumber([]byte(tt.text)); got != tt.want {
			t.Errorf("%s: got %v", tt.text, got)
		}
		for n := range 40 { // wherever it stands
			spaced := strings.Repeat(" ", n) + tt.text + strings.Repeat(",", 40-n)
			if got := longNumber([]byte(spaced)); got != tt.want {
				t.Errorf("%q: got %v", spaced, got)
			}
		}
	}
}
