package framework_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
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
	"disconnect_all", "disconnect_all ?userid", "disconnect_all ?user_indep", "disconnect_all ?with_restart",
	"disconnect_all outside a request", "disconnect_all on the client side", "disconnect", "disconnect on the client side",
	"connected_fun", "connected_fun ?allow", "connected_fun ?deny", "connected_fun ?deny_fun",
	"connected_fun on the client side", "connected_fun only once",
	"connected_rpc", "connected_rpc ?allow", "connected_rpc ?deny", "connected_rpc ?deny_fun",
	"connected_wrapper", "connected_wrapper ?allow", "connected_wrapper ?deny", "connected_wrapper ?deny_fun",
	"connected_wrapper ?force_unconnected",
	"Opt.connected_fun", "Opt.connected_rpc",
}

// TestOsSession holds docs/os_session.md to what it promises: each item of the seed begins a row of four columns, one
// row and no other, and each test that it names exists.
func TestOsSession(t *testing.T) {
	text, err := os.ReadFile("../docs/os_session.md")
	if err != nil {
		t.Fatal(err)
	}
	page, beyond, _ := strings.Cut(string(text), "## What Os_session does not have")
	var items []string
	for _, cells := range rows(page) {
		item := itemOf(cells[0])
		items = append(items, item)
		if len(cells) != 4 {
			t.Errorf("%s has %d columns", item, len(cells))
		}
	}
	for _, name := range seed {
		if n := count(items, name); n != 1 {
			t.Errorf("%s has %d rows", name, n)
		}
	}
	for _, item := range items {
		if !slices.Contains(seed, item) {
			t.Errorf("%s is no item", item)
		}
	}
	for _, cells := range slices.Concat(rows(page), rows(beyond)) {
		if !strings.Contains(cells[len(cells)-1], "`Test") {
			t.Errorf("no test shows %s", cells[0])
		}
	}
	tests := testsOfTheRepository(t)
	for _, name := range regexp.MustCompile("`(Test[A-Za-z0-9]+)`").FindAllStringSubmatch(string(text), -1) {
		if !tests[name[1]] {
			t.Errorf("there is no %s", name[1])
		}
	}
}

// rows are those of the tables of a text, without what stands above them: the cells of each.
func rows(text string) (all [][]string) {
	above := regexp.MustCompile(`^\| (the seed|ours|what) \||^\|---`)
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "|") && !above.MatchString(line) {
			all = append(all, strings.Split(strings.Trim(line, "| \n"), " | "))
		}
	}
	return all
}

// itemOf is what a row's first cell is about; after it the seed is quoted.
func itemOf(cell string) string {
	item, _, _ := strings.Cut(cell, `"`)
	return strings.TrimSpace(strings.ReplaceAll(item, "`", ""))
}

func count(all []string, what string) (n int) {
	for _, one := range all {
		if one == what {
			n++
		}
	}
	return n
}

// testsOfTheRepository are the names of all its tests and fuzz tests, each alone and behind its room's: session.TestGate.
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
				tests[filepath.Base(filepath.Dir(path))+"."+f.Name.Name] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return tests
}
