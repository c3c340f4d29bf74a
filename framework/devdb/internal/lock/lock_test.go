//go:build unix

package lock

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestTry(t *testing.T) {
	name := filepath.Join(t.TempDir(), "lock")
	held, err := Try(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Try(name); !errors.Is(err, ErrBusy) {
		t.Errorf("a second holder: %v", err)
	}
	held.Close()
	if held, err = Try(name); err != nil {
		t.Fatal(err)
	}
	held.Close()
}

func TestWait(t *testing.T) {
	name := filepath.Join(t.TempDir(), "lock")
	held, err := Try(name)
	if err != nil {
		t.Fatal(err)
	}
	short, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := Wait(short, name); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("while it is held: %v", err)
	}
	held.Close()
	if held, err = Wait(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	held.Close()
}

// Whoever holds a deleted file's lock holds nothing.
func TestADeletedLock(t *testing.T) {
	name := filepath.Join(t.TempDir(), "lock")
	deleted, err := Try(name)
	if err != nil {
		t.Fatal(err)
	}
	defer deleted.Close()
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
	if sameFile(deleted.File, name) {
		t.Error("a deleted file passes for the lock")
	}
	held, err := Try(name)
	if err != nil {
		t.Fatal(err)
	}
	held.Close()
}

func TestNowhere(t *testing.T) {
	if _, err := Try(filepath.Join(t.TempDir(), "missing", "lock")); !os.IsNotExist(err) {
		t.Errorf("it says %v", err)
	}
}
