package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// crowd is tabs that are open and listen.
type crowd struct {
	of    *child
	tabs  []*tab
	heard func(tab int, text []byte) // nil, or called for each push; each tab has its own goroutine

	work    sync.WaitGroup
	waiting atomic.Int64 // for so many messages
	all     chan struct{}
	failed  chan error // of size 1
	leaving atomic.Bool
}

// gather opens so many tabs.
func gather(ctx context.Context, of *child, n int, heard func(int, []byte)) (*crowd, error) {
	c := &crowd{of: of, tabs: make([]*tab, n), heard: heard, all: make(chan struct{}, 1), failed: make(chan error, 1)}
	next, first := make(chan int), of.opened
	of.opened += n
	const atOnce = 16
	for range atOnce {
		c.work.Go(func() {
			for i := range next {
				var err error
				if c.tabs[i], err = of.openAs(ctx, net.Dialer{}, first+i); err != nil {
					c.fail(err)
				}
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	c.work.Wait()
	select {
	case err := <-c.failed:
		c.leave()
		return nil, fmt.Errorf("open %d tabs of %s: %w", n, of.name, err)
	default:
	}
	for i, t := range c.tabs {
		t.conn.SetDeadline(time.Time{})
		c.work.Go(func() { c.listen(i, t) })
	}
	return c, nil
}

func (c *crowd) fail(err error) {
	select {
	case c.failed <- err:
	default: // the first one is enough
	}
}

func (c *crowd) listen(i int, t *tab) {
	for {
		text, err := t.read()
		switch {
		case err != nil:
			if !c.leaving.Load() {
				c.fail(err)
			}
			return
		case !unasked(text):
			continue
		}
		if c.heard != nil {
			c.heard(i, text)
		}
		if c.waiting.Add(-1) == 0 {
			c.all <- struct{}{}
		}
	}
}

// push lets the server tell all, and waits until everybody has heard it.
func (c *crowd) push(o order) error {
	c.waiting.Store(int64(len(c.tabs)))
	if _, err := c.of.tell(o); err != nil {
		return err
	}
	select {
	case <-c.all:
		return nil
	case err := <-c.failed:
		return fmt.Errorf("a tab of %s: %w", c.of.name, err)
	case <-time.After(patience):
		return fmt.Errorf("%s: %d tabs have not heard what was pushed", c.of.name, c.waiting.Load())
	}
}

// leave closes all tabs as browsers do, and waits for their goroutines.
func (c *crowd) leave() error {
	c.leaving.Store(true)
	var failures []error
	for _, t := range c.tabs {
		if t == nil {
			continue
		}
		t.conn.SetDeadline(time.Now().Add(patience))
		if _, err := t.conn.Write(masked(opClose, []byte{1000 >> 8, 1000 & 0xff})); err != nil {
			failures = append(failures, err)
		}
	}
	c.work.Wait()
	for _, t := range c.tabs {
		if t != nil {
			t.conn.Close()
		}
	}
	return errors.Join(failures...)
}
