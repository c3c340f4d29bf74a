package authcheck

import "fmt"

// Outcome is how a check ended.
type Outcome string

// How a check may end.
const (
	OK      Outcome = "ok"
	Failed  Outcome = "failed"
	Skipped Outcome = "skipped"
)

// Result is what came of a check.
type Result struct {
	Check   Check
	Outcome Outcome
	Saw     string // what was seen that is wrong, why it was skipped, or what else is worth a word
}

// String is a line of the report.
func (r Result) String() string {
	line := fmt.Sprintf("%-7s  %s  %v", r.Outcome, r.Check.Name, r.Check.Numbers)
	switch {
	case r.Outcome == Failed:
		return line + "\n         " + r.Check.Wrong + "\n         seen: " + r.Saw
	case r.Saw != "":
		return line + "  " + r.Saw
	}
	return line
}

// ending ends a check at once, wherever it is; Run catches it.
type ending struct {
	outcome Outcome
	saw     string
}

// failf ends the check: it has failed.
func failf(format string, args ...any) { panic(ending{Failed, fmt.Sprintf(format, args...)}) }

// skipf ends the check: it cannot be made here.
func skipf(format string, args ...any) { panic(ending{Skipped, fmt.Sprintf(format, args...)}) }

// okf ends the check: all is well, and there is something to say.
func okf(format string, args ...any) { panic(ending{OK, fmt.Sprintf(format, args...)}) }
