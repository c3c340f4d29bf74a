package pgstore

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ocsigo/start/framework/session"
)

// ofHolder is the condition for one value.
const ofHolder = `kind = $1 AND number = $2 AND browser = $3 AND name = $4`

// The statements. lockState makes the row when it is missing, and else locks it without changing it.
const (
	loadState = `SELECT value FROM ocsigo_states WHERE ` + ofHolder

	lockState = `INSERT INTO ocsigo_states (kind, number, browser, name, written) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (kind, number, browser, name) DO UPDATE SET written = excluded.written WHERE false`
	readState   = `SELECT value, aside FROM ocsigo_states WHERE ` + ofHolder
	writeState  = `UPDATE ocsigo_states SET value = $5, aside = $6, written = $7 WHERE ` + ofHolder
	forgetState = `DELETE FROM ocsigo_states WHERE ` + ofHolder

	dropStates = `WITH locked AS (
			SELECT s.kind, s.number, s.browser, s.name
			FROM unnest($1::text[], $2::bigint[], $3::bytea[]) AS holder (kind, number, browser)
			JOIN ocsigo_states s USING (kind, number, browser)
			ORDER BY s.kind, s.number, s.browser, s.name FOR UPDATE OF s
		)
		DELETE FROM ocsigo_states s USING locked l
		WHERE s.kind = l.kind AND s.number = l.number AND s.browser = l.browser AND s.name = l.name`
)

// Load implements session.States.
func (s *Store) Load(ctx context.Context, of session.Holder, name string) (value []byte, err error) {
	err = s.db.QueryRow(ctx, loadState, of.Kind, of.Number, browserOf(of), name).Scan(&value)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	return value, err
}

// Change implements session.States. It holds the row locked while change runs, and calls it once.
func (s *Store) Change(ctx context.Context, of session.Holder, name string, now time.Time, change func([]byte) (session.Stored, error)) error {
	// Each statement must see what others have written by then, whatever the database's own default is.
	isolation := pgx.TxOptions{IsoLevel: pgx.ReadCommitted}
	return pgx.BeginTxFunc(ctx, s.db, isolation, func(tx pgx.Tx) error {
		before, err := lockedState(ctx, tx, of, name, now)
		if err != nil {
			return err
		}
		after, err := change(before.Value)
		if err != nil {
			return err
		}
		if after.Aside == nil {
			after.Aside = before.Aside
		}
		if after.Value == nil && after.Aside == nil {
			_, err = tx.Exec(ctx, forgetState, of.Kind, of.Number, browserOf(of), name)
			return err
		}
		_, err = tx.Exec(ctx, writeState, of.Kind, of.Number, browserOf(of), name, after.Value, after.Aside, now)
		return err
	})
}

// lockedState returns a value that nobody else changes until the transaction ends.
func lockedState(ctx context.Context, tx pgx.Tx, of session.Holder, name string, now time.Time) (stored session.Stored, err error) {
	var both pgx.Batch
	both.Queue(lockState, of.Kind, of.Number, browserOf(of), name, now)
	both.Queue(readState, of.Kind, of.Number, browserOf(of), name).
		QueryRow(func(row pgx.Row) error { return row.Scan(&stored.Value, &stored.Aside) })
	err = tx.SendBatch(ctx, &both).Close()
	return stored, err
}

// Drop implements session.States.
func (s *Store) Drop(ctx context.Context, of ...session.Holder) error {
	if len(of) == 0 {
		return nil
	}
	kinds, numbers, browsers := make([]session.HolderKind, len(of)), make([]int64, len(of)), make([][]byte, len(of))
	for i, holder := range of {
		kinds[i], numbers[i], browsers[i] = holder.Kind, holder.Number, browserOf(holder)
	}
	_, err := s.db.Exec(ctx, dropStates, kinds, numbers, browsers)
	return err
}

// browserOf is what the table has for a holder's browser: nothing for a session or a user.
func browserOf(of session.Holder) []byte {
	if of.Browser == (session.Hash{}) {
		return []byte{}
	}
	return of.Browser[:]
}
