package accounts

import (
	"errors"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

// testPassword is that of every user in these tests: four words that have nothing to do with each other.
const (
	testPassword  = "gravel hums under violins"
	otherPassword = "seven lakes borrow a kettle"
)

func TestCheckPassword(t *testing.T) {
	long := strings.Repeat(" "+testPassword, passwordBytes/26) // 1014 bytes
	for _, test := range []struct {
		password string
		want     error
	}{
		{"", ErrShortPassword},
		{"gravel hums", ErrShortPassword},
		{"gravel hums!", nil},
		{" gravel hum ", nil},                         // spaces count, wherever they stand
		{"öäüéèñ", ErrShortPassword},                  // twelve bytes, but six characters
		{norm.NFD.String("öäüéèñ"), ErrShortPassword}, // the same
		{"öqäküvéhèzñm", nil},
		{norm.NFD.String("öqäküvéhèzñm"), nil},
		{"            ", ErrRepeats},
		{long + "0123456789", nil},
		{long + "0123456789a", ErrLongPassword},
		{norm.NFD.String(strings.Repeat("ö", 400)), ErrRepeats}, // 1200 bytes as it is typed, 800 when it is normal
		{strings.Repeat("a", 10<<20), ErrLongPassword},
		{testPassword + "\xff", ErrNotText},
		{testPassword + "\xed\xa0\x80", ErrNotText}, // half of a surrogate pair
		{testPassword + "\x00", ErrNotText},
		{testPassword + "\t\u200b\U0010FFFF", nil},
	} {
		err := CheckPassword(test.password)
		if err != test.want {
			t.Errorf("CheckPassword(%.40q) = %v, want %v", test.password, err, test.want)
		}
		if field, ok := errors.AsType[FieldError](err); err != nil && (!ok || field.Field != "password") {
			t.Errorf("%v says nothing to the form", err)
		}
	}
}
