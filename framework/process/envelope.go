package process

import (
	"bytes"
	"io"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// scanned is a message with what was wrong with it.
type scanned struct {
	message
	err *Error
}

// scan reads a frame: one message, or a batch of them. A message that is none has its error beside it. What it returns
// stands in the frame: nothing is copied.
func scan(frame []byte) (one scanned, batch []scanned) {
	frame = bytes.TrimLeft(frame, " \t\r\n")
	if len(frame) == 0 || frame[0] != '[' {
		return scanOne(frame), nil
	}
	parts, err := elements(frame)
	switch {
	case err != nil:
		return scanned{err: errParse}, nil
	case len(parts) == 0:
		return scanned{err: errRequest}, nil
	case len(parts) > batchAtMost:
		return scanned{err: errTooMany}, nil
	}
	batch = make([]scanned, len(parts))
	for i, part := range parts {
		batch[i] = scanOne(part)
	}
	return scanned{}, batch
}

// elements are those of a list, which may be no list. They are counted no further than anybody asks.
func elements(list []byte) (parts []jsontext.Value, err error) {
	in := open(list, jsontext.AllowDuplicateNames(true))
	defer in.close()
	if _, err := in.ReadToken(); err != nil {
		return nil, err
	}
	for in.PeekKind() != ']' {
		part, err := in.ReadValue()
		if err != nil {
			return nil, err
		}
		if len(parts) <= batchAtMost {
			end := int(in.InputOffset())
			parts = append(parts, list[end-len(part):end])
		}
	}
	if _, err := in.ReadToken(); err != nil {
		return nil, err
	}
	return parts, in.end()
}

func scanOne(text []byte) scanned {
	m, err := envelope(text)
	switch {
	case err == nil:
		return scanned{message: m}
	case !jsontext.Value(text).IsValid(jsontext.AllowDuplicateNames(true)):
		return scanned{err: errParse}
	}
	return scanned{message{id: idOf(text)}, errRequest}
}

// envelope reads the members of a message, each by its place in the text.
func envelope(text []byte) (m message, err error) {
	in := open(text)
	defer in.close()
	if in.PeekKind() != '{' {
		return m, errRequest
	}
	if _, err := in.ReadToken(); err != nil {
		return m, err
	}
	versioned := false
	for in.PeekKind() != '}' {
		name, err := in.ReadValue()
		if err != nil {
			return m, err
		}
		member := memberOf(name)
		value, err := in.ReadValue()
		if err != nil {
			return m, err
		}
		end := int(in.InputOffset())
		value = text[end-len(value) : end]
		switch kind := value.Kind(); {
		case member == "jsonrpc":
			versioned = string(value) == `"`+version+`"`
		case member == "id" && (kind == '"' || kind == '0'): // with null answers could not be told apart
			m.id = value
		case member == "method" && kind == '"':
			m.method = unquote(value)
		case member == "params" && (kind == '{' || kind == '['):
			m.params = value
		default:
			return m, errRequest
		}
	}
	if _, err := in.ReadToken(); err != nil {
		return m, err
	}
	if !versioned || m.method == "" {
		return m, errRequest
	}
	return m, in.end()
}

// memberOf is which member a name is; empty for one that no message has.
func memberOf(name jsontext.Value) string {
	switch string(name) {
	case `"jsonrpc"`:
		return "jsonrpc"
	case `"id"`:
		return "id"
	case `"method"`:
		return "method"
	case `"params"`:
		return "params"
	}
	return ""
}

func unquote(text jsontext.Value) string {
	plain, err := jsontext.AppendUnquote(nil, text)
	if err != nil {
		return ""
	}
	return string(plain)
}

// idOf finds the id in what is no request: so that who waits for the answer gets one.
func idOf(text []byte) jsontext.Value {
	var m struct {
		ID jsontext.Value `json:"id"`
	}
	if json.Unmarshal(text, &m, jsontext.AllowDuplicateNames(true)) != nil {
		return nil
	}
	if kind := m.ID.Kind(); kind != '"' && kind != '0' {
		return nil
	}
	return m.ID
}

// input reads JSON out of a text. It is used again and again: a decoder is large.
type input struct {
	jsontext.Decoder
	text bytes.Reader
}

var inputs = sync.Pool{New: func() any { return new(input) }}

func open(text []byte, options ...jsontext.Options) *input {
	in := inputs.Get().(*input)
	in.text.Reset(text)
	in.Reset(&in.text, options...)
	return in
}

func (in *input) close() {
	in.text.Reset(nil)
	inputs.Put(in)
}

// end is nil when nothing follows.
func (in *input) end() error {
	if _, err := in.ReadToken(); err != io.EOF {
		return errParse
	}
	return nil
}
