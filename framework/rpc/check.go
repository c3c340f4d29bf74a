package rpc

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
)

// maxDepth is how deep arrays and objects may nest, in and out.
const maxDepth = 100

// check walks through data once, along the shape. It never enters what the shape does not know, so the work is the
// shape's, not the data's.
func (s *shape) check(data []byte) *inputError {
	c := checkers.Get().(*checker)
	defer c.done()
	c.begin(data, 0)
	if bad := c.value(s); bad != nil {
		return bad
	}
	if _, err := c.ReadToken(); err != io.EOF {
		return &inputError{problem: "something follows the end"}
	}
	return nil
}

// checkers are used again: a decoder costs more than what most values need of it.
var checkers = sync.Pool{New: func() any { return &checker{} }}

type checker struct {
	jsontext.Decoder
	data  bytes.Buffer
	outer int // how deep the data is nested in other data
}

func (c *checker) begin(data []byte, outer int) {
	c.data, c.outer = *bytes.NewBuffer(data), outer
	c.Reset(&c.data, jsontext.AllowDuplicateNames(true)) // those are found below, where the path is known
}

// done lets go of the data.
func (c *checker) done() {
	c.begin(nil, 0)
	checkers.Put(c)
}

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

func (c *checker) value(s *shape) *inputError {
	kind := c.PeekKind()
	for s.kind == kindNullable {
		if kind == 'n' {
			return c.skip()
		}
		s = s.elem
	}
	if s.kind == kindRaw {
		return c.anything()
	}
	got := found[kind]
	if got == "" {
		return c.skip()
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
	text, err := c.ReadValue()
	if err != nil {
		return invalid(err)
	}
	return s.holds(text)
}

// skip reads one token, or says what is wrong with it.
func (c *checker) skip() *inputError {
	if _, err := c.ReadToken(); err != nil {
		return invalid(err)
	}
	return nil
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
	for c.PeekKind() == '"' {
		name, err := c.ReadValue()
		if err != nil {
			return invalid(err)
		}
		plain := unquoted(name)
		i := slices.IndexFunc(s.fields, func(f field) bool { return f.name == string(plain) })
		switch {
		case i < 0:
			return &inputError{path: shown(string(plain)), problem: "unknown"}
		case given[i]:
			return &inputError{path: s.fields[i].name, problem: "given twice"}
		}
		given[i] = true
		if bad := c.value(s.fields[i].shape); bad != nil {
			return bad.in(s.fields[i].name)
		}
	}
	if bad := c.skip(); bad != nil {
		return bad
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
	for c.PeekKind() == '"' {
		text, err := c.ReadValue()
		if err != nil {
			return invalid(err)
		}
		name := string(unquoted(text))
		if _, twice := given[name]; twice {
			return &inputError{path: shown(name), problem: "given twice"}
		}
		given[name] = struct{}{}
		bad := s.key.holdsKey(name)
		if bad == nil {
			bad = c.value(s.elem)
		}
		if bad != nil {
			return bad.in(shown(name))
		}
	}
	return c.skip()
}

func (c *checker) elements(s *shape) *inputError {
	if bad := c.open(); bad != nil {
		return bad
	}
	n := 0
	for ; c.PeekKind() != ']'; n++ {
		if bad := c.value(s.elem); bad != nil {
			return bad.in("[" + strconv.Itoa(n) + "]")
		}
	}
	if bad := c.skip(); bad != nil {
		return bad
	}
	if s.kind == kindTuple && n != s.length {
		return &inputError{problem: fmt.Sprintf("must have %d elements, not %d", s.length, n)}
	}
	return nil
}

// variant reads a whole object, for the member that says what it is may come last.
func (c *checker) variant(s *shape) *inputError {
	depth := c.outer + c.StackDepth()
	text, err := c.ReadValue()
	if err != nil {
		return invalid(err)
	}
	v := s.union.find(text)
	if v == nil {
		return &inputError{path: s.union.member, problem: "must be one of " + s.union.names()}
	}
	inner := checkers.Get().(*checker)
	defer inner.done()
	inner.begin(text, depth)
	return inner.value(v.shape)
}

// anything reads what the shape says nothing about. It too must be JSON that everybody reads in the same way.
func (c *checker) anything() *inputError {
	depth := c.outer + c.StackDepth()
	text, err := c.ReadValue()
	if err != nil {
		return invalid(err)
	}
	inner := jsontext.NewDecoder(bytes.NewBuffer(text)) // in which names must not repeat
	for {
		switch _, err := inner.ReadToken(); {
		case err == io.EOF:
			return nil
		case errors.Is(err, jsontext.ErrDuplicateName):
			return &inputError{problem: "has a name twice"}
		case err != nil:
			return invalid(err)
		case depth+inner.StackDepth() > maxDepth:
			return &inputError{problem: "nested too deeply"}
		}
	}
}

// open steps into an array or an object.
func (c *checker) open() *inputError {
	if bad := c.skip(); bad != nil {
		return bad
	}
	if c.outer+c.StackDepth() > maxDepth {
		return &inputError{problem: "nested too deeply"}
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
