package rpc

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// holds looks at a string or at the digits of a number. Booleans and plain strings are always fine; what a type
// reads of its text is its own affair.
func (s *shape) holds(text []byte) *inputError {
	switch s.kind {
	case kindInteger:
		return s.holdsInteger(string(text))
	case kindFloat:
		if _, err := strconv.ParseFloat(string(text), s.goType.Bits()); err != nil {
			return &inputError{problem: "too large a number"}
		}
	case kindEnum:
		return s.holdsValue(string(unquoted(text)))
	case kindTime:
		if !isTime(unquoted(text)) {
			return &inputError{problem: "must be a time such as 2006-01-02T15:04:05Z"}
		}
	case kindBytes:
		if !isBase64(unquoted(text)) {
			return &inputError{problem: "must be base64"}
		}
	}
	return nil
}

// holdsKey looks at a key of a map. An integer is written in one way only.
func (s *shape) holdsKey(name string) *inputError {
	switch {
	case s.kind == kindEnum:
		return s.holdsValue(name)
	case s.kind != kindInteger:
		return nil
	}
	if n, err := strconv.ParseInt(name, 10, 64); err != nil || strconv.FormatInt(n, 10) != name {
		return &inputError{problem: "its name must be a whole number"}
	}
	return s.holdsInteger(name)
}

func (s *shape) holdsInteger(text string) *inputError {
	n, err := strconv.ParseInt(text, 10, 64)
	switch {
	case err == nil && s.min <= n && n <= s.max && text != "-0":
		return nil
	case text == "-0", strings.ContainsAny(text, ".eE"):
		return &inputError{problem: "must be a whole number"}
	}
	return &inputError{problem: fmt.Sprintf("must be between %d and %d", s.min, s.max)}
}

// longNumber reports whether text has as many digits in a row as the first integers that JavaScript rounds.
func longNumber(text []byte) bool {
	const digits = len("9007199254740992")
	for from := 0; from+digits <= len(text); {
		last := bytes.LastIndexFunc(text[from:from+digits], func(r rune) bool { return r < '0' || r > '9' })
		if last < 0 {
			return true
		}
		from += last + 1
	}
	return false
}

func (s *shape) holdsValue(text string) *inputError {
	if !slices.Contains(s.values, text) {
		return &inputError{problem: "must be one of " + strings.Join(s.values, ", ")}
	}
	return nil
}

// isTime is stricter than package time, which takes an hour of one digit and a comma.
func isTime(text []byte) bool {
	const hourEnds = len("2006-01-02T15")
	err := new(time.Time).UnmarshalText(text)
	return err == nil && text[hourEnds] == ':' && bytes.IndexByte(text, ',') < 0
}

// isBase64 accepts one spelling only of each list of bytes.
func isBase64(text []byte) bool {
	if bytes.ContainsAny(text, "\r\n") {
		return false
	}
	_, err := base64.StdEncoding.Strict().Decode(make([]byte, base64.StdEncoding.DecodedLen(len(text))), text)
	return err == nil
}

// unquoted returns what stands between the quotes of a JSON string that was read without an error.
func unquoted(text []byte) []byte {
	if bytes.IndexByte(text, '\\') < 0 {
		return text[1 : len(text)-1]
	}
	plain, _ := jsontext.AppendUnquote(nil, text)
	return plain
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
