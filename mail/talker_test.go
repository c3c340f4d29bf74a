package mail

import (
	"bufio"
	"cmp"
	"fmt"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/a-h/templ"
)

// script is what a server answers to a command; "" the usual, drop: nothing, and it closes the connection. The greeting
// is the command "", and the end of a message ".".
type script func(command string) (answer string)

const drop = "drop"

// newScripted starts a server that follows a script.
func newScripted(t *testing.T, answer script) *url.URL {
	return newTalker(t, func(c net.Conn) { answer.follow(c) })
}

// newTalker starts a server that does with its connections what a test wants; they are closed with it.
func newTalker(t *testing.T, talk func(c net.Conn)) *url.URL {
	listener := listen(t)
	var serving sync.WaitGroup
	end := make(chan struct{})
	serving.Go(func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			done := make(chan struct{})
			serving.Go(func() {
				defer close(done)
				talk(c)
			})
			serving.Go(func() {
				defer c.Close()
				select {
				case <-end:
				case <-done:
				}
			})
		}
	})
	t.Cleanup(func() {
		close(end)
		listener.Close()
		serving.Wait()
	})
	return &url.URL{Scheme: "smtp", Host: listener.Addr().String(), RawQuery: "tls=off"}
}

var usual = map[string]string{"": "220 at your service", "EHLO": "250 8BITMIME", "DATA": "354 go on", "QUIT": "221 good-bye"}

func (answer script) follow(c net.Conn) {
	lines := bufio.NewScanner(c)
	command, text := "", false
	for {
		said := cmp.Or(answer(command), usual[command], "250 so be it")
		if said == drop {
			return
		}
		fmt.Fprintf(c, "%s\r\n", said)
		text = command == "DATA" && said == usual["DATA"]
		for more := true; more; more = text && command != "." {
			if !lines.Scan() {
				return
			}
			command, _, _ = strings.Cut(lines.Text(), " ")
		}
	}
}

// letterTo is a message that is ready to go out.
func letterTo(t *testing.T, to string) composed {
	t.Helper()
	l, err := newPost(t).compose(t.Context(), Message{To: to, Subject: "Hello", HTML: templ.Raw("<p>Hello</p>")})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// forever is a line without end.
type forever struct{}

func (forever) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 'a'
	}
	return len(b), nil
}

// recorded tells what comes.
type recorded struct {
	net.Conn
	hear func(text string)
}

func (r recorded) Read(b []byte) (int, error) {
	n, err := r.Conn.Read(b)
	r.hear(string(b[:n]))
	return n, err
}
