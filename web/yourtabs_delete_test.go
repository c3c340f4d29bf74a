package web_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestDeleteTheDemos does in a copy of this project what the README says: the demos' files and their lines go. No
// link to it is left, and the rest still builds, vets and generates.
func TestDeleteTheDemos(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	copyProject(t, "..", dir)
	deleted := 0
	for _, pattern := range []string{"web/yourtabs*.go", "templates/yourtabs*", "web/client/yourtabs.ts", "web/look*.go", "templates/look*"} {
		names, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if err := os.Remove(name); err != nil {
				t.Fatal(err)
			}
			deleted++
		}
	}
	if deleted < 8 {
		t.Fatalf("only %d files were deleted", deleted)
	}
	routes := filepath.Join(dir, "web/routes.go")
	text, err := os.ReadFile(routes)
	if err != nil {
		t.Fatal(err)
	}
	rest := regexp.MustCompile(`(?m)^.*a\.(yourTabs|look)\(r\).*\n`).ReplaceAll(text, nil)
	if strings.Count(string(text), "\n")-strings.Count(string(rest), "\n") != 2 {
		t.Fatal("the demos are not one line each of the routes")
	}
	if err := os.WriteFile(routes, rest, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"gofmt -l web", "grep -rlE your-tabs|/look web templates", "go build ./...", "go run ./cmd/generate", "go vet ./..."} {
		words := strings.Fields(command)
		cmd := exec.CommandContext(t.Context(), words[0], words[1:]...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if quiet := words[0] == "gofmt" || words[0] == "grep"; quiet && len(out) > 0 || !quiet && err != nil {
			t.Fatalf("%s: %v\n%s", command, err, out)
		}
	}
}

// copyProject copies the sources: everything but what starts with a dot, and node_modules.
func copyProject(t *testing.T, from, to string) {
	t.Helper()
	entries, err := os.ReadDir(from)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		name := entry.Name()
		if strings.HasPrefix(name, ".") || name == "node_modules" {
			continue
		}
		source, target := filepath.Join(from, name), filepath.Join(to, name)
		if entry.IsDir() {
			if err := os.CopyFS(target, os.DirFS(source)); err != nil {
				t.Fatal(err)
			}
			continue
		}
		content, err := os.ReadFile(source)
		if err == nil {
			err = os.WriteFile(target, content, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
