package authcheck

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestDocs: the table has every check as it is, and nothing else; and each number of the lists stands somewhere.
func TestDocs(t *testing.T) {
	text, err := os.ReadFile("../docs/authcheck.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "| `") && strings.Count(line, "|") == 4 {
			rows[strings.TrimSpace(line)] = true
		}
	}
	for _, c := range All() {
		row := fmt.Sprintf("| `%s` | %s | %s |", c.Name, strings.Join(c.Numbers, ", "), c.Wrong)
		if !rows[row] {
			t.Errorf("docs/authcheck.md lacks %s", row)
		}
		delete(rows, row)
	}
	for row := range rows {
		t.Errorf("docs/authcheck.md has %s", row)
	}
	for _, number := range demanded() {
		if !regexp.MustCompile(`\b` + number + `\b`).Match(text) {
			t.Errorf("docs/authcheck.md says nothing of %s", number)
		}
	}
}

// TestAccountsDocs: the table that maps checks to tests has every check, in one row, and each number of that row's checks.
func TestAccountsDocs(t *testing.T) {
	text, err := os.ReadFile("../docs/accounts.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range All() {
		var rows []string
		for line := range strings.Lines(string(text)) {
			if strings.HasPrefix(line, "|") && strings.Contains(line, "`"+c.Name+"`") {
				rows = append(rows, line)
			}
		}
		if len(rows) != 1 {
			t.Errorf("docs/accounts.md has %s in %d rows", c.Name, len(rows))
			continue
		}
		for _, number := range c.Numbers {
			if !strings.Contains(rows[0], " "+number+",") && !strings.Contains(rows[0], " "+number+" ") {
				t.Errorf("docs/accounts.md: the row of %s lacks %s", c.Name, number)
			}
		}
	}
}

// demanded are the numbers of the lists that are about accounts.
func demanded() (all []string) {
	for _, span := range []struct {
		letter      string
		first, last int
		but         string
	}{
		{"A", 1, 100, "6 21 25 36 41 47 53 58 61 62 69 72 77 80 81 82 83 84 85 93"}, // not in the list, or second factors
		{"S", 110, 124, ""}, {"S", 127, 131, ""}, {"S", 140, 140, ""}, {"S", 142, 143, ""}, {"S", 146, 154, ""}, {"S", 159, 159, ""},
	} {
		for n := span.first; n <= span.last; n++ {
			if !strings.Contains(" "+span.but+" ", fmt.Sprintf(" %d ", n)) {
				all = append(all, fmt.Sprintf("%s%d", span.letter, n))
			}
		}
	}
	return append(all, "S009", "S020", "S021")
}
