package accounts

import (
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"regexp"
	"testing"
)

// Every statement must fit the schema that the migrations make.
func TestStatements(t *testing.T) {
	a := newAccounts(t)
	conn, err := a.db.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	for name, text := range statements(t) {
		if _, err := conn.Conn().Prepare(t.Context(), name, text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

var verb = regexp.MustCompile(`^\s*(INSERT|SELECT|UPDATE|DELETE|WITH)\b`)

// statements finds the package's constants that hold SQL, so that none is forgotten here. The constants
// need no imports, so what is missing for the rest of the package does not matter.
func statements(t *testing.T) map[string]string {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	fileSet := token.NewFileSet()
	var files []*ast.File
	for _, name := range names {
		file, err := parser.ParseFile(fileSet, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	checker := types.Config{Error: func(error) {}}
	scope, _ := checker.Check("accounts", fileSet, files, nil)

	found := map[string]string{}
	for _, name := range scope.Scope().Names() {
		c, ok := scope.Scope().Lookup(name).(*types.Const)
		if ok && c.Val().Kind() == constant.String && verb.MatchString(constant.StringVal(c.Val())) {
			found[name] = constant.StringVal(c.Val())
		}
	}
	if len(found) == 0 {
		t.Fatal("no statements found")
	}
	return found
}
