package framework_test

import (
	"os"
	"regexp"
	"testing"
)

// TestSecurity holds docs/security.md to what it promises: each row of a table ends with a test that shows it, and each
// test that is named there, behind its room's name, exists.
func TestSecurity(t *testing.T) {
	text, err := os.ReadFile("../docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile("`([^`]*\\b(?:Test|Fuzz)[A-Z][^`]*)`")
	all := rows(string(text))
	for _, cells := range all {
		if len(cells) != 2 || !named.MatchString(cells[len(cells)-1]) {
			t.Errorf("no test shows %s", cells[0])
		}
	}
	tests := testsOfTheRepository(t)
	for _, name := range named.FindAllStringSubmatch(string(text), -1) {
		if !tests[name[1]] {
			t.Errorf("there is no %s", name[1])
		}
	}
	if len(all) == 0 {
		t.Error("there are no rows")
	}
}
