package web_test

import (
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"
)

// documented is a route of docs/accounts.md, such as `GET`, `POST /settings`, `/more`.
var documented = regexp.MustCompile("`([A-Z]+ )?(/[^`]*)`|`([A-Z]+)`")

// TestAccountRoutesAreDocumented: docs/accounts.md has each route of accounts, and no other.
func TestAccountRoutesAreDocumented(t *testing.T) {
	text, err := os.ReadFile("../docs/accounts.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(text), "| route |")
	table, _, _ = strings.Cut(table, "\n\n")
	said := map[string]bool{}
	for row := range strings.Lines(table) {
		cell, _, _ := strings.Cut(strings.TrimPrefix(row, "|"), "|")
		var methods []string
		for _, part := range documented.FindAllStringSubmatch(cell, -1) {
			if method := strings.TrimSpace(part[1] + part[3]); method != "" {
				methods = append(methods, method)
			}
			for _, method := range methods {
				if part[2] != "" {
					said[method+" "+part[2]] = true
				}
			}
		}
	}
	err = chi.Walk(newSite(t).routes, func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		first, _, _ := strings.Cut(route[1:], "/")
		if strings.Contains(" signup sent link login forgot logout reauthenticate settings admin ", " "+first+" ") && !said[method+" "+route] {
			t.Errorf("docs/accounts.md lacks %s %s", method, route)
		}
		delete(said, method+" "+route)
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	for route := range said {
		t.Errorf("docs/accounts.md has %s, and the site has not", route)
	}
}
