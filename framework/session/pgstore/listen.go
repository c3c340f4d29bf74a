package pgstore

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/ocsigo/start/framework/session"
)

// patience is how long a listening connection is waited for.
type patience struct {
	silence time.Duration // then it is asked whether it is still there
	answer  time.Duration // to that
	end     time.Duration // of the connection
}

var usual = patience{silence: 15 * time.Second, answer: 5 * time.Second, end: 2 * time.Second}

// listenerName is what pg_stat_activity calls a listening connection.
const listenerName = "ocsigo sessions"

const listen = `LISTEN ` + channel

// Listen implements session.Store. A message that cannot be read is an error: something has changed, nobody knows
// what, and whoever listens again looks at everything.
//
// It has a connection of its own, beside the pool. One through a proxy that lends connections for a transaction each
// hears nothing.
func (s *Store) Listen(ctx context.Context, ready func(), hear func(session.Message)) error {
	conn, err := s.connect(ctx)
	if err != nil {
		return err
	}
	defer s.leave(ctx, conn)
	if _, err := conn.Exec(ctx, listen); err != nil {
		return err
	}
	ready()
	for {
		told, err := s.next(ctx, conn)
		if err != nil {
			return err
		}
		if told == nil {
			continue
		}
		m, err := readMessage(told.Payload)
		if err != nil {
			return err
		}
		hear(m)
	}
}

// connect opens a connection as the pool would.
func (s *Store) connect(ctx context.Context) (*pgx.Conn, error) {
	pool := s.db.Config()
	config := pool.ConnConfig
	if pool.BeforeConnect != nil {
		if err := pool.BeforeConnect(ctx, config); err != nil {
			return nil, err
		}
	}
	config.OnNotification = nil // the connection keeps what it is told until it is asked
	config.RuntimeParams["application_name"] = listenerName
	return pgx.ConnectConfig(ctx, config)
}

// next waits for a notification. One that is silent for long may have been lost without a word: then it is asked,
// and there is no notification, or an error.
func (s *Store) next(ctx context.Context, conn *pgx.Conn) (*pgconn.Notification, error) {
	waiting, cancel := context.WithTimeout(ctx, s.patience.silence)
	defer cancel()
	told, err := conn.WaitForNotification(waiting)
	switch {
	case told != nil:
		return told, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case waiting.Err() == nil:
		return nil, err
	}
	asking, cancel := context.WithTimeout(ctx, s.patience.answer)
	defer cancel()
	return nil, conn.Ping(asking)
}

// leave closes a connection, also when nobody waits for it any more.
func (s *Store) leave(ctx context.Context, conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.patience.end)
	defer cancel()
	_ = conn.Close(ctx) // it is over either way
	select {
	case <-conn.PgConn().CleanupDone():
	case <-ctx.Done():
	}
}
