package accounts

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// phc is a hashed password, in the form that password libraries have agreed on:
//
//	$argon2id$v=19$m=19456,t=2,p=1$<salt>$<key>
type phc struct {
	parameters
	salt, key []byte
}

// parameters are the cost of an argon2id hash.
type parameters struct {
	memory  uint32 // m, in KiB
	passes  uint32 // t
	threads uint8  // p
}

var errPHC = errors.New("the kept password is not an argon2id hash we can read")

func (p phc) String() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version,
		p.memory, p.passes, p.threads, encode(p.salt), encode(p.key))
}

// parsePHC reads what String wrote. There is one way to write each hash, so what does not come out again
// as it went in is refused.
func parsePHC(text string) (phc, error) {
	var p phc
	fields := strings.Split(text, "$")
	if len(fields) != 6 {
		return phc{}, errPHC
	}
	_, err := fmt.Sscanf(fields[3], "m=%d,t=%d,p=%d", &p.memory, &p.passes, &p.threads)
	p.salt = decode(fields[4])
	p.key = decode(fields[5])
	if err != nil || !p.bounded() || p.String() != text {
		return phc{}, errPHC
	}
	return p, nil
}

// bounded keeps a row that somebody has tampered with from taking the whole machine: at most 256 MiB a hash, of which one
// for each processor is made at once.
func (p phc) bounded() bool {
	return p.memory >= 8*uint32(p.threads) && p.memory <= 256<<10 &&
		p.passes >= 1 && p.passes <= 16 &&
		p.threads >= 1 && p.threads <= 16 &&
		len(p.salt) >= 8 && len(p.salt) <= 64 &&
		len(p.key) >= 16 && len(p.key) <= 64
}

// weakerThan reports whether the hash took less work than one of this cost does, or keeps less of it.
func (p phc) weakerThan(c parameters) bool {
	return p.memory < c.memory || p.passes < c.passes || len(p.salt) < saltBytes || len(p.key) < keyBytes
}

func encode(b []byte) string { return base64.RawStdEncoding.EncodeToString(b) }

// decode returns nothing for what is not base64; bounded refuses that.
func decode(text string) []byte {
	b, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil {
		return nil
	}
	return b
}
