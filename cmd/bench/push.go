package main

import (
	"context"
	"time"
)

// push is what one message costs that goes to everybody, for each of those who get it.
func (b *bench) push(ctx context.Context) (rows []row, err error) {
	names := []string{echoName, oursName}
	n, err := b.fit(len(names)) // all are open at once, so that the servers can take turns
	if err != nil {
		return nil, err
	}
	const tabsEach = 50 // of a user: whose they are does not matter here
	err = within(ctx, (n+tabsEach-1)/tabsEach, names, func(servers []*child) error {
		crowds := map[*child]*crowd{}
		defer func() {
			for _, c := range crowds {
				c.leave()
			}
		}()
		for _, server := range servers {
			if crowds[server], err = gather(ctx, server, n, nil); err != nil {
				delete(crowds, server)
				return err
			}
		}
		found, err := b.interleave("push", servers, func(c *child) ([]float64, error) { return b.broadcast(crowds[c]) })
		if err != nil {
			return err
		}
		rows = []row{found.row("processor time per pushed message, µs", 0, echoName, 1.2, 1.1)}
		return nil
	})
	return rows, err
}

// broadcast pushes one message after the other, each when all have heard the one before, for the time of a slice.
func (b *bench) broadcast(c *crowd) ([]float64, error) {
	messages := 0
	took, err := spent(c.of, func() error {
		for end := time.Now().Add(b.slice); messages == 0 || time.Now().Before(end); messages += len(c.tabs) {
			if err := c.push(order{Do: doPush, Bytes: smallPush}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return []float64{micros(took, messages)}, nil
}
