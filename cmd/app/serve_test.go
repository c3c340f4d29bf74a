package main

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/session"
)

// pipe is a network without a kernel, of one connection, that knows a bubble's time.
type pipe struct {
	conns  chan net.Conn
	closed chan struct{}
}

func (p pipe) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p pipe) Close() error {
	close(p.closed)
	return nil
}

func (p pipe) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

// TestPageThatDoesNotEnd: what waits for something that hangs is given up some time after the program was told to end,
// so that the database can be closed.
func TestPageThatDoesNotEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sessions := session.New(&session.MemoryStore{}, session.Options{})
		defer sessions.Close()
		tabs := process.New(sessions, process.Options{Origin: "http://pipe.example"})
		reached, gaveUp := make(chan struct{}), make(chan error, 1)
		server := newServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			close(reached)
			<-r.Context().Done()
			gaveUp <- context.Cause(r.Context())
		}))

		mine, theirs := net.Pipe()
		ctx, end := context.WithCancel(t.Context())
		defer end()
		listener := pipe{make(chan net.Conn, 1), make(chan struct{})}
		listener.conns <- theirs
		go func() {
			<-reached
			end()
		}()
		go func() {
			io.WriteString(mine, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
			io.Copy(io.Discard, mine)
		}()

		if err := serve(ctx, server, listener, tabs, nil); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("serving ends with %v", err)
		}
		if err := <-gaveUp; err != errTooSlow {
			t.Errorf("the page was given up because of %v", err)
		}
	})
}
