package processtest

import (
	"fmt"
	"slices"
	"testing"
)

// InExample is a testing.TB for runnable examples, which have none. What fails in it panics. Defer the
// second function: it does what was left for the end.
func InExample() (testing.TB, func()) {
	e := &example{}
	return e, func() {
		for _, f := range slices.Backward(e.ends) {
			f()
		}
	}
}

type example struct {
	testing.TB // nil: examples use the methods below only
	ends       []func()
}

func (e *example) Helper()                        {}
func (e *example) Cleanup(f func())               { e.ends = append(e.ends, f) }
func (e *example) Error(args ...any)              { panic(fmt.Sprint(args...)) }
func (e *example) Errorf(format string, a ...any) { panic(fmt.Sprintf(format, a...)) }
func (e *example) Fatal(args ...any)              { panic(fmt.Sprint(args...)) }
func (e *example) Fatalf(format string, a ...any) { panic(fmt.Sprintf(format, a...)) }
