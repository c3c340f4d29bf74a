package process

import (
	"bytes"

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
	s := scanner{text: frame}
	if s.skipSpace() != '[' {
		return scanOne(frame), nil
	}
	parts, ok := s.parts()
	switch {
	case !ok && !isJSON(frame):
		return scanned{err: errParse}, nil
	case !ok, len(parts) == 0:
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

// parts are the elements of a list, no more of them than anybody asks for.
func (s *scanner) parts() (parts [][]byte, ok bool) {
	s.at++
	if s.take(']') {
		return nil, s.end()
	}
	for {
		part, ok := s.value(1)
		if !ok {
			return nil, false
		}
		if len(parts) <= batchAtMost {
			parts = append(parts, part)
		}
		if !s.take(',') {
			return parts, s.take(']') && s.end()
		}
	}
}

func scanOne(text []byte) scanned {
	s := scanner{text: text}
	if m, ok := s.message(); ok {
		return scanned{message: m}
	}
	if !isJSON(text) {
		return scanned{err: errParse}
	}
	return scanned{message{id: idOf(text)}, errRequest}
}

// isJSON tells those who wait for an answer what they have said instead of a message.
func isJSON(text []byte) bool {
	return jsontext.Value(text).IsValid(jsontext.AllowDuplicateNames(true))
}

// The members of a message, as they stand in its text.
var (
	versionMember = []byte(`"jsonrpc"`)
	idMember      = []byte(`"id"`)
	methodMember  = []byte(`"method"`)
	paramsMember  = []byte(`"params"`)
	versionValue  = []byte(`"` + version + `"`)
)

// message reads the members of a message, each at most once.
func (s *scanner) message() (m message, ok bool) {
	versioned := false
	if !s.take('{') || s.skipSpace() == '}' {
		return m, false
	}
	for {
		s.skipSpace()
		name, ok := s.value(1)
		if !ok || !s.take(':') {
			return m, false
		}
		value, ok := s.value(1)
		if !ok {
			return m, false
		}
		switch first := value[0]; {
		case bytes.Equal(name, versionMember) && !versioned && bytes.Equal(value, versionValue):
			versioned = true
		case bytes.Equal(name, idMember) && m.id == nil && isID(first):
			m.id = value
		case bytes.Equal(name, methodMember) && m.method == nil && first == '"' && len(value) > len(`""`):
			m.method = unquote(value)
		case bytes.Equal(name, paramsMember) && m.params == nil && (first == '{' || first == '['):
			m.params = value
		default:
			return m, false
		}
		if !s.take(',') {
			return m, s.take('}') && s.end() && versioned && m.method != nil
		}
	}
}

// isID: a string or a number. With null answers could not be told apart.
func isID(first byte) bool { return first == '"' || first == '-' || '0' <= first && first <= '9' }

// unquote is what a JSON string says.
func unquote(text []byte) []byte {
	if bytes.IndexByte(text, '\\') < 0 {
		return text[1 : len(text)-1]
	}
	plain, err := jsontext.AppendUnquote(nil, text)
	if err != nil {
		return nil
	}
	return plain
}

// idOf finds the id in what is no request: so that who waits for the answer gets one.
func idOf(text []byte) jsontext.Value {
	var m struct {
		ID jsontext.Value `json:"id"`
	}
	if json.Unmarshal(text, &m, jsontext.AllowDuplicateNames(true)) != nil || len(m.ID) == 0 || !isID(m.ID[0]) {
		return nil
	}
	return m.ID
}
