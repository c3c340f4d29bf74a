package authcheck

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Report makes checks, writes a line about each and what is left behind, and returns how many have failed.
func (s *Site) Report(ctx context.Context, to io.Writer, checks []Check) (failed int) {
	fmt.Fprintf(to, "%s, from %v, seed %d\n\n", s.origin(), &s.network, s.Seed)
	count := map[Outcome]int{}
	for _, c := range checks {
		if ctx.Err() != nil {
			break
		}
		r := s.Run(ctx, c)
		count[r.Outcome]++
		fmt.Fprintln(to, r)
	}
	fmt.Fprintf(to, "\n%d ok, %d failed, %d skipped, in %d requests.\n", count[OK], count[Failed], count[Skipped], s.Requested())
	if s.number > 0 {
		fmt.Fprintf(to, "Left behind: accounts and letters of up to %d addresses from %s to -%d@authcheck.example, and full counters.\n",
			s.number, s.addressOf(1), s.number)
	}
	return count[Failed]
}

// List writes what the checks are.
func List(to io.Writer, checks []Check) {
	for _, c := range checks {
		fmt.Fprintf(to, "%-28s %-16s %s\n", c.Name, strings.Join(c.Numbers, " "), c.Wrong)
	}
}

// Matching returns the checks of whose name or numbers one fits.
func Matching(checks []Check, fits func(string) bool) (all []Check) {
	for _, c := range checks {
		if fits(c.Name) || slices.ContainsFunc(c.Numbers, fits) {
			all = append(all, c)
		}
	}
	return all
}
