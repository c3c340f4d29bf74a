//go:build !linux

package main

import (
	"errors"
	"syscall"
	"time"
)

var errLinux = errors.New("this is measured on Linux only")

func processorTime(int) (time.Duration, error)             { return 0, errLinux }
func residentBytes(int) (float64, error)                   { return 0, errLinux }
func descriptors() (int, error)                            { return 0, errLinux }
func narrow(_, _ string, _ syscall.RawConn) (failed error) { return errLinux }
