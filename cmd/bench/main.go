// Command bench measures what a tab costs: memory, goroutines, and processor time for each call, push and
// connection. It compares with the best bare server that the websocket library makes, on the same work in the same
// run, and prints a table in Markdown. It also measures what tabs notice of others that do not read, or that flood.
// docs/performance.md says how to read it.
//
//	go run ./cmd/bench
//	go run ./cmd/bench -only call,latency -rounds 21
//	go run ./cmd/bench -only call -profile call
//
// The servers are processes of their own, started from this program as "bench serve ours"; this process is the load.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var err error
	if len(os.Args) > 1 && os.Args[1] == serveWord {
		err = serve(ctx, os.Args[2:], os.Stdin, os.Stdout)
	} else {
		err = run(ctx, os.Args[1:], os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// bench is one run. Its fields are the flags.
type bench struct {
	tabs    int           // idle ones
	rounds  int           // in each of which every server has its slice
	slice   time.Duration // for which a server is measured at a time
	profile string        // the figure of which our server writes profiles
	into    string        // the folder for them

	random *rand.Rand // in which order the servers have their slices
	say    func(format string, a ...any)
}

// figure is something to measure. It may give several rows.
type figure struct {
	name    string
	measure func(*bench, context.Context) ([]row, error)
}

var figures = []figure{
	{"memory", (*bench).memory},
	{"call", (*bench).call},
	{"latency", (*bench).latency},
	{"push", (*bench).push},
	{"connect", (*bench).connect},
	{"slow", (*bench).slow},
	{"flood", (*bench).flood},
}

// run measures what the arguments ask for.
func run(ctx context.Context, args []string, out io.Writer) error {
	b := &bench{say: func(format string, a ...any) { fmt.Fprintf(out, format+"\n", a...) }}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	seconds := flags.Float64("seconds", 0.25, "how long a server is measured at a time")
	only := flags.String("only", "", "the figures to measure, separated by commas: "+strings.Join(names(), ","))
	seed := flags.Uint64("seed", uint64(time.Now().UnixNano()), "of the order in which servers are measured")
	flags.IntVar(&b.tabs, "tabs", 10_000, "idle tabs")
	flags.IntVar(&b.rounds, "rounds", 9, "how often each server is measured")
	flags.StringVar(&b.profile, "profile", "", "the figure of which our server writes profiles: of its heap, and but for memory of its processor time")
	flags.StringVar(&b.into, "into", ".", "the folder for these profiles")
	if err := flags.Parse(args); err != nil {
		return err
	}
	wanted, err := choose(*only)
	switch {
	case err != nil:
		return err
	case b.tabs < 1 || b.rounds < 1 || *seconds <= 0:
		return fmt.Errorf("tabs, rounds and seconds must be positive")
	case b.profile != "" && !slices.Contains(names(), b.profile):
		return fmt.Errorf("no figure is named %q: there are %s", b.profile, strings.Join(names(), ", "))
	}
	b.slice = time.Duration(*seconds * float64(time.Second))
	b.random = rand.New(rand.NewPCG(*seed, 0))
	return b.all(ctx, wanted, *seed)
}

func names() (all []string) {
	for _, f := range figures {
		all = append(all, f.name)
	}
	return all
}

func choose(only string) ([]figure, error) {
	if only == "" {
		return figures, nil
	}
	var chosen []figure
	for name := range strings.SplitSeq(only, ",") {
		at := slices.Index(names(), name)
		if at < 0 {
			return nil, fmt.Errorf("no figure is named %q: there are %s", name, strings.Join(names(), ", "))
		}
		chosen = append(chosen, figures[at])
	}
	return chosen, nil
}

// all measures figure after figure and prints the table.
func (b *bench) all(ctx context.Context, wanted []figure, seed uint64) error {
	b.say("%s, %d rounds of %v, seed %d", machine(), b.rounds, b.slice, seed)
	var rows []row
	for _, f := range wanted {
		began := time.Now()
		found, err := f.measure(b, ctx)
		if err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
		b.say("%s: %v", f.name, time.Since(began).Round(time.Second))
		rows = append(rows, found...)
	}
	b.say("\n%s", table(rows))
	return nil
}
