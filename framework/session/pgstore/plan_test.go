package pgstore_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ocsigo/start/framework/session/pgstore"
)

// fill makes n sessions in SQL, quickly: four for each user, all of them over or none.
func fill(tb testing.TB, pool *pgxpool.Pool, n int, over bool) {
	tb.Helper()
	ends := `now() + interval '1 day' + i * interval '1 ms'`
	if over {
		ends = `now() - interval '1 day' + i * interval '1 ms'`
	}
	exec(tb, pool, `INSERT INTO ocsigo_sessions (`+named+`)
		SELECT 1000 + i / 4, sha256(('token' || i)::bytea), sha256(('browser' || i)::bytea), now(), now(),
			now() - i * interval '1 ms', `+ends+`, `+ends+`, false, 'Firefox on Linux', '192.0.2.0/24', now()
		FROM generate_series(1, $1::int) i`, n)
	exec(tb, pool, `VACUUM ANALYZE ocsigo_sessions`)
}

func exec(tb testing.TB, pool *pgxpool.Pool, statement string, arguments ...any) {
	tb.Helper()
	if _, err := pool.Exec(tb.Context(), statement, arguments...); err != nil {
		tb.Fatal(err)
	}
}

// TestPlans: no statement reads a table as a whole, with parameters that are known and with any; but that which
// compares the one table with the other.
func TestPlans(t *testing.T) {
	pool := newPool(t)
	fill(t, pool, 20_000, true)
	exec(t, pool, `INSERT INTO ocsigo_states (kind, number, browser, name, value, written)
		SELECT kind, i, '', 'cart', '1'::bytea, now() FROM generate_series(1, 5000) i, unnest(ARRAY['session', 'user']) kind
		UNION ALL
		SELECT kind, 0, sha256(i::text::bytea), 'cart', '1'::bytea, now() FROM generate_series(1, 5000) i, unnest(ARRAY['nobody', 'browser']) kind`)
	exec(t, pool, `ANALYZE ocsigo_states`)
	conn, err := pool.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	for name, text := range pgstore.Statements {
		if name == "markOrphans" || name == "listen" {
			continue
		}
		for _, mode := range []string{"force_generic_plan", "force_custom_plan"} {
			if plan := explain(t, conn.Conn(), mode, text); strings.Contains(plan, "Seq Scan on ocsigo_") {
				t.Errorf("%s, %s:\n%s", name, mode, plan)
			}
		}
	}
}

// examples are parameters of each type.
var examples = map[string]string{
	"bytea": `sha256('token7')`, "bigint": `500`, "integer": `500`, "text": `'user'`, "json": `'{}'`,
	"boolean":                  `false`,
	"timestamp with time zone": `now()`, "bytea[]": `ARRAY[''::bytea]`, "bigint[]": `ARRAY[7]`, "text[]": `ARRAY['user']`,
	"timestamp with time zone[]": `ARRAY[now()]`,
}

// explain says how Postgres would go about a statement.
func explain(t *testing.T, conn *pgx.Conn, mode, statement string) string {
	t.Helper()
	for _, text := range []string{`SET plan_cache_mode = ` + mode, `PREPARE planned AS ` + statement} {
		if _, err := conn.Exec(t.Context(), text); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
	types, err := lines(t.Context(), conn, `SELECT unnest(parameter_types)::text FROM pg_prepared_statements WHERE name = 'planned'`)
	if err != nil {
		t.Fatal(err)
	}
	var values []string
	for _, of := range types {
		values = append(values, examples[of])
	}
	call := `planned`
	if len(values) > 0 {
		call = fmt.Sprintf(`planned (%s)`, strings.Join(values, ", "))
	}
	plan, err := lines(t.Context(), conn, `EXPLAIN EXECUTE `+call)
	if err != nil {
		t.Fatalf("%s: %v", call, err)
	}
	if _, err := conn.Exec(t.Context(), `DEALLOCATE planned`); err != nil {
		t.Fatal(err)
	}
	return strings.Join(plan, "\n")
}

// lines are the answer to a question of one column.
func lines(ctx context.Context, conn *pgx.Conn, question string) ([]string, error) {
	rows, err := conn.Query(ctx, question, pgx.QueryExecModeSimpleProtocol)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}
