package session

import (
	"bytes"
	"fmt"
	"reflect"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
)

// The function of an Update runs while its value is locked: a reference that it touches itself would wait for it, and
// so for ever. This file turns that into a panic that says so.

// updating holds, for each goroutine that runs the function of an Update, the name of the reference. The goroutine is
// what counts: two of one request may well update at once, and one waits for the other.
//
// Go does not tell which goroutine runs, except in its stack, which takes some 20 microseconds to write down. Beside a
// question to the database that is little, so stored references always look. Those in memory do so in development
// only; in production they look where they would have to wait: see lock.
var updating sync.Map // of int64 to string

// updates is how many there are: mostly none, and then nobody has to know which goroutine he is.
var updates atomic.Int64

// within runs the function of an Update, and says so to this goroutine.
func within(v *variable, f func()) {
	id := goroutine()
	updating.Store(id, v.name)
	updates.Add(1)
	defer updates.Add(-1)
	defer updating.Delete(id)
	f()
}

// checkNested panics inside the function of an Update.
func checkNested(v *variable) {
	if updates.Load() == 0 {
		return
	}
	id := goroutine()
	if outer, inside := updating.Load(id); inside && id != 0 {
		panic(nested(v.name, outer.(string)))
	}
}

func nested(inner, outer string) string {
	return fmt.Sprintf("session: reference %q is used inside the Update of %q: the function of an Update may touch no reference", inner, outer)
}

// goroutine is the number of this goroutine, read off the first line of its stack: "goroutine 7 [running]:". It is 0
// should that line look otherwise some day: then nothing is noticed.
func goroutine() int64 {
	var line [64]byte
	words := bytes.Fields(line[:runtime.Stack(line[:], false)])
	if len(words) < 2 {
		return 0
	}
	id, _ := strconv.ParseInt(string(words[1]), 10, 64)
	return id
}

// update is one that runs the function it was given.
type update struct {
	by *request
	v  *variable
}

// lock locks a state for a request. Where it would have to wait for an Update of the same request that it is inside of,
// it panics.
func (s *state) lock(by *request, v *variable) {
	if s.mu.TryLock() {
		return
	}
	if outer := s.updating.Load(); outer != nil && outer.by == by && insideUpdate() {
		panic(nested(v.name, outer.v.name))
	}
	s.mu.Lock()
}

// update runs the function of an Update while the state is locked.
func (s *state) update(by *request, v *variable, f func()) {
	s.updating.Store(&update{by, v})
	defer s.updating.Store(nil)
	if by.m.opts.Development {
		within(v, f)
		return
	}
	f()
}

// nameOfUpdate is how the runtime calls that method.
var nameOfUpdate = runtime.FuncForPC(reflect.ValueOf((*state).update).Pointer()).Name()

// insideUpdate reports whether this goroutine runs the function of some Update.
func insideUpdate() bool {
	callers := make([]uintptr, 1000)
	frames := runtime.CallersFrames(callers[:runtime.Callers(1, callers)])
	for {
		frame, more := frames.Next()
		if frame.Function == nameOfUpdate {
			return true
		}
		if !more {
			return false
		}
	}
}
