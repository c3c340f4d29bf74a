package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/ocsigo/start/framework/process"
)

// What tabs hear while others of them do not read: it is more than fits into the buffers between.
const (
	listeners  = 30
	manyPushes = 1000
	largePush  = 10 << 10
	pushEvery  = 2 * time.Millisecond
)

// slow is how much later tabs hear what is pushed, because there are others that never read: one that counts its
// messages, and one that does not. Of a bare server all would wait for them.
func (b *bench) slow(ctx context.Context) (rows []row, err error) {
	err = within(ctx, listeners+2*(b.rounds+1), []string{oursName}, func(servers []*child) error {
		delays := make([]sample, listeners)
		crowd, err := gather(ctx, servers[0], listeners, func(i int, text []byte) {
			delays[i] = append(delays[i], delayOf(text))
		})
		if err != nil {
			return err
		}
		defer crowd.leave()
		found := measured{}
		for range b.rounds {
			for _, choice := range b.random.Perm(2) {
				clear(delays)
				ends, err := b.among(ctx, crowd, choice == 1)
				if err != nil {
					return err
				}
				all := joined(delays)
				found.add(kinds[choice], append([]float64{all.quantile(0.99), all.quantile(1)}, ends...))
			}
		}
		rows = slowRows(found)
		return nil
	})
	return rows, err
}

// kinds of rounds: without tabs that do not read, and with them.
var kinds = []string{"without", "with"}

func slowRows(found measured) []row {
	with, without := found[kinds[1]], found[kinds[0]]
	later := func(value int) sample {
		differences := make(sample, len(with[value]))
		for i := range differences {
			differences[i] = with[value][i] - without[value][i]
		}
		return differences
	}
	return []row{
		{what: "later by tabs that never read, 99th percentile of pushes, ms", ours: later(0), goals: []float64{10}},
		{what: "the same, slowest push, ms", ours: later(1), goals: []float64{10}},
		{what: "delay of pushes with them, 99th percentile, ms", ours: with[0], goals: []float64{100}},
		{what: "the same without them, ms", ours: without[0]},
		{what: "until both, who read again at last, find that they are closed, ms", ours: with[2], goals: []float64{10_000}},
		{what: "how many of them were not told so, with 4008", ours: with[3], goals: []float64{0, 0}},
	}
}

// among pushes to all, with two who do not read or without them. It returns what endsOf says of these.
func (b *bench) among(ctx context.Context, crowd *crowd, slow bool) (ends []float64, err error) {
	var deaf []*tab
	defer func() {
		for _, t := range deaf {
			t.conn.Close()
		}
	}()
	for i := range 2 {
		if !slow {
			break
		}
		c := crowd.of
		c.logins[c.opened%len(c.logins)].Counted = i == 0
		t, err := c.open(ctx, net.Dialer{Control: narrow})
		if err != nil {
			return nil, err
		}
		deaf = append(deaf, t)
	}
	began := time.Now()
	for range manyPushes { // each when all have heard the one before: it is not the load that may be too slow
		if err := crowd.push(order{Do: doPush, Bytes: largePush, Every: pushEvery}); err != nil {
			return nil, err
		}
	}
	return endsOf(deaf, began)
}

// endsOf lets tabs read at last what was pushed since then. It returns after how many milliseconds they have found that
// they are closed, and how many were not told why.
func endsOf(deaf []*tab, began time.Time) ([]float64, error) {
	untold := 0
	for _, t := range deaf {
		told, err := wasDeaf(t)
		if err != nil {
			return nil, err
		}
		if !told {
			untold++
		}
	}
	return []float64{micros(time.Since(began), 1000), float64(untold)}, nil
}

// wasDeaf reads what a tab has not read, and reports whether it was told at the end that it was too slow. If it is
// everything, it has held up nobody and shown nothing.
func wasDeaf(t *tab) (told bool, err error) {
	t.conn.SetDeadline(time.Now().Add(20 * time.Second))
	for n := 0; n < manyPushes; n++ {
		_, err := t.read()
		var failed net.Error
		switch {
		case errors.As(err, &failed) && failed.Timeout():
			return false, fmt.Errorf("a tab that did not read has heard %d of %d messages, and was not closed", n, manyPushes)
		case err != nil:
			return closedWith(err, process.TooSlow), nil
		}
	}
	return false, fmt.Errorf("a tab that did not read has heard all %d messages", manyPushes)
}

func joined(all []sample) (one sample) {
	for _, s := range all {
		one = append(one, s...)
	}
	return one
}

// delayOf is how long a push was on its way, in milliseconds.
func delayOf(text []byte) float64 {
	_, rest, _ := bytes.Cut(text, []byte(`"at":`))
	digits, _, _ := bytes.Cut(rest, []byte(`,`))
	at, _ := strconv.ParseInt(string(digits), 10, 64) // what is not understood is very late
	return float64(time.Since(time.UnixMicro(at)).Microseconds()) / 1000
}
