package mail

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
)

// letter is what a job has to send. All are jobs of one kind for River: its rescuer throws away those of a kind that it
// does not know, as an older copy of the site may not.
type letter struct {
	Name string          `json:"name"`
	In   json.RawMessage `json:"in"`
}

func (letter) Kind() string { return "mail" }

func (letter) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queue, MaxAttempts: len(pauses) + 1}
}

// pauses are how long it is waited after each attempt that failed: short at first, for a person waits, and for a day
// in all.
var pauses = []time.Duration{
	5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 8 * time.Hour,
}

// pause is how long it is waited after an attempt; the first is 1.
func pause(attempt int) time.Duration {
	return pauses[min(max(attempt, 1), len(pauses))-1]
}

// worker does the jobs.
type worker struct {
	river.WorkerDefaults[letter]
	post *Post
}

func (w *worker) NextRetry(job *river.Job[letter]) time.Time {
	return time.Now().Add(w.post.pause(job.Attempt))
}

// Work makes one attempt.
func (w *worker) Work(ctx context.Context, job *river.Job[letter]) error {
	id, err := w.post.deliver(ctx, job)
	log := w.post.options.Log.With("kind", job.Args.Name, "job", job.ID, "attempt", job.Attempt)
	switch {
	case errors.Is(err, ErrNobody):
		log.Info("mail not sent: nobody to write to any more")
		return nil
	case err == nil:
		log.Info("mail sent", "message", id)
		return nil
	case permanent(err):
		log.Error("mail given up: it was refused for good", "error", err)
		return river.JobCancel(err)
	case errors.Is(ctx.Err(), context.Canceled):
		log.Info("mail left for later: the program ends")
		return fmt.Errorf("%w: %w", context.Canceled, err) // which River does not count as an attempt
	case job.Attempt >= job.MaxAttempts:
		log.Error("mail given up: this was the last attempt", "error", err)
	default:
		log.Warn("mail not sent yet", "error", err, "again in", w.post.pause(job.Attempt))
	}
	return err
}

// errElsewhere: while this copy of the site was asleep, the job was taken up by another.
var errElsewhere = errors.New("the job is not this one's any more")

// deliver writes a message and sends it, in a transaction that holds what the function wrote and that the job is done.
// It returns the message's id.
func (p *Post) deliver(ctx context.Context, job *river.Job[letter]) (string, error) {
	write, known := p.kinds[job.Args.Name]
	if !known {
		return "", fmt.Errorf("no kind %q is registered", job.Args.Name) // it may be a newer copy's, which will do it
	}
	tx, err := p.db.Begin(ctx)
	if err != nil {
		return "", err
	}
	defer rollback(ctx, tx)
	if err := claim(ctx, tx, job); err != nil {
		return "", err
	}
	message, err := write(ctx, tx, job.Args.In)
	if err != nil {
		return "", err
	}
	l, err := p.compose(ctx, message)
	if err != nil {
		return "", err
	}
	if p.options.SMTP != nil {
		if err := transmit(ctx, p.options.SMTP, l); err != nil {
			return "", err
		}
	}
	if err := commit(ctx, tx); err != nil {
		return "", fmt.Errorf("accepted as %s, but not noted, so its links are dead: %w", l.id, err)
	}
	if p.options.Mailbox != nil {
		p.options.Mailbox.add(l)
	}
	return l.id, nil
}

// The statements.
const (
	// patience lets the database wait for the mail server within the transaction, however impatient it is set up; and not
	// for a program that was stopped in the middle.
	patience = `SET LOCAL idle_in_transaction_session_timeout = '2min'`

	// lockJob finds the job only while this attempt is the one that counts.
	lockJob = `SELECT FROM river_job WHERE id = $1 AND state = 'running' AND attempt = $2 FOR UPDATE`
)

// claim notes that the job is done, before all else: its row is locked until the transaction ends, so nobody else can
// do it meanwhile.
func claim(ctx context.Context, tx pgx.Tx, job *river.Job[letter]) error {
	if _, err := tx.Exec(ctx, patience); err != nil {
		return err
	}
	locked, err := tx.Exec(ctx, lockJob, job.ID, job.Attempt)
	if err != nil {
		return err
	}
	if locked.RowsAffected() == 0 {
		return errElsewhere
	}
	_, err = river.JobCompleteTx[*riverpgxv5.Driver](ctx, tx, job)
	return err
}

// commit does not end with the job: the message is out.
func commit(ctx context.Context, tx pgx.Tx) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), commitTime)
	defer cancel()
	return tx.Commit(ctx)
}

// rollback undoes what was not committed. An error is nothing to tell: the connection is closed then.
func rollback(ctx context.Context, tx pgx.Tx) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), commitTime)
	defer cancel()
	tx.Rollback(ctx)
}
