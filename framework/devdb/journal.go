//go:build unix

package devdb

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"syscall"
)

// A journal reads what Postgres says: it hands every line to the log and keeps
// the last ones for the sentence that tells why Postgres ended. The zero journal
// only keeps.
type journal struct {
	log  *slog.Logger
	rest []byte   // the beginning of a line
	last []string // at most kept lines
}

const (
	kept    = 30
	longish = 8 << 10 // bytes of one line; what is longer comes in pieces
)

// Write takes the output in any pieces.
func (j *journal) Write(p []byte) (int, error) {
	j.rest = append(j.rest, p...)
	for {
		end := bytes.IndexByte(j.rest, '\n')
		if end < 0 && len(j.rest) < longish {
			return len(p), nil
		}
		if end < 0 {
			end = len(j.rest)
		}
		j.line(string(j.rest[:end]))
		j.rest = j.rest[min(end+1, len(j.rest)):]
	}
}

func (j *journal) line(line string) {
	if j.last = append(j.last, line); len(j.last) > kept {
		j.last = j.last[1:]
	}
	if j.log != nil {
		level, text := parseLine(line)
		j.log.Log(context.Background(), level, "postgres: "+text)
	}
}

// parseLine splits "WARNING:  text". An ERROR is for debugging: whoever sent the
// query is told already.
func parseLine(line string) (slog.Level, string) {
	word, text, ok := strings.Cut(line, ":  ")
	if !ok {
		return slog.LevelDebug, strings.TrimSpace(line)
	}
	switch word {
	case "WARNING", "FATAL":
		return slog.LevelWarn, text
	case "PANIC":
		return slog.LevelError, text
	case "LOG", "ERROR", "INFO", "NOTICE":
		return slog.LevelDebug, text
	}
	return slog.LevelDebug, line
}

func (j *journal) mentions(words string) bool {
	for _, line := range append(j.last, string(j.rest)) {
		if strings.Contains(line, words) {
			return true
		}
	}
	return false
}

// explain says in one sentence why Postgres ended while it was doing something
// with folder. What it said itself is better than its exit status.
func (j *journal) explain(doing, folder string, ended error) error {
	lines := append(j.last, string(j.rest))
	for _, line := range lines {
		if isFull(line) {
			return fmt.Errorf("the disk that holds %s is full: make room, and start again", folder)
		}
	}
	if reason := distill(lines); reason != "" {
		return fmt.Errorf("%s: %s", doing, reason)
	}
	return fmt.Errorf("%s: %w", doing, ended)
}

// isFull knows the words of ENOSPC and EDQUOT. Shared memory that is full is
// another matter, and tells its own story.
func isFull(line string) bool {
	return !strings.Contains(line, "shared memory") &&
		(strings.Contains(line, syscall.ENOSPC.Error()) || containsFold(line, "no space left on device") ||
			containsFold(line, "disk quota exceeded") || containsFold(line, "disc quota exceeded"))
}

func containsFold(s, words string) bool { return strings.Contains(strings.ToLower(s), words) }

// distill returns the line that names the cause: the last fatal one, or the last
// error; else "".
func distill(lines []string) string {
	for _, mark := range []string{"PANIC:", "FATAL:", "error:", "ERROR:"} {
		for i := len(lines) - 1; i >= 0; i-- {
			if _, text, ok := strings.Cut(lines[i], mark); ok && strings.TrimSpace(text) != "" {
				return strings.TrimSpace(text)
			}
		}
	}
	return ""
}

// plain turns an error of the file system about folder into a sentence.
func plain(err error, folder string) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fmt.Errorf("the disk that holds %s is full: make room, and start again", folder)
	}
	return err
}
