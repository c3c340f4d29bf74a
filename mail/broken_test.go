package mail

import (
	"context"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/a-h/templ"
	"github.com/riverqueue/river"
)

// What a server may do, and when.
var (
	phases  = []string{"", "EHLO", "MAIL", "RCPT", "DATA", ".", "QUIT"}
	answers = []string{"421 later", "450 later", "500 what", "503 not now", "504 who", "530 log in", "550 no", "554 no", "999 no", "gibberish", drop}
)

// TestEachPhase: whatever a server says, and whenever, a message counts as accepted when it said so, and is given up when
// it judges the message or its recipient.
func TestEachPhase(t *testing.T) {
	for _, phase := range phases {
		for _, answer := range answers {
			server := newScripted(t, func(command string) string {
				if command == phase || phase == "EHLO" && command == "HELO" {
					return answer
				}
				return ""
			})
			err := transmit(t.Context(), server, letterTo(t, "ada@example.com"))
			judges := (phase == "RCPT" || phase == "DATA" || phase == ".") && strings.HasPrefix(answer, "55")
			if (err == nil) != (phase == "QUIT") || permanent(err) != judges {
				t.Errorf("%q to %q: %v, for good: %t", answer, phase, err, permanent(err))
			}
		}
	}
}

// TestHangingServer: in whatever phase a server falls silent, it is left when the context ends, and nothing goes on.
func TestHangingServer(t *testing.T) {
	for _, scheme := range []string{"smtp", "smtps"} {
		for _, phase := range phases {
			if scheme == "smtps" && phase != "" || phase == "QUIT" {
				continue
			}
			t.Run(scheme+phase, func(t *testing.T) {
				reached, left := make(chan struct{}), make(chan struct{})
				server := newTalker(t, func(c net.Conn) {
					script(func(command string) string {
						if command != phase {
							return ""
						}
						close(reached)
						io.Copy(io.Discard, c) // until it is closed
						close(left)
						return drop
					}).follow(c)
				})
				if server.Scheme = scheme; scheme == "smtps" {
					server.RawQuery = ""
				}
				ctx, end := context.WithCancel(t.Context())
				ended := make(chan error)
				go func() { ended <- transmit(ctx, server, letterTo(t, "ada@example.com")) }()
				<-reached
				end()
				if err := <-ended; err == nil || permanent(err) {
					t.Errorf("it says %v", err)
				}
				<-left
			})
		}
	}
}

// TestFarewell: a message that was accepted is noted at once, also when the server does not answer any more: until then
// its link is dead.
func TestFarewell(t *testing.T) {
	heard, release := make(chan struct{}), make(chan struct{})
	server := newScripted(t, func(command string) string {
		if command == "QUIT" {
			close(heard)
			<-release
		}
		return ""
	})
	o := newOffice(t, server)
	o.start()
	o.send("ada@example.com")
	o.wait(1)
	<-heard // we have said it nevertheless
	if n := count(t, o.db, `SELECT count(*) FROM tokens`); n != 1 {
		t.Errorf("%d links work", n)
	}
	close(release)
}

// TestTalkativeServer: a server that never ends its line does not take all memory.
func TestTalkativeServer(t *testing.T) {
	for _, command := range []string{"", "EHLO"} {
		wrote := make(chan int64, 1)
		server := newTalker(t, func(c net.Conn) {
			script(func(said string) string {
				if said != command {
					return ""
				}
				n, _ := io.Copy(c, io.LimitReader(forever{}, 100<<20))
				wrote <- n
				return drop
			}).follow(c)
		})
		if err := transmit(t.Context(), server, letterTo(t, "ada@example.com")); err == nil || permanent(err) {
			t.Errorf("%q: %v", command, err)
		}
		if n := <-wrote; n == 100<<20 {
			t.Errorf("%q: all of it was read", command)
		}
	}
}

// TestAddressesBeyondASCII go to servers that can write them, and are told to no other; what needs no SMTPUTF8 does not
// ask for it.
func TestAddressesBeyondASCII(t *testing.T) {
	for _, test := range []struct {
		extensions, to string
		good           bool
	}{
		{"250 8BITMIME", "ada@example.com", true},
		{"250 8BITMIME", "ada@exämple.com", true},
		{"250 8BITMIME", "åda@example.com", false},
		{"250-8BITMIME\r\n250 SMTPUTF8", "ada@example.com", true},
		{"250-8BITMIME\r\n250 SMTPUTF8", "åda@example.com", true},
	} {
		var mu sync.Mutex
		var said []string
		server := newTalker(t, func(c net.Conn) {
			script(func(command string) string {
				if command == "EHLO" {
					return test.extensions
				}
				return ""
			}).follow(recorded{c, func(text string) {
				mu.Lock()
				defer mu.Unlock()
				said = append(said, text)
			}})
		})
		err := transmit(t.Context(), server, letterTo(t, test.to))
		mu.Lock()
		all := strings.Join(said, "")
		mu.Unlock()
		if (err == nil) != test.good || permanent(err) == test.good || strings.Contains(all, "RCPT") != test.good {
			t.Errorf("%s: %v, %s", test.to, err, all)
		}
		if strings.Contains(all, "SMTPUTF8") != (test.good && strings.Contains(test.to, "å")) {
			t.Errorf("%s: %s", test.to, all)
		}
	}
}

// TestDatabaseLostAtTheCommit: the server has accepted, and the database breaks off. The message goes out again, and no
// token is in two that work.
func TestDatabaseLostAtTheCommit(t *testing.T) {
	s := newServer(t)
	o := newOffice(t, s.URL)
	s.onData = func(n int) error {
		if n == 1 {
			exec(t, o.db, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
				WHERE state = 'idle in transaction' AND datname = current_database()`)
		}
		return nil
	}
	o.start()
	failed := o.hears(river.EventKindJobFailed)
	o.send("ada@example.com")
	if job := failed().Job; !strings.Contains(job.Errors[0].Error, "not noted") {
		t.Errorf("the job says %s", job.Errors[0].Error)
	}
	o.wait(1)
	all := s.all()
	if len(all) != 2 || o.works(all[0].text) || !o.works(all[1].text) || count(t, o.db, `SELECT count(*) FROM tokens`) != 1 {
		t.Errorf("accepted: %v", all)
	}
}

// TestLongBodies are not made.
func TestLongBodies(t *testing.T) {
	for bytes, good := range map[int]bool{bodyBytes: true, bodyBytes + 1: false} {
		body := templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
			for range bytes {
				if _, err := io.WriteString(w, "a"); err != nil {
					return err
				}
			}
			return nil
		})
		short := templ.Raw("Hello")
		for _, m := range []Message{{HTML: body}, {HTML: body, Text: short}, {HTML: short, Text: body}} {
			m.To, m.Subject = "ada@example.com", "Hello"
			if _, err := newPost(t).compose(t.Context(), m); (err == nil) != good {
				t.Errorf("%d bytes: %v", bytes, err)
			}
		}
	}
}
