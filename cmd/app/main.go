// Command app serves the site:
//
//	app
//
// and makes a user an administrator, beside a site that runs or without one:
//
//	app admin grant EMAIL
//
// The settings of both are in config.go.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/ocsigo/start/accounts"
	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/framework/session/pgstore"
	"github.com/ocsigo/start/migrations"
	"github.com/ocsigo/start/web"
)

func main() {
	do := commandOf(os.Args[1:])
	if do == nil {
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	c, err := config()
	if err == nil {
		err = do(ctx, c, func(line string) { fmt.Println(line) })
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "app:", err)
		os.Exit(1)
	}
}

// run builds the site from the bottom floor up and serves it until ctx ends. say tells people where it is.
func run(ctx context.Context, c Config, say func(line string)) error {
	log := slog.Default()

	listener, err := listen(c.Addr)
	if err != nil {
		return err
	}
	defer listener.Close()
	public := c.address(listener)

	database, err := openDatabase(ctx, c)
	if err != nil {
		return err
	}
	defer database.stop()

	db, err := connect(ctx, database.url)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := migrations.Apply(ctx, database.url); err != nil {
		return err
	}

	post, mailbox, err := newPost(db, c, log)
	if err != nil {
		return err
	}
	users := accounts.New(db, post, accounts.Options{Site: web.Name, URL: public, Log: log})
	sessions := session.New(pgstore.New(db), session.Options{
		Groups:      users.Groups,
		Lifetime:    web.SessionLifetime,
		Idle:        web.SessionIdle,
		Sessions:    web.SessionsAtMost,
		Secure:      public.Scheme == "https",
		Build:       build(),
		Development: c.Development(),
		Address:     func(r *http.Request) netip.Addr { return page.ClientAddress(r, c.TrustedProxies) },
		Log:         log,
	})
	defer sessions.Close()

	tabs := process.New(sessions, process.Options{Origin: public.String(), Log: log})

	site, err := web.New(web.App{
		DB: db, Accounts: users, Sessions: sessions, Tabs: tabs, Post: post, Mailbox: mailbox,
		URL: public, Proxies: c.TrustedProxies, Development: c.Development(), SignUpClosed: c.SignUpClosed, Log: log,
	})
	if err != nil {
		return err
	}

	warn(log, c, public)
	server := newServer(site.Handler())
	defer background(ctx, sessions.Run)() // now that all hooks are added
	defer background(ctx, users.Run)()
	// And all kinds of messages. When ctx ends, so does this, while the requests under way still have their time: what
	// they send goes out the next time.
	if err := post.Start(ctx); err != nil {
		return err
	}
	defer post.Stop()
	say("Ocsigo Start is at " + public.String() + database.where + whereMailGoes(c, public))
	return serve(ctx, server, listener, tabs, database.gone)
}

// warn tells the operator of settings that are allowed and hardly meant.
func warn(log *slog.Logger, c Config, public *url.URL) {
	if public.Scheme == "https" && len(c.TrustedProxies) == 0 {
		log.Warn("nobody can reach the site: its address is https, so that requests must come through a proxy, and TRUSTED_PROXIES names none")
	}
	if public.Scheme == "http" && !c.Development() {
		log.Warn("whoever is on the way can read passwords and cookies: PUBLIC_URL is http; an address of https needs a proxy that ends TLS, named in TRUSTED_PROXIES")
	}
}

// background starts work that goes on until stop is called, which waits for its end: the requests under way when ctx
// ends still need it.
func background(ctx context.Context, work func(context.Context)) (stop func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var working sync.WaitGroup
	working.Go(func() { work(ctx) })
	return func() {
		cancel()
		working.Wait()
	}
}

// errTooSlow is why a request that is still under way when the program ends is given up.
var errTooSlow = fmt.Errorf("the program ends: %w", context.DeadlineExceeded)

// serve answers until ctx ends or the database is gone, then gives what is under way ten seconds, and ends the context
// of what still is, or the database could not be closed.
func serve(ctx context.Context, server *http.Server, listener net.Listener, tabs *process.Hub, databaseGone <-chan struct{}) error {
	requests, giveUp := context.WithCancelCause(context.WithoutCancel(ctx))
	defer giveUp(errTooSlow)
	server.BaseContext = func(net.Listener) context.Context { return requests }
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	var err error
	select {
	case err = <-failed:
		return errors.Join(err, tabs.Close(ctx))
	case <-databaseGone:
		err = errors.New("the database server has stopped")
	case <-ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()

	// Both at once: a tab that was told to go must not find its document on a server that goes as well. And
	// Shutdown knows nothing of websockets.
	var tabsGone error
	var waiting sync.WaitGroup
	waiting.Go(func() { tabsGone = tabs.Close(ctx) })
	err = errors.Join(err, server.Shutdown(ctx))
	waiting.Wait()
	err = errors.Join(err, tabsGone)
	if served := <-failed; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

// listen takes the port before anything else is started.
func listen(addr string) (net.Listener, error) {
	listener, err := net.Listen("tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("another program listens at %s already: stop it, or set ADDR to another address", addr)
	}
	if err != nil {
		return nil, fmt.Errorf("ADDR=%q cannot be listened at: %w", addr, err)
	}
	return listener, nil
}
