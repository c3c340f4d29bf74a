package accounts

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// TooManyTries says that something was tried too often. A page answers it with 429 and Retry-After. Who would have to wait
// for more than an hour to log in had better ask for a link.
type TooManyTries struct {
	RetryAfter time.Duration // more than 0
}

func (e TooManyTries) Error() string {
	return fmt.Sprintf("too many tries: the next one is counted anew in %v", e.RetryAfter.Round(time.Second))
}

// limit is how often something may be tried, and in which time from the first try on.
type limit struct {
	most int64
	time time.Duration
}

// The statements.
const (
	countTry = `INSERT INTO tries AS t (key, count, ends) VALUES ($1, 1, $3)
		ON CONFLICT (key) DO UPDATE SET
			count = CASE WHEN t.ends <= $2 THEN 1 ELSE t.count + 1 END,
			ends = CASE WHEN t.ends <= $2 THEN excluded.ends ELSE t.ends END
		RETURNING count, ends`
	findTries   = `SELECT count, ends FROM tries WHERE key = $1 AND ends > $2`
	giveBackTry = `UPDATE tries SET count = count - 1 WHERE key = ANY($1) AND count > 0`
	forgetTries = `DELETE FROM tries WHERE key = ANY($1)`
)

// tried is a row of tries.
type tried struct {
	Count int64
	Ends  time.Time
}

// count counts one more try. TooManyTries when it is one too many.
func (a *Accounts) count(ctx context.Context, db database, what string, l limit) error {
	t, err := a.counted(ctx, db, what, l)
	if err == nil && t.Count > l.most {
		err = TooManyTries{t.Ends.Sub(a.now())}
	}
	return err
}

// counted counts one more try, and returns how many there are.
func (a *Accounts) counted(ctx context.Context, db database, what string, l limit) (tried, error) {
	now := a.now()
	return row[tried](ctx, db, countTry, keyOf(what), now, now.Add(l.time))
}

// look says whether there can be one more try, and counts nothing. TooManyTries.
func (a *Accounts) look(ctx context.Context, what string, l limit) error {
	now := a.now()
	t, err := row[tried](ctx, a.db, findTries, keyOf(what), now)
	switch {
	case errors.Is(err, session.ErrNoUser): // no row
		return nil
	case err == nil && t.Count >= l.most:
		return TooManyTries{t.Ends.Sub(now)}
	default:
		return err
	}
}

// giveBack takes back one counted try of each, also for somebody who has gone meanwhile.
func (a *Accounts) giveBack(ctx context.Context, what ...string) error {
	_, err := a.db.Exec(context.WithoutCancel(ctx), giveBackTry, keysOf(what))
	return err
}

// forget takes back all tries of each.
func forget(ctx context.Context, db database, what ...string) error {
	_, err := db.Exec(ctx, forgetTries, keysOf(what))
	return err
}

// keyOf is what is kept of what is counted.
func keyOf(what string) []byte {
	key := sha256.Sum256([]byte(what))
	return key[:]
}

func keysOf(what []string) (keys [][]byte) {
	for _, w := range what {
		keys = append(keys, keyOf(w))
	}
	return keys
}
