package pgstore_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/ocsigo/start/framework/session/pgstore"
)

// TestStatements prepares each of them against the real schema.
func TestStatements(t *testing.T) {
	conn, err := newPool(t).Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	for name, text := range pgstore.Statements {
		if _, err := conn.Conn().Prepare(t.Context(), name, text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestStatementsAreAll reads the package's own text: each of its constants that begins as a statement does is listed,
// but the ends that several share.
func TestStatementsAreAll(t *testing.T) {
	found := 0
	for name, text := range constants(t) {
		if name == "tellGone" || name == "tellRenewed" || !begins.MatchString(text) {
			continue
		}
		found++
		if _, listed := pgstore.Statements[name]; !listed {
			t.Errorf("%s is not prepared by TestStatements", name)
		}
	}
	if found != len(pgstore.Statements) {
		t.Errorf("%d statements in the package, %d in the list", found, len(pgstore.Statements))
	}
}

var begins = regexp.MustCompile(`^\s*(SELECT|INSERT|UPDATE|DELETE|WITH|LISTEN)\b`)

// constants are those of all files of the package, with how their text begins.
func constants(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, declaration := range file.Decls {
			declared, ok := declaration.(*ast.GenDecl)
			if !ok || declared.Tok != token.CONST {
				continue
			}
			for _, constant := range declared.Specs {
				spec := constant.(*ast.ValueSpec)
				all[spec.Names[0].Name] = strings.Trim(beginning(spec), "\"`")
			}
		}
	}
	return all
}

// beginning is the first literal of a constant.
func beginning(spec *ast.ValueSpec) (text string) {
	ast.Inspect(spec, func(n ast.Node) bool {
		if literal, ok := n.(*ast.BasicLit); ok && text == "" {
			text = literal.Value
		}
		return text == ""
	})
	return text
}

// named are the columns of a session that must be given.
const named = `user_id, token, browser, created, signed_in, seen, idle_ends, ends, expires, agent, network, issued`

// TestSchemaRefuses what no session may be, whoever writes it.
func TestSchemaRefuses(t *testing.T) {
	pool := newPool(t)
	insert := func(before, values string) error {
		_, err := pool.Exec(t.Context(), `INSERT INTO ocsigo_sessions (`+named+`, before, before_ends) VALUES (`+values+before+`)`)
		return err
	}
	const none, good = `, NULL, NULL`, `7, sha256('t'), sha256('b'), now(), now(), now(), now(), now(), false, '', '', now()`
	for what, values := range map[string]string{
		"user 0":          strings.Replace(good, `7`, `0`, 1),
		"a token itself":  strings.Replace(good, `sha256('t')`, `'token'`, 1),
		"a cookie itself": strings.Replace(good, `sha256('b')`, `'browser'`, 1),
		"no end":          strings.Replace(good, `now(), false`, `NULL, false`, 1),
		"not seen":        strings.Replace(good, `now()`, `NULL`, 3),
		"no agent":        strings.Replace(good, `''`, `NULL`, 1),
	} {
		refused(t, what, insert(none, values))
	}
	for what, before := range map[string]string{
		"a token before itself":     `, 'token', now()`,
		"the token before the same": `, sha256('t'), now()`,
		"a token before for ever":   `, sha256('a'), NULL`,
		"an end of no token":        `, NULL, now()`,
	} {
		refused(t, what, insert(before, good))
	}
	if err := insert(none, good); err != nil {
		t.Fatal(err)
	}
	refused(t, "a token twice", insert(none, strings.Replace(good, `'b'`, `'c'`, 1)))
	refused(t, "a browser twice", insert(none, strings.Replace(good, `'t'`, `'u'`, 1)))
}

// TestSchemaRefusesStates that nobody could have.
func TestSchemaRefusesStates(t *testing.T) {
	pool := newPool(t)
	insert := func(values string) error {
		_, err := pool.Exec(t.Context(), `INSERT INTO ocsigo_states (kind, number, browser, name, written, orphaned) VALUES (`+values+`)`)
		return err
	}
	for what, values := range map[string]string{
		"a holder of no kind":         `'tab', 7, '', 'n', now(), NULL`,
		"session 0":                   `'session', 0, '', 'n', now(), NULL`,
		"user 0":                      `'user', 0, '', 'n', now(), NULL`,
		"a user's browser":            `'user', 7, sha256('b'), 'n', now(), NULL`,
		"a browser itself":            `'browser', 0, 'browser', 'n', now(), NULL`,
		"no browser":                  `'nobody', 0, '', 'n', now(), NULL`,
		"a browser with a number":     `'browser', 7, sha256('b'), 'n', now(), NULL`,
		"no name":                     `'user', 7, '', '', now(), NULL`,
		"never written":               `'user', 7, '', 'n', NULL, NULL`,
		"a user's without a session":  `'user', 7, '', 'n', now(), now()`,
		"a browser's without session": `'browser', 0, sha256('b'), 'n', now(), now()`,
	} {
		refused(t, what, insert(values))
	}
	if err := insert(`'user', 7, '', 'n', now(), NULL`); err != nil {
		t.Fatal(err)
	}
	refused(t, "a value twice", insert(`'user', 7, '', 'n', now(), NULL`))
}

// refused says that a row broke an integrity constraint.
func refused(t *testing.T, what string, err error) {
	t.Helper()
	var refused *pgconn.PgError
	if !errors.As(err, &refused) || refused.Code[:2] != "23" {
		t.Errorf("%s: %v", what, err)
	}
}
