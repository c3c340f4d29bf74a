package pgstore

import (
	"context"
	"encoding/binary"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/ocsigo/start/framework/session"
)

// openTries is how often a log-in is tried before a conflict is its error.
const openTries = 5

// Log-ins of one browser, and those of one user, wait for each other at locks of these two kinds: each sees the rows
// that those before it have made. The browser's is always taken first.
const (
	browserLock int32 = 0x6f637301
	userLock    int32 = 0x6f637302
)

// The statements of a log-in.
const (
	lockLogins = `SELECT pg_advisory_xact_lock($1::int, $2::int)`

	makeRoom = `WITH chosen AS (
			SELECT id FROM ocsigo_sessions WHERE browser = $1
			UNION ALL
			(SELECT id FROM ocsigo_sessions WHERE user_id = $2 AND browser <> $1
				ORDER BY seen DESC, id DESC OFFSET greatest($3::int - 1, 0))
		), locked AS (
			SELECT id FROM ocsigo_sessions WHERE id = ANY(ARRAY(SELECT id FROM chosen)) ORDER BY id FOR UPDATE
		), gone AS (
			DELETE FROM ocsigo_sessions WHERE id = ANY(ARRAY(SELECT id FROM locked))
			RETURNING ` + columns + `, CASE WHEN browser = $1 THEN $4::json ELSE $5::json END AS how
		) ` + tellGone

	insertSession = `INSERT INTO ocsigo_sessions (user_id, token, browser, created, signed_in, seen, idle_ends, ends,
			expires, agent, network, issued, before, before_ends, nonce)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) RETURNING id`
)

// Open implements session.Store.
func (s *Store) Open(ctx context.Context, r session.Record, atMost int, by session.Ending) (opened session.Opened, err error) {
	for range openTries {
		opened, err = s.open(ctx, r, atMost, by)
		if !isConflict(err) {
			break
		}
	}
	if err != nil {
		return session.Opened{}, err
	}
	return opened, nil
}

// open sends all its statements at once: Postgres takes what is sent at once as one transaction.
func (s *Store) open(ctx context.Context, r session.Record, atMost int, by session.Ending) (opened session.Opened, err error) {
	var all pgx.Batch
	all.Queue(lockLogins, browserLock, int32(binary.BigEndian.Uint32(r.Browser[:])))
	all.Queue(lockLogins, userLock, int32(r.User^r.User>>32))
	all.Queue(makeRoom, r.Browser[:], r.User, atMost, because(session.Replaced, by), because(session.Evicted, by)).
		Query(func(rows pgx.Rows) error {
			gone, err := pgx.CollectRows(rows, readRecord)
			for _, record := range gone {
				if record.Browser == r.Browser {
					opened.Replaced = append(opened.Replaced, record)
				} else {
					opened.Evicted = append(opened.Evicted, record)
				}
			}
			return err
		})
	before, beforeEnds, nonce := beforeOf(r)
	all.Queue(insertSession, r.User, r.Token[:], r.Browser[:], r.Created, r.SignedIn, r.Seen, r.IdleEnds, r.Ends,
		r.Expires, r.Agent, r.Network, r.Issued, before, beforeEnds, nonce).
		QueryRow(func(row pgx.Row) error { return row.Scan(&opened.ID) })
	err = s.db.SendBatch(ctx, &all).Close()
	return opened, err
}

// because is how sessions end for a reason that only the store sees.
func because(reason session.Reason, by session.Ending) ending {
	by.Reason = reason
	return ending(by)
}

// beforeOf are the columns of a record's token before.
func beforeOf(r session.Record) (before []byte, ends *time.Time, nonce []byte) {
	if r.Before == (session.Hash{}) {
		return nil, nil, nil
	}
	return r.Before[:], &r.BeforeEnds, r.Nonce[:]
}

// isConflict reports whether a log-in may succeed when it is tried once more: somebody who does not take the locks
// has made a session in the same browser meanwhile, or Postgres wants it to be tried again.
func isConflict(err error) bool {
	var refused *pgconn.PgError
	if !errors.As(err, &refused) {
		return false
	}
	switch refused.Code {
	case "23505": // unique_violation
		return refused.ConstraintName == "ocsigo_sessions_browser_key"
	case "40001", "40P01": // serialization_failure, deadlock_detected
		return true
	}
	return false
}
