package mail

import (
	"bytes"
	"errors"
	"mime"
	netmail "net/mail"
	"strings"
	"testing"
	"unicode"

	"github.com/a-h/templ"
)

func TestCheckAddress(t *testing.T) {
	long := strings.Repeat("a", 64)
	for address, want := range map[string]string{
		"ada@example.com":                 "ada@example.com",
		"Ada.B+lists=x@Example.COM":       "Ada.B+lists=x@example.com",
		"åda@example.com":                 "åda@example.com",
		"ada@exämple.com":                 "ada@xn--exmple-cua.com",
		"ada@EXÄMPLE.com":                 "ada@xn--exmple-cua.com",
		"ada@exa\u0308mple.com":           "ada@xn--exmple-cua.com",
		"ada@xn--exmple-cua.com":          "ada@xn--exmple-cua.com",
		"ada@ｅｘａｍｐｌｅ.com":                 "ada@example.com",
		"ada@example。com":                 "ada@example.com",
		"ada@exam\u00adple.com":           "ada@example.com",
		"a\u030ada@example.com":           "åda@example.com",
		"\u212aay@example.com":            "Kay@example.com",
		"o'neill@localhost":               "o'neill@localhost",
		long + "@example.com":             long + "@example.com",
		long + "a@example.com":            "",
		"a@" + strings.Repeat("b", 300):   "",
		"":                                "",
		"@":                               "",
		"ada":                             "",
		"ada@":                            "",
		"@example.com":                    "",
		"a@b@example.com":                 "",
		".ada@example.com":                "",
		"a..b@example.com":                "",
		"ada.@example.com":                "",
		"ada @example.com":                "",
		" ada@example.com":                "",
		"ada@exam ple.com":                "",
		"ada@example.com ":                "",
		"ada@example.com\r\nBcc: x@y":     "",
		"ada\r\n@example.com":             "",
		"ada\u2028@example.com":           "",
		"ada@example\u2028.com":           "",
		"ada\u200b@example.com":           "",
		"ada\x00@example.com":             "",
		"ada\xff@example.com":             "",
		"ada@example.com,bob@b.c":         "",
		"a,b@example.com":                 "",
		"<ada@example.com>":               "",
		"Ada <ada@example.com>":           "",
		`"<x@y>" <ada@example.com>`:       "",
		`"a b"@example.com`:               "",
		"ada@[127.0.0.1]":                 "",
		"ada@127.0.0.1":                   "",
		"ada@example.com.":                "",
		"ada@example.com。":                "",
		"ada@.":                           "",
		"ada@example.123":                 "",
		strings.Repeat("क़", 21) + "@b.c": "", // longer in its normal form
		"ada(comment)@example.com":        "",
		"ada@example.com>":                "",
		"ada@example.com SIZE=1":          "",
		"=?utf-8?q?a=0D=0A?=@b.c":         "=?utf-8?q?a=0D=0A?=@b.c", // letters like any: nobody decodes them in an address
	} {
		got, err := NormalAddress(address)
		if got != want || (err == nil) != (want != "") || err != nil && !errors.Is(err, ErrAddress) {
			t.Errorf("NormalAddress(%q) = %q, %v; want %q", address, got, err, want)
		}
		if checked := CheckAddress(address); (checked == nil) != (want != "") {
			t.Errorf("CheckAddress(%q): %v", address, checked)
		}
	}
}

// TestHeaders: whatever a subject has, it is one line of one header. S124
func TestHeaders(t *testing.T) {
	for subject, want := range map[string]string{
		"A link for you":                     "A link for you",
		"Grüße, 日本語 👋":                       "Grüße, 日本語 👋",
		"a\r\nBcc: x@example.org":            "a Bcc: x@example.org",
		"a\nb\rc\u2028d\u2029e\u0085f\x00g":  "a b c d e f g",
		"a\r\n\r\n<script>":                  "a <script>",
		"%0d%0aBcc: x@example.org":           "%0d%0aBcc: x@example.org",
		"=?utf-8?q?a=0D=0ABcc:_x@y.z?=":      "= ?utf-8?q?a=0D=0ABcc:_x@y.z?=",
		`"<x@y>", <z@example.org>, a: b; c`:  `"<x@y>", <z@example.org>, a: b; c`,
		"  much   space ":                    "much space",
		"a\xffb":                             "a b",
		strings.Repeat("long", 100):          strings.Repeat("long", 49) + "lon…",
		strings.Repeat("é", 300):             strings.Repeat("é", 199) + "…",
		strings.Repeat("two words ", 30)[:9]: "two words",
	} {
		header := headerOf(t, subject)
		var words mime.WordDecoder
		got, err := words.DecodeHeader(header.Get("Subject"))
		if err != nil || got != want {
			t.Errorf("%q became %q, %v; want %q", subject, got, err, want)
		}
	}
	for _, subject := range []string{"", " \r\n ", "\u2028"} {
		if _, err := newPost(t).compose(t.Context(), Message{To: "ada@example.com", Subject: subject, HTML: templ.Raw("x")}); err == nil {
			t.Errorf("the subject %q was taken", subject)
		}
	}
}

