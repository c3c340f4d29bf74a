package rpc

import (
	"errors"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// decode reads data into the zero value that into points to. It refuses, with an *inputError, whatever does not fit
// the shape to the letter: what is not there is missing, never zero. Where nothing is expected, nothing, null and {}
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
	if err := json.Unmarshal(data, into, s.reading); err != nil {
		return s.notUnderstood(err)
	}
	return nil
}

// decodeParams reads the parameters of a call. JSON-RPC wants an object or a list: what is no object comes as the one
// element of a list, and an object comes as it is. Without parameters an object has no members.
func (s *shape) decodeParams(params []byte, into any) error {
	if len(params) == 0 && s.kind == kindObject {
		params = []byte("{}")
	}
	switch kind := jsontext.Value(params).Kind(); {
	case s.kind == kindObject, s.kind == kindNothing, kind == '{' && s.mayBeObject():
		return s.decode(params, into)
	case kind != '[':
		return &inputError{problem: "must be a list of one"}
	}
	var list []jsontext.Value
	if err := json.Unmarshal(params, &list); err != nil || len(list) != 1 {
		return &inputError{problem: "must be a list of one"}
	}
	return s.decode(list[0], into)
}

// mayBeObject reports whether some values of the shape are objects.
func (s *shape) mayBeObject() bool {
	switch s.kind {
	case kindObject, kindMap, kindUnion, kindRaw:
		return true
	case kindNullable:
		return s.elem.mayBeObject()
	}
	return false
}

// encode writes the value that from points to, whose shape s is. The result is held to the shape as strictly as an input,
// so that the browser's type tells the truth: an integer that JavaScript would round is an error here and not a wrong
// number there.
func (s *shape) encode(from any) ([]byte, error) {
	data, err := json.Marshal(from, s.writing)
	if err != nil {
		return nil, fmt.Errorf("encode output: %w", err)
	}
	if s.exact || s.exactIfShort && !longNumber(data) {
		return data, nil
	}
	if bad := s.check(data); bad != nil {
		// Not wrapped: a bad output must never pass for a bad input.
		return nil, fmt.Errorf("encode output: %v", bad)
	}
	return data, nil
}

// An inputError says what is wrong with an input, and where: items[2].by. It is written for the developer of the
// calling side and names nothing of this one.
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

// fields are what the caller gets beside the message.
func (e *inputError) fields() map[string]string {
	if e.path == "" {
		return nil
	}
	return map[string]string{e.path: e.problem}
}

// invalid says where the JSON, or the UTF-8 in it, breaks its own rules.
func invalid(at int) *inputError {
	return &inputError{problem: fmt.Sprintf("invalid JSON at byte %d", at)}
}

// notUnderstood says where the text is broken, or where a type that reads text has refused one. The library's own
// words name Go types.
func (s *shape) notUnderstood(err error) *inputError {
	bad := &inputError{problem: "not understood"}
	var refused *json.SemanticError
	var broken *jsontext.SyntacticError
	var at jsontext.Pointer
	switch {
	case errors.As(err, &refused):
		at = refused.JSONPointer
	case errors.As(err, &broken):
		bad, at = invalid(int(broken.ByteOffset)), broken.JSONPointer
	}
	for _, step := range slices.Backward(s.steps(at)) {
		bad = bad.in(step)
	}
	return bad
}
