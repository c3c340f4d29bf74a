package rpc

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// maxDepth is how deep arrays and objects may nest, in and out.
const maxDepth = 100

// check walks through data once, along the shape. It never enters what the shape does not know, so the work is the
// shape's, not the data's. It may pass what is no JSON: the library, which reads the data then, refuses that.
func (s *shape) check(data []byte) *inputError {
	c := checker{cursor{text: data}}
	if bad := c.fits(s); bad != nil {
		return bad
	}
	if !c.ended() {
		return &inputError{problem: "something follows the end"}
	}
	return nil
}

type checker struct{ cursor }

// What a shape wants and what JSON brings, in words for the caller.
var (
	wanted = [...]string{
		kindNothing: "an object", kindBool: "a boolean", kindString: "a string", kindEnum: "a string",
		kindText: "a string", kindTime: "a string", kindBytes: "a string", kindInteger: "a number",
		kindFloat: "a number", kindList: "an array", kindTuple: "an array", kindMap: "an object",
		kindObject: "an object", kindUnion: "an object",
	}
	found = [256]string{
		'n': "null", 't': "a boolean", 'f': "a boolean", '"': "a string",
		'0': "a number", '[': "an array", '{': "an object",
	}
)

// fits moves behind the next value, which is to be of the shape.
func (c *checker) fits(s *shape) *inputError {
	kind := c.kind()
	for s.kind == kindNullable {
		if kind == 'n' {
			_, bad := c.value()
			return bad
		}
		s = s.elem
	}
	if s.kind == kindRaw {
		return c.anything()
	}
	got := found[kind]
	if got == "" {
		return invalid(c.at)
	}
	if want := wanted[s.kind]; got != want {
		return &inputError{problem: "must be " + want + ", not " + got}
	}
	switch s.kind {
	case kindNothing, kindObject:
		return c.members(s)
	case kindMap:
		return c.entries(s)
	case kindList, kindTuple:
		return c.elements(s)
	case kindUnion:
		return c.variant(s)
	}
	text, bad := c.value()
	if bad != nil {
		return bad
	}
	return s.holds(text)
}

func (c *checker) members(s *shape) *inputError {
	if bad := c.open(); bad != nil {
		return bad
	}
	var few [16]bool
	given := few[:]
	if len(s.fields) > len(few) {
		given = make([]bool, len(s.fields))
	}
	next := 0 // most come in their order
	for first := true; !c.leave('}'); first = false {
		name, bad := c.name(first)
		if bad != nil {
			return bad
		}
		plain := unquoted(name)
		i := next
		if i == len(s.fields) || s.fields[i].name != string(plain) {
			i = slices.IndexFunc(s.fields, func(f field) bool { return f.name == string(plain) })
		}
		next = i + 1
		switch {
		case i < 0:
			return &inputError{path: shown(string(plain)), problem: "unknown"}
		case given[i]:
			return &inputError{path: s.fields[i].name, problem: "given twice"}
		}
		given[i] = true
		if bad := c.fits(s.fields[i].shape); bad != nil {
			return bad.in(s.fields[i].name)
		}
	}
	for i, f := range s.fields {
		if !given[i] && !f.optional {
			return &inputError{path: f.name, problem: "missing"}
		}
	}
	return nil
}

func (c *checker) entries(s *shape) *inputError {
	if bad := c.open(); bad != nil {
		return bad
	}
	given := map[string]struct{}{}
	for first := true; !c.leave('}'); first = false {
		text, bad := c.name(first)
		if bad != nil {
			return bad
		}
		name := string(unquoted(text))
		if _, twice := given[name]; twice {
			return &inputError{path: shown(name), problem: "given twice"}
		}
		given[name] = struct{}{}
		if bad = s.key.holdsKey(name); bad == nil {
			bad = c.fits(s.elem)
		}
		if bad != nil {
			return bad.in(shown(name))
		}
	}
	return nil
}

func (c *checker) elements(s *shape) *inputError {
	if bad := c.open(); bad != nil {
		return bad
	}
	n := 0
	for ; !c.leave(']'); n++ {
		if n > 0 && !c.take(',') {
			return invalid(c.at)
		}
		if bad := c.fits(s.elem); bad != nil {
			return bad.in("[" + strconv.Itoa(n) + "]")
		}
	}
	if s.kind == kindTuple && n != s.length {
		return &inputError{problem: fmt.Sprintf("must have %d elements, not %d", s.length, n)}
	}
	return nil
}

// variant looks ahead, for the member that says what an object is may come last.
func (c *checker) variant(s *shape) *inputError {
	ahead := *c
	text, bad := ahead.value()
	if bad != nil {
		return bad
	}
	// What looks for the member needs valid JSON. Names given twice are found later, where the path is known.
	if !jsontext.Value(text).IsValid(jsontext.AllowDuplicateNames(true)) {
		return invalid(c.at)
	}
	v := s.union.find(text)
	if v == nil {
		return &inputError{path: s.union.member, problem: "must be one of " + s.union.names()}
	}
	return c.fits(v.shape)
}

// anything reads what the shape says nothing about. It too must be JSON that everybody reads in the same way.
func (c *checker) anything() *inputError {
	text, bad := c.value()
	if bad != nil {
		return bad
	}
	inner := jsontext.NewDecoder(bytes.NewBuffer(text)) // in which names must not repeat
	for {
		switch token, err := inner.ReadToken(); {
		case err == io.EOF:
			return nil
		case errors.Is(err, jsontext.ErrDuplicateName):
			return &inputError{problem: "has a name twice"}
		case err != nil:
			return invalid(c.at - len(text) + int(inner.InputOffset()))
		case c.depth+inner.StackDepth() > maxDepth:
			return &inputError{problem: "nested too deeply"}
		case token.Kind() == '0' && rounded(token.String()):
			return &inputError{problem: fmt.Sprintf("has an integer that is not between %d and %d", -maxExact, maxExact)}
		}
	}
}

// rounded reports whether JavaScript would make another integer of this one.
func rounded(number string) bool {
	if strings.ContainsAny(number, ".eE") {
		return false
	}
	n, err := strconv.ParseInt(number, 10, 64)
	return err != nil || n < -maxExact || n > maxExact
}

// open steps into an array or an object.
func (c *checker) open() *inputError {
	c.at++
	if c.depth++; c.depth > maxDepth {
		return &inputError{problem: "nested too deeply"}
	}
	return nil
}
