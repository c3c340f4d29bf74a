package accounts

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
)

// secret is the token in a link: 256 random bits. It stands in the letter, and for some minutes in a cookie; the database
// has its hash.
type secret string

const tokenBytes = 32

func newToken() secret {
	b := make([]byte, tokenBytes)
	rand.Read(b) // never fails
	return secret(b)
}

// parseToken reads what encode wrote, and nothing else.
func parseToken(text string) (secret, bool) {
	if len(text) != base64.RawURLEncoding.EncodedLen(tokenBytes) {
		return "", false
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(b) != tokenBytes { // the decoder skips line breaks
		return "", false
	}
	return secret(b), true
}

// encode returns 43 letters, digits, hyphens and underscores.
func (s secret) encode() string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

func (s secret) hash() []byte {
	hash := sha256.Sum256([]byte(s))
	return hash[:]
}
