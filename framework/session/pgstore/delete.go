package pgstore

import (
	"context"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// tellGone tells the nodes of each row that a delete has returned, and returns the rows. There is one message for
// each, for a message must stay below 8000 bytes.
const tellGone = `SELECT ` + columns + ` FROM gone, LATERAL pg_notify('` + channel + `', json_build_object(
	'what', 'closed', 'user', user_id, 'session', id, 'browser', encode(browser, 'hex'),
	'how', how, 'node', how->>'node')::text)`

// The statements. Those for what is over look at the two indexes, and pass over what others hold just now; the
// second part of deleteOver leaves out what belongs to the first.
const (
	deleteSession = `WITH gone AS (
			DELETE FROM ocsigo_sessions WHERE id = $1 RETURNING ` + columns + `, $2::json AS how
		) ` + tellGone

	deleteUserSessions = `WITH locked AS (
			SELECT id FROM ocsigo_sessions WHERE user_id = $1 AND id <> $2 ORDER BY id FOR UPDATE
		), gone AS (
			DELETE FROM ocsigo_sessions WHERE id = ANY(ARRAY(SELECT id FROM locked)) RETURNING ` + columns + `, $3::json AS how
		) ` + tellGone

	deleteBrowserSessions = `WITH gone AS (
			DELETE FROM ocsigo_sessions WHERE browser = $1 RETURNING ` + columns + `, $2::json AS how
		) ` + tellGone

	deleteOver = `WITH ended AS (
			SELECT id FROM ocsigo_sessions WHERE ends <= $1 ORDER BY ends LIMIT $3 FOR UPDATE SKIP LOCKED
		), idle AS (
			SELECT id FROM ocsigo_sessions WHERE idle_ends <= $2 AND ends > $1 ORDER BY idle_ends
			LIMIT $3 - (SELECT count(*) FROM ended) FOR UPDATE SKIP LOCKED
		)
		DELETE FROM ocsigo_sessions WHERE id = ANY(ARRAY(SELECT id FROM ended UNION ALL SELECT id FROM idle))
		RETURNING ` + columns
)

// Delete implements session.Store.
func (s *Store) Delete(ctx context.Context, id session.ID, how session.Ending) ([]session.Record, error) {
	return s.records(ctx, deleteSession, id, ending(how))
}

// DeleteUser implements session.Store.
func (s *Store) DeleteUser(ctx context.Context, user session.UserID, but session.ID, how session.Ending) ([]session.Record, error) {
	return s.records(ctx, deleteUserSessions, user, but, ending(how))
}

// DeleteBrowser implements session.Store.
func (s *Store) DeleteBrowser(ctx context.Context, browser session.Hash, how session.Ending) ([]session.Record, error) {
	return s.records(ctx, deleteBrowserSessions, browser[:], ending(how))
}

// DeleteOver implements session.Store.
func (s *Store) DeleteOver(ctx context.Context, now, idle time.Time, atMost int) ([]session.Record, error) {
	return s.records(ctx, deleteOver, now, idle, atMost)
}
