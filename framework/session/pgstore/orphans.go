package pgstore

import (
	"context"
	"time"
)

// grace is how long what a session remembered outlives it: a hook or a request of its own may still read it.
const grace = time.Minute

// markAtOnce is how many values are marked at once, at most.
const markAtOnce = 10_000

// The statements. All of them pass over what others hold, or have changed, just now: it is looked at the next time.
const (
	markOrphans = `WITH missing AS (
			SELECT number FROM ocsigo_states state WHERE kind = 'session' AND orphaned IS NULL
				AND NOT EXISTS (SELECT FROM ocsigo_sessions WHERE ocsigo_sessions.id = state.number)
			LIMIT $2
		), found AS (
			SELECT ctid AS place FROM ocsigo_states
			WHERE kind = 'session' AND orphaned IS NULL AND number = ANY(ARRAY(SELECT number FROM missing))
			LIMIT $2 FOR UPDATE SKIP LOCKED
		)
		UPDATE ocsigo_states SET orphaned = $1 WHERE ctid = ANY(ARRAY(SELECT place FROM found))`

	dropOrphans = `WITH found AS (
			SELECT ctid AS place FROM ocsigo_states WHERE orphaned <= $1
			ORDER BY orphaned LIMIT $2 FOR UPDATE SKIP LOCKED
		)
		DELETE FROM ocsigo_states WHERE ctid = ANY(ARRAY(SELECT place FROM found))`

	dropUnwritten = `WITH found AS (
			SELECT ctid AS place FROM ocsigo_states WHERE kind IN ('nobody', 'browser') AND written < $1
			ORDER BY written LIMIT $2 FOR UPDATE SKIP LOCKED
		)
		DELETE FROM ocsigo_states WHERE ctid = ANY(ARRAY(SELECT place FROM found))`
)

// DropOrphans implements session.States. A session's values are marked when it is first missed, and go when that is
// a minute ago. Looking for them compares two tables: it is done when nothing else is left to drop, and so once by a
// caller that comes again until it gets less than atMost.
func (s *Store) DropOrphans(ctx context.Context, now, unwritten time.Time, atMost int) (int, error) {
	orphans, err := s.db.Exec(ctx, dropOrphans, now.Add(-grace), atMost)
	if err != nil {
		return 0, err
	}
	gone := int(orphans.RowsAffected())
	browsers, err := s.db.Exec(ctx, dropUnwritten, unwritten, atMost-gone)
	if err != nil {
		return gone, err
	}
	if gone += int(browsers.RowsAffected()); gone >= atMost {
		return gone, nil
	}
	_, err = s.db.Exec(ctx, markOrphans, now, markAtOnce)
	return gone, err
}
