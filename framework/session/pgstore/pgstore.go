// Package pgstore keeps the sessions, and what stored references remember, in Postgres: the same promises as
// session.MemoryStore, and they survive the program.
//
//	if err := pgstore.Migrate(ctx, db); err != nil { … }
//	sessions := session.New(pgstore.New(pool), session.Options{})
//
// A session is one row of the table ocsigo_sessions. Closing it deletes the row, and what the delete
// returns says which of several callers was the first. Whatever the nodes must hear of is said with NOTIFY by the
// very statement that changes the row: they hear it when the change can be seen, and never of one that failed.
//
// Statements that change several sessions lock them in the order of their IDs, so that no two wait for each other.
package pgstore

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ocsigo/start/framework/session"
)

// Store is a session.Store over Postgres.
type Store struct {
	db       *pgxpool.Pool
	patience patience
}

var _ session.Store = (*Store)(nil)

// New returns a Store over a database in which Migrate has run.
func New(db *pgxpool.Pool) *Store { return &Store{db, usual} }

// columns are those of a row.
const columns = `id, user_id, token, browser, created, signed_in, seen, idle_ends, ends, expires, agent, network,
	issued, before, before_ends, nonce`

// row is a session as its table has it.
type row struct {
	ID         session.ID
	UserID     session.UserID
	Token      []byte
	Browser    []byte
	Created    time.Time
	SignedIn   time.Time
	Seen       time.Time
	IdleEnds   time.Time
	Ends       time.Time
	Expires    bool
	Agent      string
	Network    string
	Issued     time.Time
	Before     []byte // NULL for none, and then so are the next two
	BeforeEnds *time.Time
	Nonce      []byte
}

func (s *Store) records(ctx context.Context, query string, arguments ...any) ([]session.Record, error) {
	return records(ctx, s.db, query, arguments...)
}

// database is the pool, or a transaction of the site's.
type database interface {
	Query(ctx context.Context, query string, arguments ...any) (pgx.Rows, error)
}

func records(ctx context.Context, db database, query string, arguments ...any) ([]session.Record, error) {
	rows, err := db.Query(ctx, query, arguments...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, readRecord)
}

func readRecord(r pgx.CollectableRow) (session.Record, error) {
	found, err := pgx.RowToStructByName[row](r)
	if err != nil {
		return session.Record{}, err
	}
	return found.record()
}

func (r row) record() (record session.Record, err error) {
	record = session.Record{
		ID: r.ID, User: r.UserID,
		Created: r.Created, SignedIn: r.SignedIn, Seen: r.Seen, IdleEnds: r.IdleEnds, Ends: r.Ends,
		Expires: r.Expires, Agent: r.Agent, Network: r.Network, Issued: r.Issued,
	}
	whole := copy(record.Token[:], r.Token) == len(record.Token) && copy(record.Browser[:], r.Browser) == len(record.Browser)
	if r.BeforeEnds != nil {
		record.BeforeEnds = *r.BeforeEnds
		whole = whole && copy(record.Before[:], r.Before) == len(record.Before) && copy(record.Nonce[:], r.Nonce) == len(record.Nonce)
	}
	if !whole {
		return session.Record{}, errors.New("a session's row holds a hash of another length")
	}
	return record, nil
}

// orNull is what is written for a time: NULL where there is none.
func orNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
