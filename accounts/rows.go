package accounts

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/ocsigo/start/framework/session"
)

// database is the pool, or one of its transactions.
type database interface {
	Exec(ctx context.Context, query string, arguments ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, query string, arguments ...any) (pgx.Rows, error)
}

// row returns the only row of a query about a user; session.ErrNoUser when there is none.
func row[T any](ctx context.Context, db database, query string, arguments ...any) (T, error) {
	return one(ctx, db, pgx.RowToStructByName[T], query, arguments...)
}

// value is row for a query of one column.
func value[T any](ctx context.Context, db database, query string, arguments ...any) (T, error) {
	return one(ctx, db, pgx.RowTo[T], query, arguments...)
}

func one[T any](ctx context.Context, db database, read pgx.RowToFunc[T], query string, arguments ...any) (T, error) {
	rows, err := db.Query(ctx, query, arguments...)
	if err != nil {
		var none T
		return none, err
	}
	found, err := pgx.CollectExactlyOneRow(rows, read)
	if errors.Is(err, pgx.ErrNoRows) {
		err = session.ErrNoUser
	}
	return found, err
}

// rows returns all rows of a query.
func rows[T any](ctx context.Context, db database, query string, arguments ...any) ([]T, error) {
	found, err := db.Query(ctx, query, arguments...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(found, pgx.RowToStructByName[T])
}
