package mail

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	netmail "net/mail"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
)

// Options say who writes, and how it goes out.
type Options struct {
	// From is who writes: "Site <site@example.com>". The domain of the Message-ID is its domain.
	From string

	// SMTP is the server that takes the messages, as ParseURL accepts it. nil: none, and the mailbox is all there is.
	SMTP *url.URL

	// Mailbox keeps a copy of each message. nil: none is kept.
	Mailbox *Mailbox

	// Log hears of each message that went out or did not, without its words. Default: slog.Default().
	Log *slog.Logger
}

// The limits of the work. It has connections of its own to the database, so that a mail server that hangs takes none
// from the site.
const (
	atOnce      = 4                // messages that are sent at once by one copy of the site
	connections = atOnce + 2       // to the database, at most, and one more that listens
	pollTime    = time.Second      // between two looks for jobs that nobody told us of
	fetchPause  = time.Millisecond // between two looks for those we are told of: the least, for in between nobody is told
	idleTime    = time.Minute      // after which one of them that is not needed is closed
	jobTime     = time.Minute      // one attempt: writing, SMTP and the commit
	smtpTime    = 45 * time.Second // of these, from the first to the last word of SMTP
	commitTime  = 10 * time.Second // for the commit, whatever else ends
	stopTime    = 8 * time.Second  // what is under way at a stop gets, before it is broken off and left for later
	rescueTime  = 2 * time.Minute  // after which a job of a copy that was killed is taken up again
	keepDone    = time.Hour        // a job that is done
	keepFailed  = 7 * 24 * time.Hour
	queue       = "mail" // River's name for all of it
)

// Post is where messages are handed in, by many at once, and what carries them.
type Post struct {
	options Options
	from    *netmail.Address
	jobs    *river.Client[pgx.Tx] // only to insert
	kinds   map[string]write
	config  *pgxpool.Config

	// What tests do not wait for.
	pause func(attempt int) time.Duration
	grace time.Duration // see stopTime
	poll  time.Duration // see pollTime

	db      *pgxpool.Pool // the work's own connections; nil until Start
	workers *river.Client[pgx.Tx]
}

// New returns the post of a database in which the migrations have run. Messages can be handed in at once; they go
// out after Start.
func New(db *pgxpool.Pool, options Options) (*Post, error) {
	from, err := parseFrom(options.From)
	if err != nil {
		return nil, fmt.Errorf("mail.Options.From: %w", err)
	}
	if options.SMTP != nil {
		if err := checkURL(options.SMTP); err != nil {
			return nil, err
		}
	} else if options.Mailbox == nil {
		return nil, errors.New("mail.Options: messages need an SMTP server or a mailbox")
	}
	if options.Log == nil {
		options.Log = slog.Default()
	}
	jobs, err := river.NewClient(riverpgxv5.New(nil), &river.Config{FetchCooldown: fetchPause, Logger: quiet(options.Log)})
	if err != nil {
		return nil, err
	}
	config := db.Config() // a copy
	config.MaxConns, config.MinConns, config.MinIdleConns, config.MaxConnIdleTime = connections, 0, 0, idleTime
	return &Post{options: options, from: from, jobs: jobs, kinds: map[string]write{}, config: config, pause: pause, grace: stopTime, poll: pollTime}, nil
}

// domain is that of our Message-IDs.
func (p *Post) domain() string {
	return p.from.Address[strings.LastIndexByte(p.from.Address, '@')+1:]
}

// Start begins to send, once. When ctx ends, nothing more is begun, and what is under way has eight seconds; but call
// Stop in any case, which waits for that.
func (p *Post) Start(ctx context.Context) error {
	if p.workers != nil {
		return errors.New("mail has started already")
	}
	db, err := pgxpool.NewWithConfig(ctx, p.config)
	if err != nil {
		return err
	}
	workers := river.NewWorkers()
	river.AddWorker(workers, &worker{post: p})
	client, err := river.NewClient(riverpgxv5.New(db), &river.Config{
		Queues:                      map[string]river.QueueConfig{queue: {MaxWorkers: atOnce}},
		Workers:                     workers,
		JobTimeout:                  jobTime,
		RescueStuckJobsAfter:        rescueTime,
		CompletedJobRetentionPeriod: keepDone,
		CancelledJobRetentionPeriod: keepFailed,
		DiscardedJobRetentionPeriod: keepFailed,
		SoftStopTimeout:             p.grace,
		FetchCooldown:               fetchPause,
		FetchPollInterval:           p.poll,
		Logger:                      quiet(p.options.Log),
	})
	if err == nil {
		p.db, p.workers = db, client
		err = client.Start(ctx)
	}
	if err != nil {
		p.workers = nil
		db.Close()
		return fmt.Errorf("mail does not start: %w", err)
	}
	return nil
}

// Stop ends what Start began, and waits for it. What is under way has eight seconds; what has not gone out by then
// goes out when the site, or another copy of it, runs again.
func (p *Post) Stop() {
	if p.workers == nil {
		return
	}
	if err := p.workers.Stop(context.Background()); err != nil {
		p.options.Log.Error("mail did not stop in order", "error", err)
	}
	<-p.workers.Stopped() // when the context of Start had ended, Stop has nothing to do
	p.db.Close()
}
