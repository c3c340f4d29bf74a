package pgstore_test

import (
	"context"
	"errors"
	"net"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/framework/session/pgstore"
)

// listeners is how many connections of this database listen.
func listeners(t *testing.T, pool *pgxpool.Pool) (n int) {
	t.Helper()
	err := pool.QueryRow(t.Context(), `SELECT count(*) FROM pg_stat_activity
		WHERE datname = current_database() AND application_name = $1`, pgstore.ListenerName).Scan(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestListenKilled: a connection that Postgres ends is an error, and the next one hears again.
func TestListenKilled(t *testing.T) {
	pool := newPool(t)
	s := pgstore.New(pool)
	err := s.Listen(t.Context(), func() {
		_, err := pool.Exec(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
			WHERE datname = current_database() AND application_name = $1`, pgstore.ListenerName)
		if err != nil {
			t.Error(err)
		}
	}, func(m session.Message) { t.Errorf("heard %+v", m) })
	if err == nil {
		t.Error("there was no error")
	}
	listening(t, s).exactly()
}

// TestListenLeavesNothing: the connection is closed when Listen returns.
func TestListenLeavesNothing(t *testing.T) {
	pool := newPool(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	err := pgstore.New(pool).Listen(ctx, func() {
		if n := listeners(t, pool); n != 1 {
			t.Errorf("%d listen", n)
		}
		stop()
	}, func(session.Message) {})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Listen: %v", err)
	}
	for listeners(t, pool) != 0 { // Postgres needs a moment to see it
	}
}

// TestListenBesideTheSmallestPool: listening takes none of the pool's connections.
func TestListenBesideTheSmallestPool(t *testing.T) {
	pool := configured(t, func(c *pgxpool.Config) { c.MaxConns = 1 })
	listening(t, pgstore.New(pool)).exactly()
	if taken := pool.Stat().AcquiredConns(); taken != 0 {
		t.Errorf("%d connections are taken", taken)
	}
}

// TestListenConnectsAsThePool: what is done before the pool connects is done for this connection too. But what it is
// told is for the store.
func TestListenConnectsAsThePool(t *testing.T) {
	refused := errors.New("no password today")
	var refuse atomic.Bool
	pool := configured(t, func(c *pgxpool.Config) {
		c.ConnConfig.OnNotification = func(*pgconn.PgConn, *pgconn.Notification) {}
		c.BeforeConnect = func(context.Context, *pgx.ConnConfig) error {
			if refuse.Load() {
				return refused
			}
			return nil
		}
	})
	s := pgstore.New(pool)
	listening(t, s).exactly()
	refuse.Store(true)
	if err := s.Listen(t.Context(), func() { t.Error("ready") }, func(session.Message) {}); !errors.Is(err, refused) {
		t.Errorf("Listen: %v", err)
	}
}

// TestListenUnreadable: something has changed, and nobody knows what: that is an error, not a silence.
func TestListenUnreadable(t *testing.T) {
	pool := newPool(t)
	s := pgstore.New(pool)
	for _, payload := range []string{``, `nonsense`, `{}`, `{"what":"eaten"}`, `{"what":"closed","browser":"12"}`, `{"what":"closed","user":"7"}`} {
		err := s.Listen(t.Context(), func() {
			if _, err := pool.Exec(t.Context(), `SELECT pg_notify('ocsigo_sessions', $1)`, payload); err != nil {
				t.Error(err)
			}
		}, func(m session.Message) { t.Errorf("%s: heard %+v", payload, m) })
		if err == nil {
			t.Errorf("%s: no error", payload)
		}
	}
}

// TestListenInSilence: a connection that is asked very often whether it is there misses nothing.
func TestListenInSilence(t *testing.T) {
	s := pgstore.New(newPool(t)).Impatient()
	hears := listening(t, s)
	var want []session.Message
	for n := range 100 {
		r := open(t, s, record(ada, n))
		if _, err := s.Delete(t.Context(), r.ID, because(session.Ended)); err != nil {
			t.Fatal(err)
		}
		want = append(want, closed(r, because(session.Ended)))
	}
	hears.exactly(want...)
}

// TestListenHalfDead: a connection that says nothing any more, and does not end either, is an error.
func TestListenHalfDead(t *testing.T) {
	var dead atomic.Bool
	pool := configured(t, func(c *pgxpool.Config) {
		dial := c.ConnConfig.DialFunc
		c.ConnConfig.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := dial(ctx, network, address)
			return &mute{conn, &dead}, err
		}
	})
	s := pgstore.New(pool).VeryImpatient()
	err := s.Listen(t.Context(), func() { dead.Store(true) }, func(m session.Message) { t.Errorf("heard %+v", m) })
	if err == nil {
		t.Error("there was no error")
	}
	dead.Store(false) // the pool closes its own with a word
}

// mute is a connection that takes what is written and says nothing, once it is dead.
type mute struct {
	net.Conn
	dead *atomic.Bool
}

func (m *mute) Write(b []byte) (int, error) {
	if m.dead.Load() {
		return len(b), nil
	}
	return m.Conn.Write(b)
}
