package session_test

import (
	"flag"
	"fmt"
	"maps"
	"slices"
	"testing"
	"testing/synctest"

	"pgregory.net/rapid"
)

// TestModel does at random what visitors, sites and networks do to two nodes, and compares what comes of it with a
// model of who must be connected where. When it fails it prints the shortest sequence that it has found and a seed.
//
// More of it, with other seeds, and one again:
//
//	go test -run 'TestModel$' ./framework/session -rapid.seed=0 -rapid.checks=5000 -timeout 20m
//	go test -run 'TestModel$' ./framework/session -rapid.seed=…
func TestModel(t *testing.T) {
	unlessTold(t, "rapid.checks", "500")
	unlessTold(t, "rapid.steps", "60")
	unlessTold(t, "rapid.seed", "1") // the same each time: 0 is another each time
	done := tally{}
	defer func() { done.report(t) }()
	rapid.Check(t, func(rt *rapid.T) {
		switch p := inBubble(t, func(t *testing.T) { newModel(t, rt, done).live() }).(type) {
		case nil:
		case failure:
			rt.Fatalf("%s", p)
		default:
			panic(p)
		}
	})
}

// unlessTold sets a flag that was not set.
func unlessTold(t *testing.T, name, value string) {
	f := flag.Lookup(name)
	if f.Value.String() != f.DefValue {
		return
	}
	t.Cleanup(func() { f.Value.Set(f.DefValue) })
	if err := f.Value.Set(value); err != nil {
		t.Fatal(err)
	}
}

// failure is what a check that fails panics with.
type failure string

// inBubble runs f in a time of its own, and returns what it panicked with: rapid wants to hear of it where it has
// called.
func inBubble(t *testing.T, f func(t *testing.T)) (panicked any) {
	synctest.Test(t, func(t *testing.T) {
		defer func() { panicked = recover() }()
		f(t)
	})
	return panicked
}

// live does all that is done in one run.
func (m *model) live() {
	defer m.stop()
	m.t.Repeat(m.actions())
	m.finish()
}

// actions are what may happen. After each of them everything is checked.
func (m *model) actions() map[string]func(*rapid.T) {
	all := map[string]func(){
		"log in": m.logIn, "log in, refused by a hook": m.logInRefused, "log out": m.logOut,
		"log out everywhere": m.logOutEverywhere, "close all of a user": m.closeUser, "close one": m.closeOne,
		"close one, outside": m.closeOneOutside,
		"prove again":        m.proveAgain, "look": m.look, "look as an administrator": m.gated,
		"load a document": m.document, "hello": m.hello, "close a tab": m.closeTab, "return of a tab": m.returns,
		"begin a long call": m.beginLong, "end a long call": m.endLong, "hide a tab": m.hideTab,
		"leave the browser": m.leaveBrowser,
		"seconds pass":      m.seconds, "days pass": m.days,
		"groups change": m.groupsChange, "an account goes": m.accountGoes, "an account comes back": m.accountComes,
		"a node is deaf": m.deafens, "a node hears": m.hears, "a store fails": m.fails, "all answer": m.answer,
		"the site fails": m.siteFails, "the question": m.question, "the chores": m.chores, "a node restarts": m.restart,
	}
	actions := map[string]func(*rapid.T){}
	for what, do := range all {
		m.done["action: "+what] += 0
		for i := range max(1, oftener[what]) {
			actions[fmt.Sprintf("%d %s", 9-i, what)] = func(*rapid.T) { m.begin(what); do(); m.settle(); m.count("action: " + what) }
		}
	}
	return actions
}

// oftener are actions without which others do little. Those with a higher number come first, and what comes first is
// drawn still more often.
var oftener = map[string]int{
	"log in": 5, "hello": 4, "look": 3, "look as an administrator": 2, "log out": 2, "seconds pass": 4, "return of a tab": 2,
	"begin a long call": 2, "all answer": 3, "a node hears": 2, "an account comes back": 2,
}

// tally counts how often what has happened.
type tally map[string]int

// mustHappen is what a test that never sees it does not test.
var mustHappen = []string{
	"closed: logged out", "closed: replaced", "closed: all sessions", "closed: ended", "closed: expired",
	"closed: evicted", "closed: user gone", "unheard", "unavailable", "refused call", "tab put out", "pin moved", "log-in by ticket",
	"new token", "read what was written", "nothing left",
}

// report says how often each thing was done. In a whole test none may be missing.
func (done tally) report(t *testing.T) {
	for _, what := range slices.Sorted(maps.Keys(done)) {
		t.Logf("%6d %s", done[what], what)
	}
	if t.Failed() || testing.Short() || done.actions() < 20_000 {
		return
	}
	for _, what := range slices.Concat(mustHappen, slices.Collect(maps.Keys(done))) {
		if done[what] == 0 {
			t.Errorf("never happened: %s", what)
		}
	}
}

func (done tally) actions() (total int) {
	for what, n := range done {
		if len(what) > 7 && what[:7] == "action:" {
			total += n
		}
	}
	return total
}

// count notes that something has happened.
func (m *model) count(what string) { m.done[what]++ }

// fail ends the run.
func (m *model) fail(format string, args ...any) {
	panic(failure(m.doing + ": " + fmt.Sprintf(format, args...)))
}
