package pgstore

import (
	"context"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// The statements. The second half of findSession is only looked at when the first has found nothing.
const (
	findSession = `SELECT ` + columns + ` FROM ocsigo_sessions WHERE token = $1
		UNION ALL SELECT ` + columns + ` FROM ocsigo_sessions WHERE before = $1 AND before_ends > $2
		LIMIT 1`
	findSessions     = `SELECT ` + columns + ` FROM ocsigo_sessions WHERE id = ANY($1)`
	findUserSessions = `SELECT ` + columns + ` FROM ocsigo_sessions WHERE user_id = $1 ORDER BY seen DESC, id DESC`
)

// Find implements session.Store.
func (s *Store) Find(ctx context.Context, token session.Hash, now time.Time) (session.Record, error) {
	return only(s.records(ctx, findSession, token[:], now))
}

// FindAll implements session.Store.
func (s *Store) FindAll(ctx context.Context, ids []session.ID) ([]session.Record, error) {
	return s.records(ctx, findSessions, ids)
}

// OfUser implements session.Store.
func (s *Store) OfUser(ctx context.Context, user session.UserID) ([]session.Record, error) {
	return s.records(ctx, findUserSessions, user)
}

// only is the one session that was found.
func only(found []session.Record, err error) (session.Record, error) {
	if err == nil && len(found) == 0 {
		err = session.ErrNoSession
	}
	if err != nil {
		return session.Record{}, err
	}
	return found[0], nil
}
