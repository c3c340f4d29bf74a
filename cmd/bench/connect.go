package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// connecting is how many tabs open at once, and browsers how many sessions they take turns in.
const (
	connecting = 4
	browsers   = 64
)

// connect is what it costs that a tab comes and goes: a handshake with the cookie of a session that the node knows, the
// hello and its answer, and the end. A bare server has a call in place of the hello. When all is over our server must
// be what it was before.
func (b *bench) connect(ctx context.Context) (rows []row, err error) {
	err = within(ctx, browsers, []string{echoName, codecName, oursName}, func(servers []*child) error {
		ours := servers[2]
		if err := ours.visit(ctx); err != nil { // its heartbeat begins with the first tab
			return err
		}
		before, err := settled(ours, 0)
		if err != nil {
			return err
		}
		found, err := b.interleave("connect", servers, func(c *child) ([]float64, error) { return b.storm(ctx, c) })
		if err != nil {
			return err
		}
		after, err := settled(ours, before.Goroutines)
		rows = []row{
			found.row("processor time per connect and drop, µs", 0, echoName, 1.5, 1.2),
			found.row("the same against the same codec, µs", 0, codecName),
			{what: fmt.Sprintf("goroutines left after %d connections", ours.opened), ours: sample{float64(after.Goroutines - before.Goroutines)}, goals: []float64{0, 0}},
			{what: "tabs left", ours: sample{float64(after.Tabs)}, goals: []float64{0, 0}},
		}
		return err
	})
	return rows, err
}

// settled is a server's state when its tabs have gone and no more than so many goroutines are left, or after a while.
func settled(c *child, goroutines int) (s state, err error) {
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		s, err = c.state()
		if err != nil || s.Tabs == 0 && (goroutines == 0 || s.Goroutines <= goroutines) {
			break
		}
	}
	return s, err
}

// storm opens and closes tabs for the time of a slice.
func (b *bench) storm(ctx context.Context, c *child) ([]float64, error) {
	var visits atomic.Int64
	took, err := spent(c, func() error {
		var work sync.WaitGroup
		failures := make([]error, connecting)
		end := time.Now().Add(b.slice)
		first := c.opened
		for i := range connecting {
			work.Go(func() {
				for failures[i] == nil && (visits.Load() == 0 || time.Now().Before(end)) {
					failures[i] = c.visitAs(ctx, first+int(visits.Add(1)))
				}
			})
		}
		work.Wait()
		c.opened += int(visits.Load())
		_, err := c.state() // in which the last ones have their end
		return errors.Join(append(failures, err)...)
	})
	if err != nil {
		return nil, err
	}
	return []float64{micros(took, int(visits.Load()))}, nil
}
