package accounts

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

// Hashes that the bcrypt of the C library made, with the cost of an Ocsigen Start database:
// perl -e 'print crypt("gravel hums under violins", q($2y$06$abcdefghijklmnopqrstuu))'
const (
	bcryptOfTest       = "$2y$06$abcdefghijklmnopqrstuuIa8IkaNHKFGBVtZSITKh3VQIAArMcfa"
	bcryptOfComposed   = "$2y$06$abcdefghijklmnopqrstuu0cMX6LiRUHDfcdIQBbS2f0QE1PPTkl2" // Öl auf kaltem Wasser
	bcryptOfDecomposed = "$2y$06$abcdefghijklmnopqrstuuetwf2Fw7y1pcgubI7WCS6l7w6.XHJUm" // the same, in NFD
	bcryptOfLong       = "$2y$06$abcdefghijklmnopqrstuutGyqku.M1HcFbVxIFDrPlbWhXMODnOG"
)

func TestVerifyBcrypt(t *testing.T) {
	const (
		oil       = "Öl auf kaltem Wasser"
		long      = testPassword + ", and over them, for as long as seventy-two bytes, and longer"
		longStart = testPassword + ", and over them, for as long as seventy-two byt" // 72 bytes
	)
	if len(longStart) != 72 {
		t.Fatalf("%d bytes", len(longStart))
	}
	for _, test := range []struct {
		kept, password string
		want           bool
	}{
		{bcryptOfTest, testPassword, true},
		{strings.Replace(bcryptOfTest, "2y", "2a", 1), testPassword, true},
		{strings.Replace(bcryptOfTest, "2y", "2b", 1), testPassword, true},
		{bcryptOfTest, testPassword + " ", false},
		{bcryptOfTest, testPassword + "\x00", false},
		{bcryptOfTest, "", false},
		{bcryptOfComposed, oil, true},
		{bcryptOfComposed, norm.NFD.String(oil), true}, // typed on another device
		{bcryptOfDecomposed, norm.NFD.String(oil), true},
		{bcryptOfLong, long, true},
		{bcryptOfLong, longStart, true}, // bcrypt reads no more
		{bcryptOfLong, longStart[:71], false},
	} {
		h := newHasher()
		right, better, err := h.verify(t.Context(), test.kept, test.password)
		if right != test.want || (better != "") != right || err != nil {
			t.Errorf("verify(%s, %q) = %v, %q, %v; want %v", test.kept, test.password, right, better, err, test.want)
		}
		if !right {
			continue
		}
		if right, again, err := h.verify(t.Context(), better, test.password); !right || again != "" || err != nil {
			t.Errorf("of the better hash: verify(%q) = %v, %q, %v", test.password, right, again, err)
		}
		if right, _, _ := h.verify(t.Context(), better, longStart); right && test.password == long {
			t.Error("the better hash, too, reads only 72 bytes")
		}
	}
}

func TestBcryptCost(t *testing.T) {
	for _, kept := range []string{
		strings.Replace(bcryptOfTest, "$06$", "$15$", 1),
		strings.Replace(bcryptOfTest, "$06$", "$31$", 1),
		strings.Replace(bcryptOfTest, "$06$", "$03$", 1),
		strings.Replace(bcryptOfTest, "2y", "2x", 1),
		bcryptOfTest + "a",
		bcryptOfTest + "\n",
	} {
		if _, err := checkOf(kept); err == nil {
			t.Errorf("%q is read", kept)
		}
	}
}
