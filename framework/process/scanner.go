package process

import "bytes"

// scanner walks through JSON and says whether it is any, without making anything of it: what stands in a message is read
// where its type is known. The text is UTF-8. What it refuses may still be JSON that nests too deeply for anything that
// a tab has to say.
type scanner struct {
	text []byte
	at   int
}

// deepest is how deep a message may nest.
const deepest = 200

// skipSpace moves to the next byte that is none, and returns it; 0 at the end.
func (s *scanner) skipSpace() byte {
	for s.at < len(s.text) {
		switch c := s.text[s.at]; c {
		case ' ', '\t', '\r', '\n':
			s.at++
		default:
			return c
		}
	}
	return 0
}

// take moves behind a byte, if that is the next one.
func (s *scanner) take(c byte) bool {
	if s.skipSpace() != c {
		return false
	}
	s.at++
	return true
}

// end reports whether nothing follows.
func (s *scanner) end() bool { return s.skipSpace() == 0 && s.at == len(s.text) }

// value moves behind the next value, and returns its text.
func (s *scanner) value(depth int) (text []byte, ok bool) {
	c := s.skipSpace()
	from := s.at
	switch {
	case depth > deepest:
		return nil, false
	case c == '{':
		ok = s.members(depth)
	case c == '[':
		ok = s.elements(depth)
	case c == '"':
		ok = s.str()
	case c == '-' || '0' <= c && c <= '9':
		ok = s.number()
	default:
		ok = s.word("true") || s.word("false") || s.word("null")
	}
	return s.text[from:s.at], ok
}

func (s *scanner) members(depth int) bool {
	s.at++
	if s.take('}') {
		return true
	}
	for {
		if s.skipSpace() != '"' || !s.str() || !s.take(':') {
			return false
		}
		if _, ok := s.value(depth + 1); !ok {
			return false
		}
		if !s.take(',') {
			return s.take('}')
		}
	}
}

func (s *scanner) elements(depth int) bool {
	s.at++
	if s.take(']') {
		return true
	}
	for {
		if _, ok := s.value(depth + 1); !ok {
			return false
		}
		if !s.take(',') {
			return s.take(']')
		}
	}
}

// str moves behind a string.
func (s *scanner) str() bool {
	for s.at++; s.at < len(s.text); s.at++ {
		s.plain()
		switch {
		case s.at >= len(s.text), s.text[s.at] < ' ':
			return false
		case s.text[s.at] == '"':
			s.at++
			return true
		case !s.escape():
			return false
		}
	}
	return false
}

// plain moves to the next byte of a string that is not what it says.
func (s *scanner) plain() {
	at := s.at
	for at < len(s.text) && s.text[at] >= ' ' && s.text[at] != '"' && s.text[at] != '\\' {
		at++
	}
	s.at = at
}

// escape moves to the last byte of an escape. The two halves of a surrogate pair stand together.
func (s *scanner) escape() bool {
	s.at++
	if s.at >= len(s.text) {
		return false
	}
	if s.text[s.at] != 'u' {
		return bytes.IndexByte([]byte(`"\/bfnrt`), s.text[s.at]) >= 0
	}
	unit, ok := s.hex()
	if !ok || unit < 0xd800 || unit > 0xdfff {
		return ok
	}
	if unit >= 0xdc00 || !bytes.HasPrefix(s.text[s.at+1:], []byte(`\u`)) {
		return false
	}
	s.at += len(`\u`)
	low, ok := s.hex()
	return ok && low >= 0xdc00 && low <= 0xdfff
}

// hex moves from the u of an escape to its last digit.
func (s *scanner) hex() (unit rune, ok bool) {
	for range 4 {
		s.at++
		if s.at >= len(s.text) {
			return 0, false
		}
		switch c := s.text[s.at]; {
		case '0' <= c && c <= '9':
			unit = unit<<4 | rune(c-'0')
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			unit = unit<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return unit, true
}

// number moves behind a number.
func (s *scanner) number() bool {
	s.sign('-', '-')
	if !s.sign('0', '0') && !s.digits() {
		return false
	}
	if s.sign('.', '.') && !s.digits() {
		return false
	}
	if s.sign('e', 'E') {
		s.sign('+', '-')
		return s.digits()
	}
	return true
}

// sign moves behind a byte that is one of these two.
func (s *scanner) sign(one, other byte) bool {
	if s.at >= len(s.text) || s.text[s.at] != one && s.text[s.at] != other {
		return false
	}
	s.at++
	return true
}

// digits moves behind all that follow, at least one.
func (s *scanner) digits() bool {
	from := s.at
	for s.at < len(s.text) && '0' <= s.text[s.at] && s.text[s.at] <= '9' {
		s.at++
	}
	return s.at > from
}

func (s *scanner) word(word string) bool {
	if !bytes.HasPrefix(s.text[s.at:], []byte(word)) {
		return false
	}
	s.at += len(word)
	return true
}
