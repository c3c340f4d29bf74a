package rpc

// cursor walks through JSON without making anything of it. It does not see all that may be wrong with the text; the
// library, which makes the values, does. But it never leaves the text, and each step moves on or fails.
type cursor struct {
	text  []byte
	at    int
	depth int // the arrays and objects around it
}

// kind skips space and returns the byte that comes next, '0' for every number. It is 0 at the end.
func (c *cursor) kind() byte {
	for ; c.at < len(c.text); c.at++ {
		switch b := c.text[c.at]; b {
		case ' ', '\t', '\r', '\n':
		case '-', '1', '2', '3', '4', '5', '6', '7', '8', '9':
			return '0'
		default:
			return b
		}
	}
	return 0
}

// ended reports whether nothing but space follows.
func (c *cursor) ended() bool { return c.kind() == 0 && c.at == len(c.text) }

// take moves behind a byte, if that is the next one.
func (c *cursor) take(b byte) bool {
	if c.kind() != b {
		return false
	}
	c.at++
	return true
}

// leave steps out of an array or an object, if it ends here with this byte.
func (c *cursor) leave(end byte) bool {
	if !c.take(end) {
		return false
	}
	c.depth--
	return true
}

// name moves behind the colon of the next member, and returns its name in quotes.
func (c *cursor) name(first bool) (text []byte, bad *inputError) {
	if !first && !c.take(',') || c.kind() != '"' {
		return nil, invalid(c.at)
	}
	text, bad = c.value()
	if bad == nil && !c.take(':') {
		bad = invalid(c.at)
	}
	return text, bad
}

// value moves behind the next value, and returns its text. A string has both of its quotes.
func (c *cursor) value() (text []byte, bad *inputError) {
	kind, size := c.kind(), 0
	switch rest := c.text[c.at:]; kind {
	case '"':
		size = sizeOfString(rest)
	case '[', '{':
		size = sizeOfNested(rest)
	case '0':
		for size < len(rest) && ofNumber(rest[size]) {
			size++
		}
	case 't', 'f', 'n':
		for size < len(rest) && 'a' <= rest[size] && rest[size] <= 'z' {
			size++
		}
	}
	if size == 0 {
		return nil, invalid(c.at)
	}
	c.at += size
	return c.text[c.at-size : c.at], nil
}

// ofNumber reports whether a byte may stand in a number.
func ofNumber(b byte) bool {
	return '0' <= b && b <= '9' || b == '-' || b == '+' || b == '.' || b == 'e' || b == 'E'
}

// sizeOfString is up to the quote that ends the string; 0 without one.
func sizeOfString(text []byte) int {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '"':
			return i + 1
		case '\\':
			i++
		}
	}
	return 0
}

// sizeOfNested is that of an array or an object, however deep; 0 for one that does not end.
func sizeOfNested(text []byte) int {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			size := sizeOfString(text[i:])
			if size == 0 {
				return 0
			}
			i += size - 1
		case '[', '{':
			depth++
		case ']', '}':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return 0
}
