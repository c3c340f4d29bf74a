package accounts

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// PasswordMin is how many characters a password must have. Capitals, digits or signs are not asked for: length is what
// makes it hard to guess, and spaces count.
const PasswordMin = 12

// passwordBytes is how long a password may be: hashing a longer one would only cost time.
const passwordBytes = 1024

// CheckPassword says what is wrong with a password that somebody wants to have: that it is too short, too long, no text,
// or soon guessed. Its error is a FieldError. About is what a guesser knows besides: the user's addresses and name, the
// site's name.
func CheckPassword(password string, about ...string) error {
	password, err := normal(password)
	switch {
	case err != nil:
		return err
	case utf8.RuneCountInString(password) < PasswordMin:
		return ErrShortPassword
	default:
		return guessable(password, about)
	}
}

// normal returns a password as it is counted, hashed and compared: one keyboard sends é as one character, another as e
// and an accent, and both mean the same (NFC). Nothing else is changed: spaces stay, in front and at the end too.
//
// ErrLongPassword, ErrNotText: then nobody has such a password.
func normal(password string) (string, error) {
	if len(password) > 3*passwordBytes { // no text shrinks more than that
		return "", ErrLongPassword
	}
	if !utf8.ValidString(password) || strings.ContainsRune(password, 0) {
		return "", ErrNotText
	}
	password = norm.NFC.String(password)
	if len(password) > passwordBytes {
		return "", ErrLongPassword
	}
	return password, nil
}
