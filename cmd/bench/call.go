package main

import (
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// callers is how many tabs call at once, each one call after the other.
const callers = 64

// calling is a server with tabs that call it.
type calling map[*child][]*tab

func callAll(ctx context.Context, servers []*child, n int) (calling, error) {
	c := calling{}
	for _, server := range servers {
		for range n {
			t, err := server.open(ctx, net.Dialer{})
			if err != nil {
				c.leave()
				return nil, err
			}
			c[server] = append(c[server], t)
		}
	}
	return c, nil
}

func (c calling) leave() {
	for _, tabs := range c {
		for _, t := range tabs {
			t.bye()
		}
	}
}

// call is what a call costs a busy server: it knows who calls, runs the hooks, reads the input by its type and
// writes the output.
func (b *bench) call(ctx context.Context) (rows []row, err error) {
	err = within(ctx, callers, []string{echoName, codecName, oursName}, func(servers []*child) error {
		tabs, err := callAll(ctx, servers, callers)
		if err != nil {
			return err
		}
		defer tabs.leave()
		found, err := b.interleave("call", servers, func(c *child) ([]float64, error) { return b.busy(c, tabs[c]) })
		if err != nil {
			return err
		}
		rows = []row{
			found.row("processor time per call, µs", 0, codecName, 1.25),
			found.row("the same against an echo, µs", 0, echoName, 2, 1.3),
			found.row("allocations per call", 1, codecName),
			found.row("bytes allocated per call", 2, codecName),
		}
		return nil
	})
	return rows, err
}

// busy calls for the time of a slice. It returns what one call has cost: microseconds, allocations and their bytes.
func (b *bench) busy(c *child, tabs []*tab) ([]float64, error) {
	before, err := c.state()
	if err != nil {
		return nil, err
	}
	var calls int
	took, err := spent(c, func() (err error) {
		calls, err = callFor(b.slice, tabs)
		return err
	})
	if err != nil {
		return nil, err
	}
	after, err := c.state()
	each := func(now, then uint64) float64 { return float64(now-then) / float64(calls) }
	return []float64{micros(took, calls), each(after.Objects, before.Objects), each(after.Allocated, before.Allocated)}, err
}

// callFor lets all tabs call for some time, and counts the calls.
func callFor(long time.Duration, tabs []*tab) (calls int, err error) {
	var work sync.WaitGroup
	var over atomic.Bool
	var sum atomic.Int64
	failures := make([]error, len(tabs))
	frame := masked(opText, []byte(callText))
	for i, t := range tabs {
		t.conn.SetDeadline(time.Now().Add(long + patience))
		work.Go(func() {
			n := int64(0)
			for failures[i] == nil && (n == 0 || !over.Load()) {
				failures[i] = t.call(frame)
				n++
			}
			sum.Add(n)
		})
	}
	time.Sleep(long)
	over.Store(true)
	work.Wait()
	return int(sum.Load()), errors.Join(failures...)
}

// How often a tab calls that keeps to the limits of a site.
const (
	callsEach = 40
	callEvery = 25 * time.Millisecond
)

// callNowAndThen lets each tab call at its own moments. It returns how long each call took from when it was said.
func callNowAndThen(tabs []*tab) (sample, error) {
	took, failures := make([]sample, len(tabs)), make([]error, len(tabs))
	frame := masked(opText, []byte(callText))
	began := time.Now()
	var work sync.WaitGroup
	for i, t := range tabs {
		t.conn.SetDeadline(began.Add(patience))
		due := began.Add(callEvery * time.Duration(i) / time.Duration(len(tabs)))
		work.Go(func() {
			for ; len(took[i]) < callsEach && failures[i] == nil; due = due.Add(callEvery) {
				time.Sleep(time.Until(due))
				said := time.Now()
				failures[i] = t.call(frame)
				took[i] = append(took[i], micros(time.Since(said), 1))
			}
		})
	}
	work.Wait()
	return joined(took), errors.Join(failures...)
}

// latency is how long one tab waits for its answer while nobody else does anything.
func (b *bench) latency(ctx context.Context) (rows []row, err error) {
	err = within(ctx, 1, []string{echoName, codecName, oursName}, func(servers []*child) error {
		tabs, err := callAll(ctx, servers, 1)
		if err != nil {
			return err
		}
		defer tabs.leave()
		found, err := b.interleave("latency", servers, func(c *child) ([]float64, error) { return b.quiet(tabs[c][0]) })
		if err != nil {
			return err
		}
		rows = []row{
			found.row("time of a call on a quiet server, median, µs", 0, echoName, 1.6, 1.2),
			found.row("the same, 99th percentile, µs", 1, echoName),
			found.row("its median against the same codec, µs", 0, codecName),
		}
		return nil
	})
	return rows, err
}

// quiet returns the median and the 99th percentile of the calls of a slice, in microseconds.
func (b *bench) quiet(t *tab) ([]float64, error) {
	frame := masked(opText, []byte(callText))
	end := time.Now().Add(b.slice)
	t.conn.SetDeadline(end.Add(patience))
	var took sample
	for now := time.Now(); now.Before(end); {
		if err := t.call(frame); err != nil {
			return nil, err
		}
		then := now
		now = time.Now()
		took = append(took, micros(now.Sub(then), 1))
	}
	return []float64{took.median(), took.quantile(0.99)}, nil
}
