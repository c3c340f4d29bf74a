package accounts

import (
	"errors"
	"fmt"
	"regexp"

	"golang.org/x/crypto/bcrypt"
)

// bcryptForm is that of the hashes in an Ocsigen Start database, and of many others. (2x marks hashes of a program that
// was wrong.)
var bcryptForm = regexp.MustCompile(`^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$`)

// bcryptCost is the highest cost that is read: it takes about a second.
const bcryptCost = 14

var errBcrypt = errors.New("the kept password is a bcrypt hash that takes too long, or whose cost is none")

func isBcrypt(kept string) bool { return bcryptForm.MatchString(kept) }

// checkBcrypt returns the check of a bcrypt hash. The program that made it took the password as it was typed, but nobody
// types é in the same bytes on every device: what is normal is tried next. Of both only the first 72 bytes count.
//
// A bcrypt hash is never kept: when the password is right a better one is made. When it is wrong the time of a better one
// passes nevertheless, so that such an account is answered hardly later, and never sooner, than an unknown address.
func checkBcrypt(kept string) (check, error) {
	if rounds, err := bcrypt.Cost([]byte(kept)); err != nil || rounds > bcryptCost {
		return nil, fmt.Errorf("%w: %.7s", errBcrypt, kept)
	}
	return func(typed, password string) (right, stale bool) {
		right = bcrypt.CompareHashAndPassword([]byte(kept), []byte(typed)) == nil ||
			typed != password && bcrypt.CompareHashAndPassword([]byte(kept), []byte(password)) == nil
		if !right {
			argon(password)
		}
		return right, true
	}, nil
}
