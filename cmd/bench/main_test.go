package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

// TestMain is the server too, when a test starts this program as one.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == serveWord {
		main()
		return
	}
	os.Setenv("GORACE", "atexit_sleep_ms=0") // else each server waits a second at its end
	goleak.VerifyTestMain(m)
}

// TestBench measures everything, of next to nothing: the figures are there, and none is a nonsense. What they are is
// the machine's business.
func TestBench(t *testing.T) {
	lines := measure(t, "-tabs", "20", "-rounds", "1", "-seconds", "0.02")
	if !strings.Contains(lines[0], "processors") {
		t.Errorf("the first line does not say where it was measured: %s", lines[0])
	}
	for _, c := range []struct {
		row      string
		compared bool
		zero     bool // may be nothing
	}{
		{row: "memory per idle tab, after collection", compared: true, zero: true}, // pages are larger than twenty tabs
		{row: "memory per idle tab, as it stands", compared: true, zero: true},
		{row: "goroutines per idle tab"},
		{row: "processor time per call", compared: true},
		{row: "the same against an echo", compared: true},
		{row: "allocations per call", compared: true},
		{row: "time of a call on a quiet server, median", compared: true},
		{row: "processor time per pushed message", compared: true},
		{row: "processor time per connect and drop", compared: true},
		{row: "goroutines left", zero: true},
		{row: "tabs left", zero: true},
		{row: "later by tabs that never read", zero: true},
		{row: "delay of pushes with them"},
		{row: "until both, who read again at last"},
		{row: "how many of them were not told so", zero: true},
		{row: "calls while another tab floods with pings", compared: true},
		{row: "processors in use while it floods with pings"},
		{row: "until it is closed for its pings"},
		{row: "its pings a second"},
		{row: "calls while another tab floods with calls", compared: true},
		{row: "processors in use while it floods with calls"},
		{row: "until it is closed for its calls", zero: true},
		{row: "its calls a second"},
	} {
		cells := cellsOf(lines, c.row)
		switch {
		case cells == nil:
			t.Errorf("no row for %q", c.row)
		case !c.zero && !positive(cells[1]):
			t.Errorf("%s: ours is %q", c.row, cells[1])
		case c.compared && (cells[2] == "" || cells[3] == ""):
			t.Errorf("%s: compared with nothing: %q", c.row, cells)
		}
	}
}

// measure runs the program and returns what it prints.
func measure(t *testing.T, args ...string) []string {
	t.Helper()
	var out strings.Builder
	if err := run(t.Context(), args, &out); err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	return strings.Split(out.String(), "\n")
}

// cellsOf returns the cells of the row that begins like this.
func cellsOf(lines []string, row string) []string {
	at := slices.IndexFunc(lines, func(line string) bool { return strings.HasPrefix(line, "| "+row) })
	if at < 0 {
		return nil
	}
	cells := strings.Split(strings.Trim(lines[at], "|"), "|")
	for i, cell := range cells {
		cells[i] = strings.TrimSpace(cell)
	}
	return cells
}

// positive: a number that is neither zero nor less, nor none.
func positive(cell string) bool {
	return cell != "" && cell[0] >= '0' && cell[0] <= '9' && strings.ContainsAny(cell, "123456789")
}

// TestProfiles: of the processor for most figures, of the heap for all.
func TestProfiles(t *testing.T) {
	for figure, kinds := range map[string][]string{"call": {"cpu", "heap"}, "memory": {"heap"}} {
		into := t.TempDir()
		measure(t, "-only", figure, "-profile", figure, "-into", into, "-tabs", "5", "-rounds", "1", "-seconds", "0.02")
		for _, kind := range kinds {
			written, err := os.Stat(filepath.Join(into, figure+"."+kind+".pprof"))
			if err != nil || written.Size() == 0 {
				t.Errorf("%s, %s: %v, %v", figure, kind, written, err)
			}
		}
	}
}

// TestRefused: what cannot be measured is said before anything is.
func TestRefused(t *testing.T) {
	for args, want := range map[string]string{
		"-only heat":     `no figure is named "heat"`,
		"-profile heat":  `no figure is named "heat"`,
		"-tabs 0":        "must be positive",
		"-rounds 0":      "must be positive",
		"-seconds -1":    "must be positive",
		"-only memory,x": `no figure is named "x"`,
	} {
		var out strings.Builder
		err := run(t.Context(), strings.Fields(args), &out)
		if err == nil || !strings.Contains(err.Error(), want) || out.Len() > 0 {
			t.Errorf("%s: %v, want %q; it printed %q", args, err, want, &out)
		}
	}
}

// TestServerRefuses: a server that does not know its name or an order says so, and goes on.
func TestServerRefuses(t *testing.T) {
	if c, err := start(t.Context(), "nobody", 0); err == nil {
		c.stop()
		t.Error("there is a server named nobody")
	}
	c, err := start(t.Context(), echoName, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := c.stop(); err != nil {
			t.Error(err)
		}
	}()
	if _, err := c.tell(order{Do: "dance"}); err == nil || !strings.Contains(err.Error(), "dance") {
		t.Errorf("an order that does not exist: %v", err)
	}
	if s, err := c.state(); err != nil || s.Goroutines == 0 {
		t.Errorf("the next order: %v, %v", s, err)
	}
}

// TestSameWork: all servers answer the same call, and those that understand it with the same words.
func TestSameWork(t *testing.T) {
	const want = `"result":{"piece":19,"by":1,"board":"garden"}`
	answer, err := codec([]byte(callText))
	if err != nil || !strings.Contains(string(answer), want) {
		t.Errorf("codec: %s, %v, want %s", answer, err, want)
	}
	for _, name := range []string{oursName, codecName, echoName} {
		err := within(t.Context(), 1, []string{name}, func(servers []*child) error { return ask(t, servers[0], want) })
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// ask makes the call and looks at the answer.
func ask(t *testing.T, c *child, want string) error {
	tabs, err := callAll(context.WithoutCancel(t.Context()), []*child{c}, 1)
	if err != nil {
		return err
	}
	defer tabs.leave()
	if c.name == echoName {
		want = callText
	}
	one := tabs[c][0]
	if err := one.call(masked(opText, []byte(callText))); err != nil {
		return err
	}
	if !strings.Contains(string(one.text), want) {
		t.Errorf("%s answers %s, want %s", c.name, one.text, want)
	}
	return nil
}

// TestSmallPush: a pushed message is as large as the table says.
func TestSmallPush(t *testing.T) {
	if text, err := message(smallPush); len(text) != smallPush {
		t.Errorf("%d bytes: %s, %v", len(text), text, err)
	}
}
