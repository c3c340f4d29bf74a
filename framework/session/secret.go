package session

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strconv"
)

// Hash is the SHA-256 of a secret: what the server keeps of a cookie. Who reads the database cannot
// become anybody with it.
type Hash [sha256.Size]byte

// String returns the hash in hexadecimal digits, for logs.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// secret holds the bytes of a cookie. "" means that there is none.
type secret string

const (
	browserBytes = 16 // 128 bits in the browser's cookie
	tokenBytes   = 32 // 256 bits in the session's cookie
	nonceBytes   = 16 // 128 bits in a document's token
	processBytes = 16 // 128 bits in a process id
	ticketBytes  = 16 // 128 bits in a ticket
)

func newSecret(bytes int) secret {
	b := make([]byte, bytes)
	rand.Read(b) // never fails
	return secret(b)
}

// parseSecret reads a cookie's value. What is malformed counts as absent.
func parseSecret(text string, bytes int) secret {
	if len(text) != base64.RawURLEncoding.EncodedLen(bytes) {
		return ""
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(b) != bytes { // the decoder skips line breaks
		return ""
	}
	return secret(b)
}

func (s secret) encode() string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

// hash is the zero Hash for no secret, which no secret has.
func (s secret) hash() Hash {
	if s == "" {
		return Hash{}
	}
	return sha256.Sum256([]byte(s))
}

// seal returns an HMAC over the parts, keyed with the browser's cookie: there is no signing key to keep,
// it works on every node, and what one browser was given fails in every other by construction.
func (s secret) seal(parts ...string) string {
	return base64.RawURLEncoding.EncodeToString(s.mac(parts...))
}

func (s secret) mac(parts ...string) []byte {
	mac := hmac.New(sha256.New, []byte(s))
	for _, part := range parts {
		mac.Write([]byte(strconv.Itoa(len(part)) + ":" + part))
	}
	return mac.Sum(nil)
}

// sealed reports whether seal is the one of these parts. No secret seals nothing.
func (s secret) sealed(seal string, parts ...string) bool {
	return s != "" && hmac.Equal([]byte(seal), []byte(s.seal(parts...)))
}
