package pgstore

import (
	"cmp"
	"context"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// The statements.
const (
	renewSession = `WITH renewed AS (
			UPDATE ocsigo_sessions
			SET token = $3, issued = $4, before = $2, before_ends = $5, signed_in = coalesce($6, signed_in)
			WHERE id = $1 AND token = $2 RETURNING ` + columns + `
		)
		SELECT ` + columns + ` FROM renewed, LATERAL pg_notify('` + channel + `', json_build_object(
			'what', 'renewed', 'user', user_id, 'session', id, 'token', encode(token, 'hex'),
			'before', encode(before, 'hex'), 'browser', encode(browser, 'hex'), 'node', $7::text)::text)`

	noteActivity = `WITH noted AS (
			SELECT * FROM unnest($1::bigint[], $2::timestamptz[], $3::timestamptz[], $4::text[], $5::timestamptz[])
				AS noted (id, seen, idle_ends, network, before_ends)
		), locked AS (
			SELECT id FROM ocsigo_sessions WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE
		)
		UPDATE ocsigo_sessions s SET
			seen = greatest(s.seen, n.seen),
			idle_ends = CASE WHEN n.seen > s.seen THEN n.idle_ends ELSE s.idle_ends END,
			network = CASE WHEN n.seen > s.seen AND n.network <> '' THEN n.network ELSE s.network END,
			before_ends = CASE WHEN n.before_ends < s.before_ends THEN n.before_ends ELSE s.before_ends END
		FROM noted n
		WHERE s.id = ANY(ARRAY(SELECT id FROM locked)) AND s.id = n.id AND (n.seen > s.seen OR n.before_ends < s.before_ends)`
)

// Renew implements session.Store.
func (s *Store) Renew(ctx context.Context, r session.Renewal) (session.Record, error) {
	return only(s.records(ctx, renewSession,
		r.ID, r.Token[:], r.New[:], r.Issued, r.BeforeEnds, orNull(r.SignedIn), r.Node))
}

// Note implements session.Store.
func (s *Store) Note(ctx context.Context, all []session.Activity) error {
	all = together(all)
	if len(all) == 0 {
		return nil
	}
	var (
		ids            = make([]session.ID, len(all))
		seen, idleEnds = make([]time.Time, len(all)), make([]time.Time, len(all))
		networks       = make([]string, len(all))
		before         = make([]*time.Time, len(all))
	)
	for i, a := range all {
		ids[i], seen[i], idleEnds[i], networks[i], before[i] = a.Session, a.Seen, a.IdleEnds, a.Network, orNull(a.Before)
	}
	_, err := s.db.Exec(ctx, noteActivity, ids, seen, idleEnds, networks, before)
	return err
}

// together leaves one activity for each session: a statement changes a row once.
func together(all []session.Activity) (one []session.Activity) {
	where := make(map[session.ID]int, len(all))
	for _, a := range all {
		i, again := where[a.Session]
		if !again {
			where[a.Session] = len(one)
			one = append(one, a)
			continue
		}
		if a.Seen.After(one[i].Seen) {
			one[i].Seen, one[i].IdleEnds, one[i].Network = a.Seen, a.IdleEnds, cmp.Or(a.Network, one[i].Network)
		}
		if !a.Before.IsZero() && (one[i].Before.IsZero() || a.Before.Before(one[i].Before)) {
			one[i].Before = a.Before
		}
	}
	return one
}
