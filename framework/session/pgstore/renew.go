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
			SET token = $3, nonce = $4, issued = $5, before = $2, before_ends = $6, signed_in = coalesce($7, signed_in)
			WHERE id = $1 AND token = $2 RETURNING ` + columns + `
		) ` + tellRenewed + `$8::text)::text)`

	signInAgain = `WITH renewed AS (
			UPDATE ocsigo_sessions SET signed_in = coalesce($3, signed_in)
			WHERE id = $1 AND token = $2 RETURNING ` + columns + `
		) ` + tellRenewed + `$4::text)::text)`

	// tellRenewed is both statements' end, but for the node.
	tellRenewed = `SELECT ` + columns + ` FROM renewed, LATERAL pg_notify('` + channel + `', json_build_object(
		'what', 'renewed', 'user', user_id, 'session', id, 'browser', encode(browser, 'hex'), 'node', `

	noteActivity = `WITH noted AS (
			SELECT * FROM unnest($1::bigint[], $2::timestamptz[], $3::timestamptz[], $4::text[], $5::bytea[], $6::timestamptz[])
				AS noted (id, seen, idle_ends, network, used, before_ends)
		), locked AS (
			SELECT id FROM ocsigo_sessions WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE
		)
		UPDATE ocsigo_sessions s SET
			seen = greatest(s.seen, n.seen),
			idle_ends = CASE WHEN n.seen > s.seen THEN n.idle_ends ELSE s.idle_ends END,
			network = CASE WHEN n.seen > s.seen AND n.network <> '' THEN n.network ELSE s.network END,
			before_ends = CASE WHEN n.used = s.token AND n.before_ends < s.before_ends THEN n.before_ends ELSE s.before_ends END
		FROM noted n
		WHERE s.id = ANY(ARRAY(SELECT id FROM locked)) AND s.id = n.id
			AND (n.seen > s.seen OR n.used = s.token AND n.before_ends < s.before_ends)`
)

// Renew implements session.Store.
func (s *Store) Renew(ctx context.Context, r session.Renewal) (session.Record, error) {
	if r.New == (session.Hash{}) {
		return only(s.records(ctx, signInAgain, r.ID, r.Token[:], orNull(r.SignedIn), r.Node))
	}
	return only(s.records(ctx, renewSession,
		r.ID, r.Token[:], r.New[:], r.Nonce[:], r.Issued, r.BeforeEnds, orNull(r.SignedIn), r.Node))
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
		used           = make([][]byte, len(all))
		before         = make([]*time.Time, len(all))
	)
	for i, a := range all {
		ids[i], seen[i], idleEnds[i], networks[i] = a.Session, a.Seen, a.IdleEnds, a.Network
		used[i], before[i] = a.Used[:], orNull(a.BeforeEnds)
	}
	_, err := s.db.Exec(ctx, noteActivity, ids, seen, idleEnds, networks, used, before)
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
		if !a.BeforeEnds.IsZero() && (one[i].BeforeEnds.IsZero() || a.BeforeEnds.Before(one[i].BeforeEnds)) {
			one[i].Used, one[i].BeforeEnds = a.Used, a.BeforeEnds
		}
	}
	return one
}