// headerOf makes a message and returns its header, which has what it must and nothing else.
func headerOf(t testing.TB, subject string) netmail.Header {
	t.Helper()
	l, err := newPost(t).compose(t.Context(), Message{To: "ada@example.com", Subject: subject, HTML: templ.Raw("<p>Hello</p>")})
	if err != nil {
		t.Fatalf("%q: %v", subject, err)
	}
	m, err := netmail.ReadMessage(bytes.NewReader(l.source))
	if err != nil {
		t.Fatalf("%q: %v\n%s", subject, err, l.source)
	}
	head, _, _ := bytes.Cut(l.source, []byte("\r\n\r\n"))
	for line := range bytes.SplitSeq(head, []byte("\r\n")) {
		if len(line) > 300 || bytes.ContainsAny(line, "\r\n\x00") {
			t.Errorf("%q: the line %q", subject, line)
		}
	}
	for _, name := range []string{"From", "To", "Subject", "Date", "Message-Id", "Mime-Version", "Content-Type", "Auto-Submitted"} {
		if len(m.Header[name]) != 1 {
			t.Errorf("%q: %s is there %d times", subject, name, len(m.Header[name]))
		}
	}
	recipients, err := l.msg.GetRecipients()
	if len(m.Header) != 8 || len(recipients) != 1 || err != nil || m.Header.Get("Auto-Submitted") != "auto-generated" ||
		!strings.HasSuffix(m.Header.Get("Message-Id"), "@example.com>") || m.Header.Get("To") != "<ada@example.com>" {
		t.Errorf("%q: to %v, header %v", subject, recipients, m.Header)
	}
	return m.Header
}

func newPost(t testing.TB) *Post {
	t.Helper()
	from, err := netmail.ParseAddress("Ocsigo Start <site@example.com>")
	if err != nil {
		t.Fatal(err)
	}
	return &Post{from: from}
}

// FuzzMessage: no address and no subject makes a second recipient, or a header that is not ours.
func FuzzMessage(f *testing.F) {
	f.Add("ada@example.com", "A link for you")
	f.Add("ada@example.com\r\nBcc: x@y", "a\r\nBcc: x@y")
	f.Add(`"<x@y>" <ada@example.com>, <b@c>`, "=?utf-8?q?a=0D=0A?=")
	f.Add("åda@exämple.com", "Grüße\u2028")
	f.Fuzz(func(t *testing.T, to, subject string) {
		l, err := newPost(t).compose(t.Context(), Message{To: to, Subject: subject, HTML: templ.Raw("<p>Hello</p>")})
		if err != nil {
			return
		}
		if strings.ContainsFunc(l.to, func(r rune) bool { return !unicode.IsPrint(r) || strings.ContainsRune(" <>,;\"\\()", r) }) ||
			strings.Count(l.to, "@") != 1 {
			t.Fatalf("%q is sent to %q", to, l.to)
		}
		if again, err := NormalAddress(l.to); again != l.to || err != nil {
			t.Fatalf("%q became %q, and that %q, %v", to, l.to, again, err)
		}
		recipients, err := l.msg.GetRecipients()
		if err != nil || len(recipients) != 1 || strings.Trim(recipients[0], "<>") != l.to {
			t.Fatalf("%q: the recipients are %q, %v", to, recipients, err)
		}
		m, err := netmail.ReadMessage(bytes.NewReader(l.source))
		if err != nil || len(m.Header) != 8 || m.Header.Get("To") != "<"+l.to+">" {
			t.Fatalf("%q, %q: %v, %v", to, subject, m, err)
		}
		r, err := read(l.source)
		if err != nil || r.Subject != oneLine(subject) || r.HTML != "<p>Hello</p>" || r.Text != "Hello\n" {
			t.Fatalf("%q: read as %q, %v", subject, r.Subject, err)
		}
	})
}
