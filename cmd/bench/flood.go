package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"time"

	"github.com/ocsigo/start/framework/process"
)

// others is how many tabs call while one floods.
const others = 20

// flooder is a tab that says far more than it may.
type flooder struct {
	name  string
	frame []byte
	rate  int // frames a second

	said  int
	until sample // it was closed, each time, in milliseconds
}

// flooders, the first of whom says nothing: the others are compared with it.
var flooders = []flooder{
	{name: "nobody"},
	{name: "pings", frame: masked(opPing, nil), rate: 10_000},
	{name: "calls", frame: masked(opText, []byte(callText)), rate: 1_000},
}

// flood is how much longer the calls of other tabs take because one floods the server, which has the limits of a site.
// That one is closed, and comes back as a new process at once.
func (b *bench) flood(ctx context.Context) (rows []row, err error) {
	err = within(ctx, others+1, []string{siteName}, func(servers []*child) error {
		server := servers[0]
		server.logins[others].Counted = false // the flooder's: nothing is kept of a process that is closed
		tabs, err := callAll(ctx, servers, others)
		if err != nil {
			return err
		}
		defer tabs.leave()
		found := measured{}
		for range b.rounds {
			for _, at := range b.random.Perm(len(flooders)) {
				values, err := flooders[at].beside(ctx, server, tabs[server])
				if err != nil {
					return err
				}
				found.add(flooders[at].name, values)
			}
		}
		for _, f := range flooders[1:] {
			rows = append(rows, floodRows(f.name, found[f.name], found[flooders[0].name])...)
		}
		return nil
	})
	return rows, err
}

func floodRows(of string, with, without []sample) []row {
	nobody := flooders[0].name
	return []row{
		{what: "calls while another tab floods with " + of + ", 99th percentile, µs", ours: with[1], base: without[1], baseName: nobody, goals: []float64{2}},
		{what: "the same, median, µs", ours: with[0], base: without[0], baseName: nobody, goals: []float64{2}},
		{what: "processors in use while it floods with " + of, ours: with[2], goals: []float64{1}},
		{what: "until it is closed for its " + of + ", ms", ours: with[3], goals: []float64{1000}},
		{what: "its " + of + " a second", ours: with[4]},
	}
}

// beside lets tabs call beside a copy of the flooder. It returns the median and the 99th percentile of their calls in
// microseconds; how many processors the server has used; after how many milliseconds the flooder was closed, infinitely
// many if it never was; and how much it has said a second.
func (f flooder) beside(ctx context.Context, c *child, tabs []*tab) ([]float64, error) {
	var calls sample
	began := time.Now()
	took, err := spent(c, func() (err error) {
		ctx, stop := context.WithCancel(ctx)
		ended := make(chan error, 1)
		go func() { ended <- f.flood(ctx, c) }()
		calls, err = callNowAndThen(tabs)
		stop()
		return errors.Join(err, <-ended)
	})
	lasted := time.Since(began).Seconds()
	if f.until == nil {
		f.until = sample{math.Inf(1)}
	}
	return []float64{calls.median(), calls.quantile(0.99), took.Seconds() / lasted, f.until.median(), float64(f.said) / lasted}, err
}

// flood goes on until the context ends, on one socket after the other.
func (f *flooder) flood(ctx context.Context, c *child) error {
	for f.rate > 0 && ctx.Err() == nil {
		t, err := c.openAs(ctx, net.Dialer{}, others)
		if err == nil {
			err = f.visit(ctx, t)
		}
		if err != nil && ctx.Err() == nil {
			return fmt.Errorf("the tab that floods with %s: %w", f.name, err)
		}
	}
	return nil
}

// visit floods one socket until the server closes it.
func (f *flooder) visit(ctx context.Context, t *tab) error {
	defer t.conn.Close()
	stop := context.AfterFunc(ctx, func() { t.conn.Close() })
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- t.drain() }()
	began, before := time.Now(), f.said
	for tick := time.Tick(time.Millisecond); ; {
		select {
		case err := <-ended:
			if !closedWith(err, process.Flooding) {
				return err
			}
			f.until = append(f.until, micros(time.Since(began), 1000))
			return nil
		case <-tick:
			due := int(time.Since(began).Seconds()*float64(f.rate)) - (f.said - before)
			t.conn.Write(bytes.Repeat(f.frame, due)) // when it cannot, the other goroutine hears why
			f.said += due
		}
	}
}
