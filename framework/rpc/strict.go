package rpc

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// maxDepth is how deep arrays and objects may nest, in and out.
const maxDepth = 100

// decode reads data into the zero value that into points to. It refuses, with
// an *inputError, whatever does not fit the shape to the letter: what is not
// there is missing, never zero. Where nothing is expected, nothing, null and {}
// are all welcome.
func (s *shape) decode(data []byte, into any) error {
	if s.kind == kindNothing && (len(data) == 0 || string(data) == "null") {
		return nil
	}
	if len(data) == 0 {
		return &inputError{problem: "missing"}
	}
	if bad := s.check(data); bad != nil {
		return bad
	}
	if err := json.Unmarshal(data, into, json.RejectUnknownMembers(true)); err != nil {
		return &inputError{problem: "not understood"} // its own words name Go types
	}
	return nil
}

// encode writes v, whose shape s is. The result is held to the shape as
// strictly as an input, so that the browser's type tells the truth: an integer
// that JavaScript would round is an error here and not a wrong number there.
func (s *shape) encode(v any) ([]byte, error) {
	data, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		return nil, fmt.Errorf("encode output: %w", err)
	}
	if bad := s.check(data); bad != nil {
		// Not wrapped: a bad output must never pass for a bad input.
		return nil, fmt.Errorf("encode output: %v", bad)
	}
	return data, nil
}

// An inputError says what is wrong with an input, and where: items[2].by. It is
// written for the developer of the calling side and names nothing of this one.
type inputError struct {
	path    string // empty for the input as a whole
	problem string
}

func (e *inputError) Error() string {
	if e.path == "" {
		return e.problem
	}
	return e.path + ": " + e.problem
}

// in moves the error one step outward, to the value that holds the wrong one.
func (e *inputError) in(step string) *inputError {
	if e.path != "" && e.path[0] != '[' {
		step += "."
	}
	e.path = step + e.path
	return e
}

// check walks through data once, along the shape. It never enters what the
// shape does not know, so the depth and the work are the shape's, not the data's.
func (s *shape) check(data []byte) *inputError {
	// Names given twice are found below, where the path is known.
	c := checker{jsontext.NewDecoder(bytes.NewBuffer(data), jsontext.AllowDuplicateNames(true))}
	if bad := c.value(s); bad != nil {
		return bad
	}
	if _, err := c.ReadToken(); err != io.EOF {
		return &inputError{problem: "something follows the end"}
	}
	return nil
}

// What a shape wants and what JSON brings, in words for the caller.
var (
	wanted = [...]string{
		kindNothing: "an object", kindBool: "a boolean", kindString: "a string",
		kindInteger: "a number", kindFloat: "a number",
		kindList: "an array", kindTuple: "an array", kindObject: "an object",
	}
	found = map[jsontext.Kind]string{
		'n': "null", 't': "a boolean", 'f': "a boolean", '"': "a string",
		'0': "a number", '[': "an array", '{': "an object",
	}
)

type checker struct{ *jsontext.Decoder }

func (c checker) value(s *shape) *inputError {
	got, ok := found[c.PeekKind()]
	if !ok {
		_, err := c.ReadToken()
		return invalid(err)
	}
	if want := wanted[s.kind]; got != want {
		return &inputError{problem: "must be " + want + ", not " + got}
	}
	switch s.kind {
	case kindNothing, kindObject:
		return c.members(s)
	case kindList, kindTuple:
		return c.elements(s)
	}
	text, err := c.ReadValue()
	if err != nil {
		return invalid(err)
	}
	return s.holds(string(text))
}

func (c checker) members(s *shape) *inputError {
	if bad := c.open(); bad != nil {
		return bad
	}
	given := make([]bool, len(s.fields))
	for c.PeekKind() == '"' {
		token, err := c.ReadToken()
		if err != nil {
			return invalid(err)
		}
		name := token.String()
		i := slices.IndexFunc(s.fields, func(f field) bool { return f.name == name })
		switch {
		case i < 0:
			return &inputError{path: shown(name), problem: "unknown"}
		case given[i]:
			return &inputError{path: name, problem: "given twice"}
		}
		given[i] = true
		if bad := c.value(s.fields[i].shape); bad != nil {
			return bad.in(name)
		}
	}
	if _, err := c.ReadToken(); err != nil {
		return invalid(err)
	}
	for i, f := range s.fields {
		if !given[i] && !f.optional {
			return &inputError{path: f.name, problem: "missing"}
		}
	}
	return nil
}

func (c checker) elements(s *shape) *inputError {
	if bad := c.open(); bad != nil {
		return bad
	}
	n := 0
	for ; c.PeekKind() != ']'; n++ {
		if bad := c.value(s.elem); bad != nil {
			return bad.in("[" + strconv.Itoa(n) + "]")
		}
	}
	if _, err := c.ReadToken(); err != nil {
		return invalid(err)
	}
	if s.kind == kindTuple && n != s.length {
		return &inputError{problem: fmt.Sprintf("must have %d elements, not %d", s.length, n)}
	}
	return nil
}

// open steps into an array or an object.
func (c checker) open() *inputError {
	if _, err := c.ReadToken(); err != nil {
		return invalid(err)
	}
	if c.StackDepth() > maxDepth {
		return &inputError{problem: "nested too deeply"}
	}
	return nil
}

// holds looks at the digits of a number. Everything else that is of the right
// kind is fine.
func (s *shape) holds(text string) *inputError {
	switch s.kind {
	case kindInteger:
		if strings.ContainsAny(text, ".eE") || text == "-0" {
			return &inputError{problem: "must be a whole number"}
		}
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < s.min || n > s.max {
			return &inputError{problem: fmt.Sprintf("must be between %d and %d", s.min, s.max)}
		}
	case kindFloat:
		if _, err := strconv.ParseFloat(text, s.goType.Bits()); err != nil {
			return &inputError{problem: "too large a number"}
		}
	}
	return nil
}

// invalid says where the JSON, or the UTF-8 in it, breaks its own rules.
func invalid(err error) *inputError {
	var at *jsontext.SyntacticError
	if errors.As(err, &at) {
		return &inputError{problem: fmt.Sprintf("invalid JSON at byte %d", at.ByteOffset)}
	}
	return &inputError{problem: "invalid JSON"}
}

// shown keeps a name that the caller made up short and printable.
func shown(name string) string {
	const enough = 40
	switch {
	case len(name) > enough:
		return strconv.QuoteToASCII(name[:enough]) + "…"
	case !propertyName.MatchString(name):
		return strconv.QuoteToASCII(name)
	}
	return name
}
