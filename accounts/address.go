package accounts

import (
	"strings"
	"unicode/utf8"

	"github.com/ocsigo/start/mail"
)

// emailBytes is how long an e-mail address may be.
const emailBytes = 160

// parseAddress returns the address without the space around it, its domain in the one way to write it: it is counted, and
// kept, as that. Whether it is somebody's only a letter to it can show, so it is asked no more than whether one can be sent.
// Capitals stay as they are: the database compares without them, with lower(), and does not ask a program that may see it
// otherwise.
func parseAddress(text string) (string, error) {
	address := strings.TrimSpace(text)
	if len(address) > emailBytes || !utf8.ValidString(address) {
		return "", ErrBadEmail
	}
	address, err := mail.NormalAddress(address)
	if err != nil || len(address) > emailBytes {
		return "", ErrBadEmail
	}
	return address, nil
}

// asKept is what somebody has typed who logs in, as it would be kept; what is no address is one that nobody has.
func asKept(text string) string {
	address, _ := parseAddress(text)
	return address
}
