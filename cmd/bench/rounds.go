package main

import (
	"context"
	"errors"
	"path/filepath"
	"time"
)

// measured is what each server gave: by its name, a sample for each value of its slices.
type measured map[string][]sample

// interleave measures the servers in slices, right behind each other and in a random order in each round, so that what
// else the machine does falls on all of them. A first round warms up and does not count.
func (b *bench) interleave(figure string, servers []*child, slice func(*child) ([]float64, error)) (measured, error) {
	found := measured{}
	for round := range b.rounds + 1 {
		if round == 1 {
			defer b.record(figure, servers)()
		}
		for _, at := range b.random.Perm(len(servers)) {
			values, err := slice(servers[at])
			if err != nil {
				return nil, err
			}
			if round > 0 {
				found.add(servers[at].name, values)
			}
		}
	}
	return found, nil
}

func (m measured) add(server string, values []float64) {
	if m[server] == nil {
		m[server] = make([]sample, len(values))
	}
	for i, value := range values {
		m[server][i] = append(m[server][i], value)
	}
}

// row compares one value of ours with that of another.
func (m measured) row(what string, value int, base string, goals ...float64) row {
	return row{what: what, ours: m[oursName][value], base: m[base][value], baseName: base, goals: goals}
}

// record writes profiles of our server until the function that it returns is called, if they are wanted: of the
// processor, and of what was allocated.
func (b *bench) record(figure string, servers []*child) (stop func()) {
	stop = func() {}
	if b.profile != figure {
		return stop
	}
	for _, c := range servers {
		if c.name != oursName {
			continue
		}
		processor, memory := b.profileFile(figure, "cpu"), b.profileFile(figure, "heap")
		if _, err := c.tell(order{Do: doProfile, File: processor}); err != nil {
			b.say("no profile: %v", err)
			return stop
		}
		return func() {
			c.tell(order{Do: doProfiled})
			c.tell(order{Do: doHeap, File: memory})
			b.say("profiles: %s, %s", processor, memory)
		}
	}
	return stop
}

func (b *bench) profileFile(figure, of string) string {
	return filepath.Join(b.into, figure+"."+of+".pprof")
}

// fit is how many tabs so many servers can have at once.
func (b *bench) fit(servers int) (int, error) {
	const others = 200 // descriptors of this process that are no tabs
	limit, err := descriptors()
	if err != nil {
		return 0, err
	}
	n := min(b.tabs, (limit-others)/servers)
	if n < b.tabs {
		b.say("%d tabs instead of %d: this process may have %d descriptors, for %d servers", n, b.tabs, limit, servers)
	}
	return n, nil
}

// spent is what a server's process uses of the processors while f runs.
func spent(c *child, f func() error) (time.Duration, error) {
	before, err := c.processorTime()
	if err != nil {
		return 0, err
	}
	if err := f(); err != nil {
		return 0, err
	}
	after, err := c.processorTime()
	return after - before, err
}

func micros(d time.Duration, of int) float64 {
	return float64(d.Nanoseconds()) / 1000 / float64(of)
}

// within runs f with all servers of a figure, and ends them.
func within(ctx context.Context, users int, names []string, f func([]*child) error) error {
	servers, err := startAll(ctx, users, names...)
	if err != nil {
		return err
	}
	err = f(servers)
	return errors.Join(err, stopAll(servers))
}
