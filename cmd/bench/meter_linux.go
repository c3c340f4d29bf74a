package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// processorTime is what a process has used of the processors, in nanoseconds exactly. The process itself does nothing
// for it: its clock is read from outside.
func processorTime(pid int) (time.Duration, error) {
	var t unix.Timespec
	clock := int32(^uint32(pid)<<3 | 2) // the kernel's name of it: see clock_getcpuclockid
	if err := unix.ClockGettime(clock, &t); err != nil {
		return 0, fmt.Errorf("clock of process %d: %w", pid, err)
	}
	return time.Duration(t.Nano()), nil
}

// residentBytes is the memory that a process has, pages that it shares included.
func residentBytes(pid int) (float64, error) {
	file, err := os.Open(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return 0, err
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		if len(words) == 3 && words[0] == "Rss:" {
			kilobytes, err := strconv.ParseFloat(words[1], 64)
			return kilobytes * 1024, err
		}
	}
	return 0, fmt.Errorf("%s says no Rss", file.Name())
}

// descriptors is how many this process may have open: the highest limit, for Go raises it that far by itself.
func descriptors() (int, error) {
	var limit unix.Rlimit
	err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit)
	return int(min(limit.Cur, 1<<30)), err
}

// narrow gives a socket, before it is connected, as little room as there is for what it does not read.
func narrow(_, _ string, conn syscall.RawConn) error {
	var failed error
	err := conn.Control(func(fd uintptr) {
		failed = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUF, 4096)
	})
	if err != nil {
		return err
	}
	return failed
}
