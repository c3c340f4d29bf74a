package main

import (
	"context"
	"errors"
)

// memory is what an idle tab costs in memory and goroutines. Sessions are there before the tabs: what a tab costs is
// what comes with its socket and its hello. Each time both servers are new.
func (b *bench) memory(ctx context.Context) ([]row, error) {
	n, err := b.fit(1)
	if err != nil {
		return nil, err
	}
	found := measured{}
	for range (b.rounds + 2) / 3 { // these figures vary little
		names := []string{echoName, oursName}
		for _, at := range b.random.Perm(len(names)) {
			values, err := b.idle(ctx, names[at], n)
			if err != nil {
				return nil, err
			}
			found.add(names[at], values)
		}
	}
	goroutines := found.row("goroutines per idle tab", 2, echoName)
	goroutines.base, goroutines.goals = nil, []float64{1, 1}
	return []row{
		found.row("memory per idle tab, after collection, bytes", 1, echoName, 1.3, 1.15),
		found.row("memory per idle tab, as it stands, bytes", 0, echoName, 1.5, 1.2),
		found.row("of it on the heap", 3, echoName),
		found.row("of it stacks", 4, echoName),
		goroutines,
	}, nil
}

// idle opens the tabs of a new server. It returns for one of them: memory as it stands and after collection,
// goroutines, heap and stacks.
func (b *bench) idle(ctx context.Context, name string, n int) (values []float64, err error) {
	var words []string
	wanted := b.profile == "memory" && name == oursName
	if wanted {
		words = []string{heapWord}
	}
	c, err := start(ctx, name, n, words...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, c.stop()) }()
	if err := c.visit(ctx); err != nil { // what the first tab finds is there already
		return nil, err
	}
	before, err := weigh(c, true)
	if err != nil {
		return nil, err
	}
	crowd, err := gather(ctx, c, n, nil)
	if err != nil {
		return nil, err
	}
	defer crowd.leave()
	standing, err := weigh(c, false)
	if err != nil {
		return nil, err
	}
	if wanted {
		b.say("profile: %s", b.profileFile("memory", "heap"))
		if _, err := c.tell(order{Do: doHeap, File: b.profileFile("memory", "heap")}); err != nil {
			return nil, err
		}
	}
	after, err := weigh(c, true)
	each := func(now, then float64) float64 { return (now - then) / float64(n) }
	return []float64{
		each(standing.resident, before.resident),
		each(after.resident, before.resident),
		each(float64(after.Goroutines), float64(before.Goroutines)),
		each(float64(after.Heap), float64(before.Heap)),
		each(float64(after.Stacks), float64(before.Stacks)),
	}, err
}

// weight is a server's memory.
type weight struct {
	state
	resident float64 // bytes
}

func weigh(c *child, collected bool) (w weight, err error) {
	if collected {
		for range 2 { // what finalizers hold goes with the second
			if _, err := c.tell(order{Do: doCollect}); err != nil {
				return w, err
			}
		}
	}
	if w.resident, err = residentBytes(c.command.Process.Pid); err != nil {
		return w, err
	}
	w.state, err = c.state()
	return w, err
}
