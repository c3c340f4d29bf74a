package migrations

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"log/slog"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/pressly/goose/v3/lock"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

// migrateJobs makes the tables of River, the queue of jobs, which brings its own migrations. River takes each step in
// a transaction of its own and locks nothing, so we hold the lock that goose takes for the other steps.
func migrateJobs(ctx context.Context, db *sql.DB, config *pgxpool.Config) (err error) {
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300)) // look each second, for 5 minutes
	if err != nil {
		return err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := locker.SessionLock(ctx, conn); err != nil {
		return err
	}
	defer func() {
		if unlocked := locker.SessionUnlock(context.WithoutCancel(ctx), conn); err == nil {
			err = unlocked
		}
	}()
	config = config.Copy()
	config.MaxConns, config.MinConns, config.MinIdleConns = 2, 0, 0
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return err
	}
	defer pool.Close()
	_, err = jobs(pool).Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}

// addJobs writes River's steps to what Key is made of.
func addJobs(to io.Writer) {
	for _, m := range jobs(nil).AllVersions() {
		fmt.Fprintf(to, "river %d %d\n%s", m.Version, len(m.SQLUp), m.SQLUp)
	}
}

func jobs(db *pgxpool.Pool) *rivermigrate.Migrator[pgx.Tx] {
	migrator, err := rivermigrate.New(riverpgxv5.New(db), &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		panic(err) // its steps are embedded
	}
	return migrator
}
