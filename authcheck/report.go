package authcheck

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Count is how many checks ended how.
type Count map[Outcome]int

// Report makes checks, and writes a line about each and what is left behind. What was not finished when ctx ended is not
// counted.
func (s *Site) Report(ctx context.Context, to io.Writer, checks []Check) Count {
	fmt.Fprintf(to, "%s, from %v, seed %d\n\n", s.origin(), &s.network, s.Seed)
	count := Count{}
	for _, c := range checks {
		r := s.Run(ctx, c)
		if ctx.Err() != nil {
			break
		}
		count[r.Outcome]++
		fmt.Fprintln(to, r)
	}
	for _, m := range s.crowd {
		if s.Leave {
			s.leave(m)
		}
	}
	s.close()
	fmt.Fprintf(to, "\n%d ok, %d failed, %d skipped, in %d requests.\n", count[OK], count[Failed], count[Skipped], s.Requested())
	if s.number > 0 {
		fmt.Fprintf(to, "Left behind: letters to %d addresses, from %s to -%d@authcheck.example, and full counters.\n",
			s.number, s.addressOf(1), s.number)
	}
	if s.made > 0 {
		fmt.Fprintf(to, "Of %d accounts that were made, %d are to be deleted by the site: they have asked for it.\n", s.made, s.left)
	}
	return count
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
