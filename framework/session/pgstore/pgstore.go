// Package pgstore keeps the sessions in Postgres: the same promises as session.MemoryStore, and they
// survive the program.
//
//	if err := pgstore.Migrate(ctx, db); err != nil { … }
//	sessions := session.New(pgstore.New(pool), session.Options{})
//
// A session is one row of the table ocsigo_sessions. Closing it deletes the row, and what the delete
// returns says which of several callers was the first.
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
type Store struct{ db *pgxpool.Pool }

var _ session.Store = (*Store)(nil)

// New returns a Store over a database in which Migrate has run.
func New(db *pgxpool.Pool) *Store { return &Store{db} }

const columns = `id, user_id, token, browser, created, signed_in, ends`

// The statements. A test prepares each of them against the real schema.
const (
	insertSession = `INSERT INTO ocsigo_sessions (user_id, token, browser, created, signed_in, ends)
		VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`
	findSession           = `SELECT ` + columns + ` FROM ocsigo_sessions WHERE token = $1`
	deleteSession         = `DELETE FROM ocsigo_sessions WHERE id = $1 RETURNING ` + columns
	deleteUserSessions    = `DELETE FROM ocsigo_sessions WHERE user_id = $1 RETURNING ` + columns
	deleteBrowserSessions = `DELETE FROM ocsigo_sessions WHERE browser = $1 RETURNING ` + columns
)

// row is a session as its table has it.
type row struct {
	ID       session.ID
	UserID   session.UserID
	Token    []byte
	Browser  []byte
	Created  time.Time
	SignedIn time.Time
	Ends     time.Time
}

// Insert implements session.Store.
func (s *Store) Insert(ctx context.Context, r session.Record) (session.ID, error) {
	var id session.ID
	err := s.db.QueryRow(ctx, insertSession, r.User, r.Token[:], r.Browser[:], r.Created, r.SignedIn, r.Ends).Scan(&id)
	return id, err
}

// Find implements session.Store.
func (s *Store) Find(ctx context.Context, token session.Hash) (session.Record, error) {
	found, err := s.records(ctx, findSession, token[:])
	if err == nil && len(found) == 0 {
		err = session.ErrNoSession
	}
	if err != nil {
		return session.Record{}, err
	}
	return found[0], nil
}

// Delete implements session.Store.
func (s *Store) Delete(ctx context.Context, id session.ID) ([]session.Record, error) {
	return s.records(ctx, deleteSession, id)
}

// DeleteUser implements session.Store.
func (s *Store) DeleteUser(ctx context.Context, user session.UserID) ([]session.Record, error) {
	return s.records(ctx, deleteUserSessions, user)
}

// DeleteBrowser implements session.Store.
func (s *Store) DeleteBrowser(ctx context.Context, browser session.Hash) ([]session.Record, error) {
	return s.records(ctx, deleteBrowserSessions, browser[:])
}

func (s *Store) records(ctx context.Context, query string, arguments ...any) ([]session.Record, error) {
	rows, err := s.db.Query(ctx, query, arguments...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (session.Record, error) {
		found, err := pgx.RowToStructByName[row](r)
		if err != nil {
			return session.Record{}, err
		}
		return found.record()
	})
}

func (r row) record() (session.Record, error) {
	record := session.Record{ID: r.ID, User: r.UserID, Created: r.Created, SignedIn: r.SignedIn, Ends: r.Ends}
	if copy(record.Token[:], r.Token) != len(record.Token) || copy(record.Browser[:], r.Browser) != len(record.Browser) {
		return session.Record{}, errors.New("a session's row holds a hash of another length")
	}
	return record, nil
}
