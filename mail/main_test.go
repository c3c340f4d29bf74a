package mail

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"

	"github.com/ocsigo/start/framework/devdb/dbtest"
	"github.com/ocsigo/start/migrations"
)

func TestMain(m *testing.M) {
	dbtest.Main(m, dbtest.Template{Key: migrations.Key(), Migrate: migrations.Apply})
}

// office is a post with one kind of messages, whose links work as long as the hash of their token is in a table.
type office struct {
	*Post
	t       *testing.T
	db      *pgxpool.Pool
	box     *Mailbox
	arrived chan struct{} // one for each message that went out and was noted
	links   *Kind[invitation]
	log     *safeBuffer

	mu     sync.Mutex
	tokens []string // all that were ever made
	write  func(ctx context.Context, tx pgx.Tx, in invitation) error
}

// invitation is what a link is sent for.
type invitation struct {
	To string `json:"to"`
}

// newOffice makes one over a database of its own; server may be nil.
func newOffice(t *testing.T, server *url.URL) *office {
	t.Helper()
	db, err := pgxpool.New(t.Context(), dbtest.New(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	exec(t, db, `CREATE TABLE tokens (hash text NOT NULL)`)
	return openOffice(t, db, server)
}

// openOffice makes another over the same database.
func openOffice(t *testing.T, db *pgxpool.Pool, server *url.URL) *office {
	t.Helper()
	o := &office{t: t, db: db, box: NewMailbox(), arrived: make(chan struct{}, 200), log: &safeBuffer{}}
	o.box.OnArrival(func(Received) { o.arrived <- struct{}{} })
	post, err := New(db, Options{
		From: "Ocsigo Start <site@example.com>", SMTP: server, Mailbox: o.box, Log: slog.New(slog.NewTextHandler(o.log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	o.Post = post
	o.pause = func(int) time.Duration { return 20 * time.Millisecond }
	o.poll = 100 * time.Millisecond
	o.links = Register(post, "link", o.link)
	return o
}

// link makes a token, keeps its hash, and writes the message.
func (o *office) link(ctx context.Context, tx pgx.Tx, in invitation) (Message, error) {
	token := rand.Text()
	o.mu.Lock()
	o.tokens = append(o.tokens, token)
	write := o.write
	o.mu.Unlock()
	if _, err := tx.Exec(ctx, `INSERT INTO tokens VALUES ($1)`, hash(token)); err != nil {
		return Message{}, err
	}
	if write != nil {
		if err := write(ctx, tx, in); err != nil {
			return Message{}, err
		}
	}
	return Message{To: in.To, Subject: "A link for you", HTML: templ.Raw(`<p>Here: <a href="https://example.com/l/` + token + `">the link</a></p>`)}, nil
}

func hash(token string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(token))) }

// start starts the post until the test ends.
func (o *office) start() {
	o.t.Helper()
	if err := o.Start(o.t.Context()); err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(o.Stop)
}

// send hands a message in, in a transaction of its own.
func (o *office) send(to string) {
	o.t.Helper()
	err := pgx.BeginFunc(o.t.Context(), o.db, func(tx pgx.Tx) error {
		return o.links.Send(o.t.Context(), tx, invitation{to})
	})
	if err != nil {
		o.t.Fatal(err)
	}
}

// wait waits for n messages to have gone out.
func (o *office) wait(n int) {
	o.t.Helper()
	for range n {
		select {
		case <-o.arrived:
		case <-time.After(time.Minute):
			o.t.Fatalf("no message goes out: %s", o.log)
		}
	}
}

// hears returns what River says of jobs that end an attempt so.
func (o *office) hears(kinds ...river.EventKind) func() *river.Event {
	events, cancel := o.workers.Subscribe(kinds...)
	o.t.Cleanup(cancel)
	return func() *river.Event {
		o.t.Helper()
		select {
		case e := <-events:
			return e
		case <-time.After(time.Minute):
			o.t.Fatalf("nothing happens: %s", o.log)
			return nil
		}
	}
}

// works reports whether the link in a message works.
func (o *office) works(message string) bool {
	o.t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	i := slices.IndexFunc(o.tokens, func(token string) bool { return strings.Contains(message, token) })
	if i < 0 {
		o.t.Fatalf("there is no link in %s", message)
	}
	return count(o.t, o.db, `SELECT count(*) FROM tokens WHERE hash = $1`, hash(o.tokens[i])) == 1
}

func exec(t *testing.T, db *pgxpool.Pool, query string, arguments ...any) {
	t.Helper()
	if _, err := db.Exec(t.Context(), query, arguments...); err != nil {
		t.Fatal(err)
	}
}

func count(t *testing.T, db *pgxpool.Pool, query string, arguments ...any) (n int) {
	t.Helper()
	if err := db.QueryRow(t.Context(), query, arguments...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// safeBuffer is a log that several write to.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
