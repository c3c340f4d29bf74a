package accounts

import "testing"

const (
	salt = "AAAAAAAAAAAAAAAAAAAAAA"                      // 16 bytes
	key  = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" // 32 bytes
)

func TestParsePHC(t *testing.T) {
	for _, test := range []struct {
		text string
		good bool
	}{
		{"$argon2id$v=19$m=19456,t=2,p=1$" + salt + "$" + key, true},
		{"$argon2id$v=19$m=65536,t=3,p=4$" + salt + "$" + key, true},
		{"", false},
		{"$argon2i$v=19$m=19456,t=2,p=1$" + salt + "$" + key, false},
		{"$argon2id$v=16$m=19456,t=2,p=1$" + salt + "$" + key, false},
		{"$argon2id$v=19$m=19456,t=2,p=1$" + salt, false},
		{"$argon2id$v=19$m=19456,t=2,p=1$" + salt + "$" + key + "$", false},
		{"$argon2id$v=19$m=19456,t=2,p=1$" + salt + "$" + key + "=", false},
		{"$argon2id$v=19$m=19456,t=2,p=1$" + salt + "$" + key + "\n", false},
		{"$argon2id$v=19$m=19456,t=2,p=1$AAAA$" + key, false},
		{"$argon2id$v=19$m=19456,t=2,p=1$" + salt + "$AAAA", false},
		{"$argon2id$v=19$m=019456,t=2,p=1$" + salt + "$" + key, false},
		{"$argon2id$v=19$t=2,m=19456,p=1$" + salt + "$" + key, false},
		{"$argon2id$v=19$m=4294967295,t=2,p=1$" + salt + "$" + key, false},
		{"$argon2id$v=19$m=19456,t=4294967295,p=1$" + salt + "$" + key, false},
		{"$argon2id$v=19$m=19456,t=2,p=255$" + salt + "$" + key, false},
		{"$argon2id$v=19$m=19456,t=2,p=257$" + salt + "$" + key, false},
		{"$argon2id$v=19$m=19456,t=0,p=1$" + salt + "$" + key, false},
		{"$argon2id$v=19$m=19456,t=2,p=0$" + salt + "$" + key, false},
		{"$argon2id$v=19$m=-1,t=2,p=1$" + salt + "$" + key, false},
		{"$2b$12$aaaaaaaaaaaaaaaaaaaaaa", false},
	} {
		if _, err := parsePHC(test.text); (err == nil) != test.good {
			t.Errorf("parsePHC(%q): %v", test.text, err)
		}
	}
}

func FuzzParsePHC(f *testing.F) {
	f.Add("$argon2id$v=19$m=19456,t=2,p=1$" + salt + "$" + key)
	f.Add("$argon2id$v=19$m=1,t=1,p=1$$")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := parsePHC(text)
		if err == nil && (p.String() != text || !p.bounded()) {
			t.Errorf("parsePHC(%q) took %v", text, p)
		}
	})
}
