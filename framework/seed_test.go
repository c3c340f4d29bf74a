package framework_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// seed are the items of Os_session, in its order. Those with options have a row for each.
var seed = []string{
	"on_start_process", "on_start_connected_process", "on_start_unconnected_process", "on_connected_request",
	"on_unconnected_request", "on_open_session", "on_pre_close_session", "on_post_close_session", "on_request",
	"on_denied_request",
	"user_indep_state_hierarchy", "user_indep_process_scope", "user_indep_session_scope",
	"Not_connected", "Permission_denied",
	"connect", "connect ?expire",
	"disconnect_all", "disconnect_all ?userid", "disconnect_all ?user_indep", "disconnect_all ?with_restart", "disconnect",
	"connected_fun", "connected_fun ?allow", "connected_fun ?deny", "connected_fun ?deny_fun",
	"connected_rpc", "connected_wrapper", "connected_wrapper ?force_unconnected",
	"Opt.connected_fun", "Opt.connected_rpc",
}

// TestOsSession holds docs/os_session.md to what it promises: each item of the seed begins a row of four columns, and
// each test that it names exists.
func TestOsSession(t *testing.T) {
	text, err := os.ReadFile("../docs/os_session.md")
	if err != nil {
		t.Fatal(err)
	}
	items := map[string]bool{}
	item := regexp.MustCompile("^\\| `([^`]+)`")
	for row := range strings.Lines(string(text)) {
		found := item.FindStringSubmatch(row)
		if found == nil {
			continue
		}
		items[found[1]] = true
		cells := strings.Split(strings.TrimSpace(row), " | ")
		if last := cells[len(cells)-1]; !strings.Contains(last, "`Test") {
			t.Errorf("no test shows %s", found[1])
		}
	}
	for _, name := range seed {
		if !items[name] {
			t.Errorf("%s has no row", name)
		}
	}
	tests := testsOfTheRepository(t)
	for _, name := range regexp.MustCompile("`(Test[A-Za-z0-9]+)`").FindAllStringSubmatch(string(text), -1) {
		if !tests[name[1]] {
			t.Errorf("there is no %s", name[1])
		}
	}
}

// testsOfTheRepository are the names of all its tests.
func testsOfTheRepository(t *testing.T) map[string]bool {
	t.Helper()
	tests := map[string]bool{}
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "node_modules" || strings.HasPrefix(entry.Name(), ".") && entry.Name() != ".."):
			return filepath.SkipDir
		case !strings.HasSuffix(path, "_test.go"):
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, declared := range file.Decls {
			if f, ok := declared.(*ast.FuncDecl); ok && f.Recv == nil {
				tests[f.Name.Name] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return tests
}
