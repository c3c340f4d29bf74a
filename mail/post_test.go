package mail

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// TestSendGoesWithItsTransaction: what was committed goes out once, what was rolled back never.
func TestSendGoesWithItsTransaction(t *testing.T) {
	s := newServer(t)
	o := newOffice(t, s.URL)
	o.start()
	undone := errors.New("undone")
	err := pgx.BeginFunc(t.Context(), o.db, func(tx pgx.Tx) error {
		return errors.Join(o.links.Send(t.Context(), tx, invitation{"bob@example.com"}), undone)
	})
	if !errors.Is(err, undone) || strings.Contains(err.Error(), "mail") {
		t.Fatal(err)
	}
	o.send("ada@example.com")
	o.wait(1)
	o.Stop()
	all := s.all()
	if len(all) != 1 || !slices.Equal(all[0].to, []string{"ada@example.com"}) || all[0].from != "site@example.com" {
		t.Fatalf("accepted: %v", all)
	}
	if !o.works(all[0].text) || count(t, o.db, `SELECT count(*) FROM river_job WHERE state = 'completed'`) != 1 {
		t.Error("the link does not work, or the job is not done")
	}
}

// TestRefusedForNow: the server refuses twice and then accepts. There is one message, and the only token is its.
func TestRefusedForNow(t *testing.T) {
	for name, set := range map[string]func(s *server, refuse func(n int) error){
		"recipient": func(s *server, refuse func(n int) error) { s.onRcpt = refuse },
		"message":   func(s *server, refuse func(n int) error) { s.onData = refuse },
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			set(s, func(n int) error {
				if n <= 2 {
					return says(451)
				}
				return nil
			})
			o := newOffice(t, s.URL)
			o.start()
			o.send("ada@example.com")
			o.wait(1)
			all := s.all()
			if len(all) != 1 || !o.works(all[0].text) {
				t.Errorf("accepted: %v", all)
			}
			if n := count(t, o.db, `SELECT count(*) FROM tokens`); n != 1 || len(o.tokens) != 3 {
				t.Errorf("%d tokens of %d are kept", n, len(o.tokens))
			}
		})
	}
}

// TestAcceptedButNotCommitted: the message goes out again, and only the later link works.
func TestAcceptedButNotCommitted(t *testing.T) {
	s := newServer(t)
	o := newOffice(t, s.URL)
	exec(t, o.db, `CREATE TABLE once (n int UNIQUE DEFERRABLE INITIALLY DEFERRED)`)
	exec(t, o.db, `INSERT INTO once VALUES (1)`)
	attempts := 0
	o.write = func(ctx context.Context, tx pgx.Tx, _ invitation) error {
		attempts++
		_, err := tx.Exec(ctx, `INSERT INTO once VALUES ($1)`, attempts) // the first is found out by the commit
		return err
	}
	o.start()
	o.send("ada@example.com")
	o.wait(1)
	all := s.all()
	if len(all) != 2 || o.works(all[0].text) || !o.works(all[1].text) {
		t.Errorf("accepted: %v", all)
	}
	if !strings.Contains(o.log.String(), "accepted as") {
		t.Errorf("the log does not say it: %s", o.log)
	}
}

// TestRefusedForGood: it is believed at once, and said.
func TestRefusedForGood(t *testing.T) {
	for name, set := range map[string]func(s *server){
		"recipient": func(s *server) { s.onRcpt = func(int) error { return says(550) } },
		"message":   func(s *server) { s.onData = func(int) error { return says(554) } },
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			set(s)
			o := newOffice(t, s.URL)
			o.start()
			ended := o.hears(river.EventKindJobCancelled)
			o.send("ada@example.com")
			if job := ended().Job; job.Attempt != 1 || job.State != rivertype.JobStateCancelled {
				t.Errorf("the job is %s after %d attempts", job.State, job.Attempt)
			}
			if len(s.all()) != 0 || len(o.box.All()) != 0 || count(t, o.db, `SELECT count(*) FROM tokens`) != 0 {
				t.Error("something is left of it")
			}
			if log := o.log.String(); !strings.Contains(log, "given up") || strings.Contains(log, "ada@example.com") {
				t.Errorf("the log says %s", log)
			}
		})
	}
}

// TestGivenUpInTheEnd: a server that never accepts is asked eleven times.
func TestGivenUpInTheEnd(t *testing.T) {
	s := newServer(t)
	s.onRcpt = func(int) error { return says(450) }
	o := newOffice(t, s.URL)
	o.start()
	failed := o.hears(river.EventKindJobFailed)
	o.send("ada@example.com")
	job := failed().Job
	for job.State != rivertype.JobStateDiscarded {
		job = failed().Job
	}
	if job.Attempt != 11 || s.rcpts != 11 {
		t.Errorf("%d attempts, of which %d came", job.Attempt, s.rcpts)
	}
}

