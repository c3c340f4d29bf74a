package web_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// demo is what the README says of one: which files to delete, and which line of the routes.
type demo struct {
	name  string
	files []string // patterns
	line  string
}

// readmeDemos are those of "Delete the demos" that are there.
func readmeDemos(t *testing.T) (all []demo) {
	t.Helper()
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(readme), "### Delete the demos\n")
	if !found {
		t.Skip("no demos are left")
	}
	section, _, _ := strings.Cut(rest, "\n## ")
	item := regexp.MustCompile(`(?m)^- "([^"]+)"((?:.|\n  )*)`)
	for _, text := range item.FindAllStringSubmatch(section, -1) {
		d := demo{name: text[1]}
		for _, code := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(text[2], -1) {
			if strings.HasSuffix(code[1], "(r)") {
				d.line = code[1]
			} else {
				d.files = append(d.files, code[1])
			}
		}
		if there, _ := filepath.Glob(filepath.Join("..", d.files[0])); len(there) > 0 {
			all = append(all, d)
		}
	}
	return all
}

// TestDeleteDemos does in a copy of this project what the README says, with each demo alone, and with all of them: its
// files and its line go. Nothing mentions it any more, and the rest still builds, vets and generates.
func TestDeleteDemos(t *testing.T) {
	t.Parallel()
	all := readmeDemos(t)
	for _, d := range all {
		t.Run(d.name, func(t *testing.T) {
			dir := projectCopy(t)
			d.deleteIn(t, dir)
			commands(t, dir, "gofmt -l web", "go vet -trimpath ./web ./templates ./migrations")
		})
	}
	t.Run("all", func(t *testing.T) {
		dir := projectCopy(t)
		for _, d := range all {
			d.deleteIn(t, dir)
		}
		commands(t, dir, "gofmt -l web", "go run -trimpath ./cmd/generate", "go vet -trimpath ./...")
	})
}

// deleteIn deletes a demo, and looks whether something of it is left.
func (d demo) deleteIn(t *testing.T, dir string) {
	t.Helper()
	var deleted []string // their names, as others would mention them
	for _, pattern := range d.files {
		names, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil || len(names) == 0 {
			t.Fatalf("%s has no %s: %v", d.name, pattern, err)
		}
		for _, name := range names {
			if err := os.Remove(name); err != nil {
				t.Fatal(err)
			}
			deleted = append(deleted, regexp.QuoteMeta(filepath.Base(name)))
		}
	}
	routes := filepath.Join(dir, "web/routes.go")
	text, err := os.ReadFile(routes)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(text), "\n")
	rest := slices.DeleteFunc(slices.Clone(lines), func(line string) bool { return strings.TrimSpace(line) == d.line })
	if len(lines)-len(rest) != 1 {
		t.Fatalf("%s is not one line of the routes", d.name)
	}
	if err := os.WriteFile(routes, []byte(strings.Join(rest, "")), 0o644); err != nil {
		t.Fatal(err)
	}
	path := "/" + strings.ReplaceAll(strings.ToLower(d.name), " ", "-")
	mentions := regexp.MustCompile(regexp.QuoteMeta(path) + `\b|"` + regexp.QuoteMeta(d.name) + `"|\b(` + strings.Join(deleted, "|") + `)\b`)
	for _, folder := range []string{"web", "templates"} {
		for _, file := range sources(t, filepath.Join(dir, folder)) {
			if text, err := os.ReadFile(file); err != nil || mentions.Match(text) {
				t.Errorf("%s mentions %s: %v", file, d.name, err)
			}
		}
	}
}

// sources are the files of a folder that people have written.
func sources(t *testing.T, folder string) (all []string) {
	t.Helper()
	for _, kind := range []string{"*.go", "*.templ", "*/*.ts", "*/*.css"} {
		names, err := filepath.Glob(filepath.Join(folder, kind))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, names...)
	}
	return slices.DeleteFunc(all, func(name string) bool {
		return strings.HasSuffix(name, ".gen.ts")
	})
}

// projectCopy copies this project: everything but what starts with a dot, and node_modules.
func projectCopy(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	entries, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		source, target := filepath.Join("..", entry.Name()), filepath.Join(dir, entry.Name())
		if strings.HasPrefix(entry.Name(), ".") || entry.Name() == "node_modules" {
			continue
		}
		if entry.IsDir() {
			err = os.CopyFS(target, os.DirFS(source))
		} else if content, failed := os.ReadFile(source); failed == nil {
			err = os.WriteFile(target, content, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// commands runs commands in a folder. Those of gofmt say nothing when all is well.
func commands(t *testing.T, dir string, all ...string) {
	t.Helper()
	for _, command := range all {
		words := strings.Fields(command)
		cmd := exec.CommandContext(t.Context(), words[0], words[1:]...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if err != nil || words[0] == "gofmt" && len(out) > 0 {
			t.Fatalf("%s: %v\n%s", command, err, out)
		}
	}
}
