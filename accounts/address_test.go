package accounts

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestParseAddress(t *testing.T) {
	domain := strings.Repeat("example.", 18) + "examples.com" // 156 bytes
	for _, test := range []struct{ text, want string }{
		{"ada@example.com", "ada@example.com"},
		{"  Ada@Example.com\n", "Ada@example.com"},
		{"ada+lists@localhost", "ada+lists@localhost"},
		{"åda@exämple.com", "åda@xn--exmple-cua.com"},
		{"ada@ｅｘａｍｐｌｅ.com", "ada@example.com"},
		{"ada@example.com.", ""},
		{"ada@" + domain, "ada@" + domain},
		{"adas@" + domain, ""},
		{strings.Repeat("a", 65) + "@example.com", ""},
		{"", ""},
		{"@", ""},
		{"ada", ""},
		{"ada@", ""},
		{"@example.com", ""},
		{"ada@@example.com", ""},
		{"ada@example@com", ""},
		{"ada lovelace@example.com", ""},
		{"ada\u00a0lovelace@example.com", ""},
		{"ada\u200b@example.com", ""},
		{"ada\x00@example.com", ""},
		{"ada\r\nBcc: all@example.com", ""},
		{"ada\xff@example.com", ""},
	} {
		got, err := parseAddress(test.text)
		if got != test.want || (err == nil) != (test.want != "") {
			t.Errorf("parseAddress(%q) = %q, %v; want %q", test.text, got, err, test.want)
		}
	}
}

func FuzzParseAddress(f *testing.F) {
	f.Add("ada@example.com")
	f.Add(" ada@example.com\x00 ")
	f.Fuzz(func(t *testing.T, text string) {
		email, err := parseAddress(text)
		if err != nil {
			return
		}
		if !utf8.ValidString(email) || len(email) > emailBytes || strings.Count(email, "@") != 1 || strings.ContainsAny(email, " \t\r\n\x00") {
			t.Errorf("parseAddress(%q) took %q", text, email)
		}
		if again, err := parseAddress(email); again != email || err != nil {
			t.Errorf("parseAddress(%q) = %q, %v: it does not take what it returned", email, again, err)
		}
	})
}