// TestPauses grow, and make a day.
func TestPauses(t *testing.T) {
	var all time.Duration
	for attempt := 1; attempt <= len(pauses); attempt++ {
		all += pause(attempt)
		if attempt > 1 && pause(attempt) < pause(attempt-1) {
			t.Errorf("after attempt %d it is waited %v", attempt, pause(attempt))
		}
	}
	if all < 23*time.Hour || all > 25*time.Hour || letter.InsertOpts(letter{}).MaxAttempts != 11 {
		t.Errorf("%v in all", all)
	}
}

// TestNobody: nothing is sent, what the function did is undone, and the job is over.
func TestNobody(t *testing.T) {
	s := newServer(t)
	o := newOffice(t, s.URL)
	o.write = func(context.Context, pgx.Tx, invitation) error { return fmt.Errorf("user 7: %w", ErrNobody) }
	o.start()
	done := o.hears(river.EventKindJobCompleted)
	o.send("ada@example.com")
	done()
	if len(s.all()) != 0 || count(t, o.db, `SELECT count(*) FROM tokens`) != 0 {
		t.Error("something was sent, or kept")
	}
}

// TestAFunctionThatFails: an error and a panic are tried again, and leave nothing.
func TestAFunctionThatFails(t *testing.T) {
	o := newOffice(t, nil)
	attempts := 0
	o.write = func(context.Context, pgx.Tx, invitation) error {
		attempts++
		switch attempts {
		case 1:
			return errors.New("not today")
		case 2:
			panic("not today either")
		}
		return nil
	}
	o.start()
	o.send("ada@example.com")
	o.wait(1)
	if n := count(t, o.db, `SELECT count(*) FROM tokens`); n != 1 || len(o.box.All()) != 1 {
		t.Errorf("%d tokens, %d messages", n, len(o.box.All()))
	}
}

// TestNoAddress: what cannot be sent to is given up at once.
func TestNoAddress(t *testing.T) {
	o := newOffice(t, nil)
	o.start()
	ended := o.hears(river.EventKindJobCancelled)
	o.send("ada@example.com, bob@example.com")
	if job := ended().Job; job.Attempt != 1 {
		t.Errorf("%d attempts", job.Attempt)
	}
}

