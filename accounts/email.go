package accounts

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// emailBytes is how long an e-mail may be.
const emailBytes = 160

// parseEmail returns the address without the space around it. Whether it is somebody's only a message to
// it can show, so little is asked: something, one @, something.
func parseEmail(text string) (string, error) {
	email := strings.TrimSpace(text)
	name, domain, _ := strings.Cut(email, "@")
	switch {
	case name == "", domain == "", strings.Contains(domain, "@"),
		len(email) > emailBytes,
		!utf8.ValidString(email), // the database would refuse it
		strings.ContainsFunc(email, unfit):
		return "", ErrBadEmail
	}
	return email, nil
}

// unfit refuses every space, control character and invisible one.
func unfit(r rune) bool { return r == ' ' || !unicode.IsPrint(r) }
