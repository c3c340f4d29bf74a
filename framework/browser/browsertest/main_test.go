package browsertest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ocsigo/start/framework/browser/browsertest"
	"go.uber.org/goleak"
)

// TestMain also tests Setup: after stop no goroutine, process or file is left.
func TestMain(m *testing.M) {
	scratch, err := os.MkdirTemp("", "harness")
	if err != nil {
		panic(err)
	}
	os.Setenv("TMPDIR", scratch)
	stop := browsertest.Setup()
	code := m.Run()
	stop()
	for _, left := range leftovers(scratch) {
		fmt.Fprintln(os.Stderr, "left behind:", left)
		code = 1
	}
	os.RemoveAll(scratch)
	os.Exit(code)
}

func leftovers(scratch string) (left []string) {
	if err := goleak.Find(); err != nil {
		left = append(left, err.Error())
	}
	files, _ := os.ReadDir(scratch)
	for _, file := range files {
		left = append(left, "file "+file.Name())
	}
	return append(left, processesIn(scratch)...)
}

// processesIn finds the processes, other than this one, that use scratch as
// their temporary directory. It finds none where there is no /proc.
func processesIn(scratch string) (found []string) {
	files, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, file := range files {
		process := filepath.Dir(file)
		if process == fmt.Sprintf("/proc/%d", os.Getpid()) {
			continue
		}
		environ, _ := os.ReadFile(file)
		if strings.Contains(string(environ), "TMPDIR="+scratch) {
			command, _ := os.ReadFile(process + "/cmdline")
			found = append(found, "process "+strings.ReplaceAll(string(command), "\x00", " "))
		}
	}
	return found
}
