package authcheck

import (
	"fmt"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"
)

// lettersTo are the letters to an address, the oldest first: each address is new in its check, so all are.
func (s *Site) lettersTo(address string) []Message {
	all, err := s.Mailbox.Since(s.ctx, 0, address)
	if err != nil {
		failf("the mailbox: %v", err)
	}
	return slices.DeleteFunc(all, func(m Message) bool { return !strings.EqualFold(m.To, address) })
}

// letter waits for the nth letter to an address.
func (s *Site) letter(address string, nth int) Message {
	for deadline := time.Now().Add(s.Patience); ; {
		all := s.lettersTo(address)
		if len(all) >= nth {
			return all[nth-1]
		}
		if time.Now().After(deadline) {
			failf("letter %d to %s did not come within %v: %s", nth, address, s.Patience, subjects(all))
		}
		s.pause(aMoment)
	}
}

const aMoment = 20 * time.Millisecond

// pause lets the site work before it is asked again.
func (s *Site) pause(long time.Duration) {
	select {
	case <-s.ctx.Done():
		failf("%v", s.ctx.Err())
	case <-time.After(long):
	}
}

// until waits for something that must happen.
func (s *Site) until(what string, happened func() bool) { s.untilWithin(s.Patience, what, happened) }

func (s *Site) untilWithin(patience time.Duration, what string, happened func() bool) {
	for deadline := time.Now().Add(patience); !happened(); s.pause(aMoment) {
		if time.Now().After(deadline) {
			failf("%s did not happen within %v", what, patience)
		}
	}
}

// delivered waits until what was asked for before has gone out: what is asked for now, in another network, comes later.
func (s *Site) delivered() {
	for range 2 {
		address := s.address()
		s.askSignUp(s.stranger(), address)
		s.letter(address, 1)
	}
}

// stranger is a browser in a network of its own, if there are many; the check stays in its own.
func (s *Site) stranger() *Browser {
	was := s.network.now
	defer func() { s.network.now = was }()
	return s.elsewhere()
}

// exactly waits until all that was asked for is delivered, and fails unless an address has so many letters.
func (s *Site) exactly(n int, address string) []Message {
	if n > 0 {
		s.letter(address, n)
	}
	s.delivered()
	all := s.lettersTo(address)
	if len(all) != n {
		failf("%d letters to %s, instead of %d: %s", len(all), address, n, subjects(all))
	}
	return all
}

func subjects(all []Message) string {
	var said []string
	for _, m := range all {
		said = append(said, fmt.Sprintf("%q", m.Subject))
	}
	return strings.Join(said, ", ")
}

// secretLinks are the letter's links that carry a token.
func (s *Site) secretLinks(m Message) (links []string) {
	for _, link := range m.Links {
		if u, err := url.Parse(link); err == nil && strings.HasPrefix(u.Path, s.Paths.Link+"/") {
			s.keepSecret("the token of a link", tokenOf(link))
			links = append(links, link)
		}
	}
	return links
}

// link is the letter's only link that carries a token; the check fails when it has none, or several.
func (s *Site) link(m Message) string {
	links := s.secretLinks(m)
	if len(links) != 1 {
		failf("the letter %q has %d links that carry a token: %v", m.Subject, len(links), m.Links)
	}
	return links[0]
}

// newLink asks for a letter with a link, and waits for it: other letters may come meanwhile.
func (s *Site) newLink(address string, ask func()) string {
	seen := map[int]bool{}
	for _, m := range s.lettersTo(address) {
		seen[m.ID] = true
	}
	ask()
	link := ""
	s.until("a letter with a link to "+address, func() bool {
		for _, m := range s.lettersTo(address) {
			if !seen[m.ID] && len(s.secretLinks(m)) > 0 {
				link = s.link(m)
			}
		}
		return link != ""
	})
	return link
}

// notice waits for a letter whose subject fits, and that tells of something: it has no link that does more.
func (s *Site) notice(address, what string, fits *regexp.Regexp) {
	s.until("a letter to "+address+" about "+what, func() bool {
		return slices.ContainsFunc(s.lettersTo(address), func(m Message) bool {
			return fits.MatchString(m.Subject) && len(s.secretLinks(m)) == 0
		})
	})
}

// tokenOf is what a link carries.
func tokenOf(link string) string { return path.Base(link) }
