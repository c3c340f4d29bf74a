package web_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ocsigo/start/framework/devdb/dbtest"
	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/framework/session/pgstore"
	"github.com/ocsigo/start/web"
)

// TestPageLoadsLeaveNothing: ten thousand visitors without cookies and scripts leave no row and no memory. S030
func TestPageLoadsLeaveNothing(t *testing.T) {
	const loads = 10_000
	db, err := pgxpool.New(t.Context(), dbtest.New(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	users := accountsOf(t, db)
	sessions := session.New(pgstore.New(db), session.Options{Groups: users.Groups, Build: "test"})
	t.Cleanup(sessions.Close)
	app, err := web.New(web.App{
		DB: db, Accounts: users, Sessions: sessions, Tabs: process.New(sessions, process.Options{Origin: "http://example.com"}),
		Post: postOf(t, db), URL: &url.URL{Scheme: "http", Host: "example.com"},
	})
	if err != nil {
		t.Fatal(err)
	}
	site := app.Handler()
	load := func(times int) {
		for i := range times {
			path := []string{"/", "/signup", "/login?next=%2Fsettings", "/settings", "/nothing"}[i%5]
			w := httptest.NewRecorder()
			site.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://example.com"+path, nil))
			if w.Code >= 500 || w.Header().Get("Set-Cookie") == "" {
				t.Fatalf("%s: %d %v", path, w.Code, w.Header())
			}
		}
	}

	kept := rows(t, db)
	for _, table := range []string{"public.ocsigo_sessions", "public.ocsigo_states"} {
		if n, there := kept[table]; !there || n != 0 {
			t.Fatalf("%s has %d rows, of %v", table, n, kept)
		}
	}
	load(500) // what is made once
	before, goroutines := heap(), runtime.NumGoroutine()
	load(loads)
	if grown := heap() - before; grown > 512<<10 {
		t.Errorf("the heap has grown by %d kB, %d bytes a load", grown>>10, grown/loads)
	}
	if n := runtime.NumGoroutine(); n > goroutines+2 { // those of the database's pool come and go
		t.Errorf("%d goroutines, and %d before", n, goroutines)
	}
	if now := rows(t, db); !maps.Equal(now, kept) {
		t.Errorf("the tables have %v rows, and before %v", now, kept)
	}
}

// heap is what is in use after a collection, in bytes.
func heap() int64 {
	runtime.GC()
	runtime.GC() // what has finalizers goes the second time
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// rows counts those of every table.
func rows(t *testing.T, db *pgxpool.Pool) map[string]int {
	t.Helper()
	found, _ := db.Query(t.Context(), `SELECT schemaname || '.' || tablename FROM pg_tables
		WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`)
	tables, err := pgx.CollectRows(found, pgx.RowTo[string])
	if err != nil || len(tables) == 0 {
		t.Fatalf("tables %v, %v", tables, err)
	}
	counted := map[string]int{}
	for _, table := range tables {
		var n int
		if err := db.QueryRow(t.Context(), fmt.Sprintf(`SELECT count(*) FROM %s`, table)).Scan(&n); err != nil {
			t.Fatal(err)
		}
		counted[table] = n
	}
	return counted
}
