package authcheck

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"testing"

	"go.uber.org/goleak"
)

// atATime are the checks that are made at once: most of the time each waits for a letter, or for a password to be hashed.
const atATime = 8

func TestMain(m *testing.M) {
	flag.Parse()
	parallel := flag.Lookup("test.parallel").Value
	if parallel.String() == strconv.Itoa(runtime.GOMAXPROCS(0)) { // nobody has said otherwise
		parallel.Set(strconv.Itoa(atATime))
	}
	code := m.Run()
	program.stop()
	if err := goleak.Find(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = max(code, 1)
	}
	os.Exit(code)
}
