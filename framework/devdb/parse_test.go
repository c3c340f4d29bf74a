//go:build unix

package devdb

import (
	"log/slog"
	"strings"
	"testing"
)

func TestParsePidFile(t *testing.T) {
	whole := "4711\n/data\n1795383765\n5432\n/tmp/socket\n\n  9977973        11\nready   \n"
	file, ok := parsePidFile(whole)
	if want := (pidFile{4711, "/tmp/socket", true}); !ok || file != want {
		t.Errorf("%+v, want %+v", file, want)
	}
	if file, ok = parsePidFile("4711\n/data\n"); !ok || file.ready || file.pid != 4711 {
		t.Errorf("the file of a starting server: %+v, %v", file, ok)
	}
	for _, text := range []string{"", "\n", "-4711\n/data\n", "0", "a", "99999999999999999999"} {
		if file, ok := parsePidFile(text); ok {
			t.Errorf("%q is %+v", text, file)
		}
	}
}

func FuzzParsePidFile(f *testing.F) {
	f.Add("4711\n/data\n1795383765\n5432\n/tmp/socket\n\n  9977973        11\nready   \n")
	f.Add("-1\n")
	f.Fuzz(func(t *testing.T, text string) {
		file, ok := parsePidFile(text)
		if ok != (file.pid > 0) {
			t.Errorf("%+v, %v", file, ok)
		}
		if strings.Contains(file.socket, "\n") || file.ready && !strings.Contains(text, "ready") {
			t.Errorf("%+v", file)
		}
	})
}

func TestParseLine(t *testing.T) {
	for line, want := range map[string]slog.Level{
		"LOG:  starting":                      slog.LevelDebug,
		"WARNING:  there is something":        slog.LevelWarn,
		`ERROR:  relation "x" does not exist`: slog.LevelDebug,
		"FATAL:  terminating connection":      slog.LevelWarn,
		"PANIC:  could not write":             slog.LevelError,
		"\tthe second line of a query":        slog.LevelDebug,
		"select ':  '":                        slog.LevelDebug,
	} {
		if got, _ := parseLine(line); got != want {
			t.Errorf("%q is %v, want %v", line, got, want)
		}
	}
}

func FuzzJournal(f *testing.F) {
	f.Add("LOG:  a\nFATAL:  could not open\nno end", 3)
	f.Add(strings.Repeat("long", 5000), 100)
	f.Fuzz(func(t *testing.T, text string, piece int) {
		var j journal
		for rest := []byte(text); len(rest) > 0; {
			n := min(max(piece, 1), len(rest))
			if wrote, err := j.Write(rest[:n]); wrote != n || err != nil {
				t.Fatalf("wrote %d, %v", wrote, err)
			}
			rest = rest[n:]
		}
		if len(j.last) > kept || len(j.rest) >= longish {
			t.Errorf("it keeps %d lines and %d bytes", len(j.last), len(j.rest))
		}
		if why := distill(j.last); strings.TrimSpace(why) != why || strings.Contains(why, "\n") {
			t.Errorf("not a sentence: %q", why)
		}
	})
}
