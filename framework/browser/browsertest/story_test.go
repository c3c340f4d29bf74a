package browsertest_test

import (
	"fmt"
	"runtime"
	"testing"
)

// tale is a test that may fail without failing the test that tells it.
type tale struct {
	testing.TB // of the telling test
	failures   []string
	endings    []func()
}

// tell runs a story to its end and returns how it failed.
func tell(t *testing.T, story func(testing.TB)) (failures []string) {
	tale := &tale{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		story(tale)
	}()
	<-done
	for _, end := range tale.endings {
		end()
	}
	return tale.failures
}

func (t *tale) Helper()            {}
func (t *tale) Cleanup(end func()) { t.endings = append([]func(){end}, t.endings...) }

func (t *tale) Errorf(format string, args ...any) {
	t.failures = append(t.failures, fmt.Sprintf(format, args...))
}

func (t *tale) Fatalf(format string, args ...any) {
	t.Errorf(format, args...)
	runtime.Goexit()
}

func (t *tale) Skipf(format string, args ...any) {
	t.failures = append(t.failures, "skipped: "+fmt.Sprintf(format, args...))
	runtime.Goexit()
}
