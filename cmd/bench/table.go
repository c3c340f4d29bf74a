package main

import (
	"fmt"
	"runtime"
	"strings"
)

// row is one line of the table.
type row struct {
	what     string // with its unit
	ours     sample
	base     sample // of what it is compared with, a bare server as a rule; nil when there is nothing
	baseName string
	goals    []float64 // what must be reached and what is aimed at, for the ratio or else for ours; may be empty
}

// judged is what the goals are about.
func (r row) judged() sample {
	if r.base == nil {
		return r.ours
	}
	return r.ours.over(r.base)
}

// verdict says which goal is reached.
func (r row) verdict() string {
	names := []string{"**no**", "must", "aim"}
	if len(r.goals) == 0 {
		return ""
	}
	reached := 0
	for _, goal := range r.goals {
		if r.judged().median() <= goal {
			reached++
		}
	}
	return names[reached]
}

func (r row) cells() []string {
	cells := []string{r.what, r.ours.String(), "", "", "", "", r.verdict()}
	if r.base != nil {
		cells[2] = r.base.String() + ", " + r.baseName
		cells[3] = r.judged().String() + " ×"
	}
	for i, goal := range r.goals {
		cells[4+i] = "≤ " + number(goal)
	}
	return cells
}

// table is Markdown.
func table(rows []row) string {
	lines := []string{"figure | ours | bare | ratio | must | aim | reached", "--- | --- | --- | --- | --- | --- | ---"}
	for _, r := range rows {
		lines = append(lines, strings.Join(r.cells(), " | "))
	}
	for i, line := range lines {
		lines[i] = "| " + line + " |"
	}
	return strings.Join(lines, "\n")
}

// machine is where this runs: figures of two machines are not to be compared, nor are those of two days.
func machine() string {
	return fmt.Sprintf("%s, %s/%s, %d processors", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
}