// TestManyAtOnce: fifty that are handed in at once, to two copies of the site, go out once each.
func TestManyAtOnce(t *testing.T) {
	const many = 50
	s := newServer(t)
	one := newOffice(t, s.URL)
	other := openOffice(t, one.db, s.URL)
	one.start()
	other.start()
	arrived := make(chan struct{}, many)
	for _, o := range []*office{one, other} {
		o.box.OnArrival(func(Received) { arrived <- struct{}{} })
	}
	var sending sync.WaitGroup
	for i := range many {
		sending.Go(func() {
			err := pgx.BeginFunc(t.Context(), one.db, func(tx pgx.Tx) error {
				return one.links.Send(t.Context(), tx, invitation{fmt.Sprintf("user%d@example.com", i)})
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	sending.Wait()
	for range many {
		select {
		case <-arrived:
		case <-time.After(time.Minute):
			t.Fatalf("only %d went out: %s %s", len(s.all()), one.log, other.log)
		}
	}
	to := map[string]int{}
	for _, e := range s.all() {
		to[e.to[0]]++
	}
	if len(s.all()) != many || len(to) != many || count(t, one.db, `SELECT count(*) FROM tokens`) != many {
		t.Errorf("%d accepted for %d, %s", len(s.all()), len(to), one.log)
	}
}

// TestStopWaits: what is being sent when the post is stopped goes out.
func TestStopWaits(t *testing.T) {
	s := newServer(t)
	reached, release := make(chan struct{}), make(chan struct{})
	s.onData = func(int) error {
		close(reached)
		<-release
		return nil
	}
	o := newOffice(t, s.URL)
	ctx, end := context.WithCancel(t.Context())
	if err := o.Start(ctx); err != nil {
		t.Fatal(err)
	}
	o.send("ada@example.com")
	<-reached
	if n := count(t, o.db, `SELECT count(*) FROM (SELECT id FROM river_job FOR UPDATE SKIP LOCKED) AS free`); n != 0 {
		t.Error("another copy could take the job")
	}
	end()
	close(release)
	o.Stop()
	if len(s.all()) != 1 || count(t, o.db, `SELECT count(*) FROM river_job WHERE state = 'completed'`) != 1 {
		t.Errorf("accepted: %v", s.all())
	}
}

// TestStopBreaksOff: what hangs when the post is stopped is broken off, and goes out the next time.
func TestStopBreaksOff(t *testing.T) {
	s := newServer(t)
	reached, release := make(chan struct{}), make(chan struct{})
	defer close(release)
	s.onData = func(n int) error {
		if n > 1 {
			return nil
		}
		close(reached)
		<-release
		return says(451)
	}
	o := newOffice(t, s.URL)
	o.grace = 10 * time.Millisecond
	if err := o.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	o.send("ada@example.com")
	<-reached
	o.Stop()
	if n := count(t, o.db, `SELECT count(*) FROM river_job WHERE state = 'available' AND attempt = 0`); n != 1 {
		t.Fatalf("the job is lost, or was counted: %s", o.log)
	}
	again := openOffice(t, o.db, s.URL)
	again.start()
	again.wait(1)
	if all := s.all(); len(all) != 1 || !again.works(all[0].text) {
		t.Errorf("accepted: %v", all)
	}
}

// TestKilled: a job of a copy that was killed while it ran is taken up again.
func TestKilled(t *testing.T) {
	o := newOffice(t, nil)
	o.send("ada@example.com")
	exec(t, o.db, `UPDATE river_job SET state = 'running', attempt = 1, attempted_by = '{gone}', attempted_at = now() - interval '3 minutes'`)
	o.start()
	o.wait(1)
}

// TestUnknownKind: a job that this copy of the site does not know waits for one that does.
func TestUnknownKind(t *testing.T) {
	o := newOffice(t, nil)
	newer := openOffice(t, o.db, nil)
	greetings := Register(newer.Post, "greeting", newer.link)
	if err := o.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	failed := o.hears(river.EventKindJobFailed)
	err := pgx.BeginFunc(t.Context(), o.db, func(tx pgx.Tx) error {
		return greetings.Send(t.Context(), tx, invitation{"ada@example.com"})
	})
	if err != nil {
		t.Fatal(err)
	}
	failed()
	o.Stop()
	newer.start()
	newer.wait(1)
}

// TestTakenElsewhere: a copy that has slept over its job, while another did it, sends nothing.
func TestTakenElsewhere(t *testing.T) {
	o := newOffice(t, nil)
	o.start()
	o.send("ada@example.com")
	o.wait(1)
	var id int64
	if err := o.db.QueryRow(t.Context(), `SELECT id FROM river_job`).Scan(&id); err != nil {
		t.Fatal(err)
	}
	exec(t, o.db, `UPDATE river_job SET state = 'running', finalized_at = NULL WHERE id = $1`, id)
	row, err := o.workers.JobGet(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	exec(t, o.db, `UPDATE river_job SET state = 'completed', finalized_at = now() WHERE id = $1`, id)
	job := &river.Job[letter]{JobRow: row, Args: letter{"link", []byte(`{"to":"ada@example.com"}`)}}
	_, err = o.deliver(t.Context(), job)
	if err != errElsewhere || len(o.box.All()) != 1 {
		t.Errorf("%v, and %d messages", err, len(o.box.All()))
	}
}

// TestRegisterRefuses what could not work.
func TestRegisterRefuses(t *testing.T) {
	o := newOffice(t, nil)
	for name, register := range map[string]func(){
		"twice":    func() { Register(o.Post, "link", o.link) },
		"capitals": func() { Register(o.Post, "Link", o.link) },
		"nothing":  func() { Register(o.Post, "", o.link) },
	} {
		if !panics(register) {
			t.Errorf("%s was taken", name)
		}
	}
	o.start()
	if !panics(func() { Register(o.Post, "other", o.link) }) {
		t.Error("it was taken after Start")
	}
}

func panics(f func()) (did bool) {
	defer func() { did = recover() != nil }()
	f()
	return false
}

// TestNewRefuses what could not send.
func TestNewRefuses(t *testing.T) {
	o := newOffice(t, nil)
	for from, good := range map[string]bool{
		"Site <site@example.com>":       true,
		"site@example.com":              true,
		"\"A, B\" <site@example.com>":   true,
		"":                              false,
		"Site":                          false,
		"a@example.com, b@example.com":  false,
		"Site <site@>":                  false,
		"Site <site@exa\r\nmple.com>":   false,
		"Site <\"a b\"@example.com>":    false,
		"S\r\nBcc: x <a@example.com>\n": false,
	} {
		if _, err := New(o.db, Options{From: from, Mailbox: o.box}); (err == nil) != good {
			t.Errorf("%q: %v", from, err)
		}
	}
	if _, err := New(o.db, Options{From: "site@example.com"}); err == nil {
		t.Error("neither server nor mailbox")
	}
}
