package pgstore_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/ocsigo/start/framework/devdb/dbtest"
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

// TestStatementsAreAll reads the package's own text: each of its constants is a statement and listed, but the
// columns that they share.
func TestStatementsAreAll(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "pgstore.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, declaration := range file.Decls {
		constants, ok := declaration.(*ast.GenDecl)
		if !ok || constants.Tok != token.CONST {
			continue
		}
		for _, constant := range constants.Specs {
			name := constant.(*ast.ValueSpec).Names[0].Name
			if name == "columns" {
				continue
			}
			found++
			if _, listed := pgstore.Statements[name]; !listed {
				t.Errorf("%s is not prepared by TestStatements", name)
			}
		}
	}
	if found != len(pgstore.Statements) {
		t.Errorf("%d statements in the package, %d in the list", found, len(pgstore.Statements))
	}
}

// TestSchemaRefuses what no session may be, whoever writes it.
func TestSchemaRefuses(t *testing.T) {
	pool := newPool(t)
	for what, values := range map[string]string{
		"user 0":          `0, sha256('t'), sha256('b'), now(), now(), now()`,
		"a token itself":  `7, 'token', sha256('b'), now(), now(), now()`,
		"a cookie itself": `7, sha256('t'), 'browser', now(), now(), now()`,
		"no end":          `7, sha256('t'), sha256('b'), now(), now(), NULL`,
	} {
		_, err := pool.Exec(t.Context(), `INSERT INTO ocsigo_sessions (user_id, token, browser, created, signed_in, ends) VALUES (`+values+`)`)
		var refused *pgconn.PgError
		if !errors.As(err, &refused) || refused.Code[:2] != "23" { // an integrity constraint
			t.Errorf("%s: %v", what, err)
		}
	}
}

// TestMigrateAgain: twice in a row, and by several nodes at once on an empty database.
func TestMigrateAgain(t *testing.T) {
	url := dbtest.New(t)
	if err := migrate(t.Context(), url); err != nil {
		t.Errorf("the second time: %v", err)
	}
	pool := newPool(t)
	if _, err := pool.Exec(t.Context(), `DROP TABLE ocsigo_sessions, ocsigo_versions`); err != nil {
		t.Fatal(err)
	}
	results := make(chan error)
	for range 4 {
		go func() { results <- migrate(t.Context(), pool.Config().ConnString()) }()
	}
	for range 4 {
		if err := <-results; err != nil {
			t.Errorf("at once: %v", err)
		}
	}
	var steps, tables int
	err := pool.QueryRow(t.Context(), `SELECT count(*), count(DISTINCT to_regclass('ocsigo_sessions'))
		FROM ocsigo_versions WHERE version_id > 0`).Scan(&steps, &tables)
	if err != nil || steps != 2 || tables != 1 {
		t.Errorf("%d steps were taken, %d tables are there: %v", steps, tables, err)
	}
}
