package process_test

import (
	"maps"
	"os"
	"regexp"
	"strings"
	"testing"
)

// The tests of this file hold docs/protocol.md to the program.

func readFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// section is what stands under a heading of the document.
func section(t *testing.T, heading string) string {
	t.Helper()
	_, text, found := strings.Cut(readFile(t, "../../docs/protocol.md"), "\n## "+heading+"\n")
	if !found {
		t.Fatalf("no section %q", heading)
	}
	text, _, _ = strings.Cut(text, "\n## ")
	return text
}

// pairs are the first two groups of all matches.
func pairs(text, pattern string) map[string]string {
	found := map[string]string{}
	for _, match := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
		found[match[1]] = match[2]
	}
	return found
}

func wantSame(t *testing.T, what string, document, program map[string]string) {
	t.Helper()
	if len(program) == 0 {
		t.Errorf("%s: nothing found in the program", what)
	}
	if !maps.Equal(document, program) {
		t.Errorf("%s:\ndocument %v\n program %v", what, document, program)
	}
}

func TestDocumentedCodes(t *testing.T) {
	document := pairs(section(t, "The end of a socket"), `(?m)^\| (\d{4})( )\|`)
	program := map[string]string{}
	for _, code := range pairs(readFile(t, "code.go"), `(?m)^\t(\w+) +Code = (\d+)$`) {
		program[code] = " "
	}
	wantSame(t, "close codes", document, program)
}

func TestDocumentedErrors(t *testing.T) {
	document := pairs(section(t, "Errors"), "(?m)^\\| (-\\d+) \\| `(\\w+)` \\|")
	program := pairs(readFile(t, "wire.go")+readFile(t, "redeem.go"), `&Error\{(-\d+), "[^"]*", Kind\{Kind: "(\w+)"\}\}`)
	maps.Copy(program, pairs(readFile(t, "../rpc/errors.go"), `wireError\((-\d+), "(\w+)"`))
	wantSame(t, "errors", document, program)
}

func TestDocumentedLimits(t *testing.T) {
	document := pairs(section(t, "Limits"), "(?m)^\\| `(\\w+)` \\| ([^|]+) \\|")
	constant := `(?m)^(?:\t|const )(\w+) += (\d[^/\n]*?) *(?://.*)?$`
	program := pairs(readFile(t, "limits.go"), constant)
	maps.Copy(program, pairs(readFile(t, "../rpc/register.go"), constant))
	maps.Copy(program, pairs(readFile(t, "../session/ticket.go"), constant))
	for name, value := range program {
		program[name] = spoken(value)
	}
	wantSame(t, "limits", document, program)
}

// spoken is a constant as the document writes it: 64 << 10 is 64 KiB.
func spoken(value string) string {
	return strings.NewReplacer(" << 10", " KiB", " << 20", " MiB", " * time.Second", " s", "_", ",").Replace(value)
}

// TestDocumentedHeaders: what tabs and pages tell each other in headers has the names that the test site uses.
func TestDocumentedHeaders(t *testing.T) {
	document := pairs(section(t, "Pages in place"), "(?m)^\\| (?:\\d+ with )?`(Ocsigo-\\w+)(: [^`]*)?`")
	for _, match := range regexp.MustCompile(`"(Ocsigo-\w+)"`).FindAllStringSubmatch(readFile(t, "processtest/inplace.go"), -1) {
		if _, found := document[match[1]]; !found {
			t.Errorf("%s is not in the document, which has %v", match[1], document)
		}
	}
}
