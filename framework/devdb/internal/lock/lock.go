//go:build unix

// Package lock keeps two processes from using the same folder at once.
//
// A lock is a file on which its holder has an flock. The kernel releases it
// when the last process that has the file open is gone, however it went, so
// no lock is ever stale. A child that inherits the open file holds the lock
// together with its parent.
package lock

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"syscall"
	"time"
)

// ErrBusy is returned by [Try] when somebody else holds the lock.
var ErrBusy = errors.New("somebody else holds the lock")

// retry is how often [Wait] asks again. A blocking flock could not be cancelled.
const retry = 20 * time.Millisecond

// A Lock is held until it is closed, by every process that inherited it.
type Lock struct{ *os.File }

// App is the name of the lock that a running copy of the app holds on a data folder.
func App(folder string) string { return folder + ".app.lock" }

// Server is the name of the lock that all processes of a Postgres hold on a data folder.
func Server(folder string) string { return folder + ".server.lock" }

// Try takes the lock, or returns [ErrBusy].
func Try(name string) (*Lock, error) {
	for {
		// Reading is enough for flock, and lets users share a folder that root began.
		file, err := os.OpenFile(name, os.O_RDONLY|os.O_CREATE, 0o644)
		if err != nil {
			return nil, err
		}
		if err := flock(file); err != nil {
			file.Close()
			return nil, err
		}
		if sameFile(file, name) {
			return &Lock{file}, nil
		}
		// Its last holder deleted the file between our open and our flock.
		file.Close()
	}
}

// Wait takes the lock as soon as it is free, or returns the error of ctx.
func Wait(ctx context.Context, name string) (*Lock, error) {
	again := time.NewTicker(retry)
	defer again.Stop()
	for {
		held, err := Try(name)
		if !errors.Is(err, ErrBusy) {
			return held, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-again.C:
		}
	}
}

func flock(file *os.File) error {
	for {
		switch err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err {
		case syscall.EINTR:
			continue
		case nil:
			return nil
		case syscall.EWOULDBLOCK:
			return ErrBusy
		default:
			return &fs.PathError{Op: "lock", Path: file.Name(), Err: err}
		}
	}
}

func sameFile(file *os.File, name string) bool {
	held, err := file.Stat()
	if err != nil {
		return false
	}
	named, err := os.Stat(name)
	return err == nil && os.SameFile(held, named)
}
