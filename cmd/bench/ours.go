package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/rpc"
	"github.com/ocsigo/start/framework/session"
)

// ours is this framework as a site uses it: sessions that are looked up, hooks, a function for connected users, an
// event. Its rows are in memory. Limits that are not given are those of a site.
type ours struct {
	*process.Hub
	sessions *session.Manager
	event    *process.Event[Told]
	end      func() // ends the sessions' sweeper, and waits for it
}

func newOurs(origin string, limits process.Limits) *ours {
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	o := &ours{sessions: session.New(&session.MemoryStore{}, session.Options{Build: "bench", Log: log})}
	o.sessions.OnRequest(func(context.Context, session.Visitor) error { return nil })
	o.sessions.OnConnectedRequest(func(context.Context, session.UserID) error { return nil })
	o.Hub = process.New(o.sessions, process.Options{Origin: origin, Log: log, Limits: limits})
	api := rpc.New(o.Hub)
	rpc.Connected(api, callName, func(_ context.Context, me session.UserID, in Move) (Moved, error) {
		return moved(in, int(me)), nil
	})
	o.event = process.NewEvent[Told](o.Hub, eventName)
	ctx, cancel := context.WithCancel(context.Background())
	var sweeper sync.WaitGroup
	sweeper.Go(func() { o.sessions.Run(ctx) })
	o.end = func() { cancel(); sweeper.Wait() }
	return o
}

func (o *ours) push(bytes int) error { return o.event.Send(process.Everyone(), told(bytes)) }

func (o *ours) tabs() int { return len(o.sessions.Tabs()) }

func (o *ours) close() {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	o.Hub.Close(ctx) // its error says that tabs are still open: they end with the process
	o.end()
	o.sessions.Close()
}

// logIn makes users with a session each, as pages would.
func (o *ours) logIn(n int) ([]login, error) {
	logins := make([]login, n)
	for i := range logins {
		cookies, err := o.connect(session.UserID(i + 1))
		if err == nil {
			logins[i], err = o.document(cookies)
		}
		if err != nil {
			return nil, fmt.Errorf("log in: %w", err)
		}
	}
	return logins, nil
}

// connect is the page that logs in. It returns the cookies that it sets, as a browser sends them.
func (o *ours) connect(user session.UserID) (cookies string, err error) {
	answer, err := o.page("", func(ctx context.Context) (string, error) { return "", session.Connect(ctx, user) })
	var pairs []string
	for _, line := range answer.header.Values("Set-Cookie") {
		pair, _, _ := strings.Cut(line, ";")
		pairs = append(pairs, pair)
	}
	return strings.Join(pairs, "; "), err
}

// document is the page whose tab says hello.
func (o *ours) document(cookies string) (login, error) {
	answer, err := o.page(cookies, func(ctx context.Context) (string, error) {
		token, err := session.PageToken(ctx)
		tag, failed := session.IdentityTag(ctx)
		return token + "\n" + tag, errors.Join(err, failed)
	})
	token, tag, _ := strings.Cut(answer.body.String(), "\n")
	return login{cookies, token, tag, true}, err
}

// page asks for a page of this very process, without a connection.
func (o *ours) page(cookies string, body func(context.Context) (string, error)) (answer *pageAnswer, err error) {
	answer = &pageAnswer{header: http.Header{}}
	r, err := http.NewRequest(http.MethodGet, "http://localhost/", nil)
	if err != nil {
		return answer, err
	}
	r.RemoteAddr = "127.0.0.1:1"
	if cookies != "" {
		r.Header.Set("Cookie", cookies)
	}
	wrapped := session.Wrap(func(ctx context.Context, _ struct{}) (string, error) { return body(ctx) })
	o.sessions.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var text string
		text, err = wrapped(r.Context(), struct{}{})
		w.Write([]byte(text))
	})).ServeHTTP(answer, r)
	return answer, err
}

type pageAnswer struct {
	header http.Header
	body   bytes.Buffer
}

func (a *pageAnswer) Header() http.Header                  { return a.header }
func (a *pageAnswer) Write(text []byte) (n int, err error) { return a.body.Write(text) }
func (a *pageAnswer) WriteHeader(int)                      {}
