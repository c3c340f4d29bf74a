package authcheck

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
)

// Reach asks for the site's main page and for the mailbox. Its error says why nothing can be checked: what is wrong is the
// way there and not what it leads to.
func (s *Site) Reach(ctx context.Context) error {
	s.ctx = ctx
	s.network.next()
	defer s.close()
	b := s.Browser()
	p, err := b.try(http.MethodGet, s.Paths.Home, nil, nil)
	switch {
	case err != nil:
		return fmt.Errorf("the site does not answer: %w", err)
	case p.Status >= 500:
		return fmt.Errorf("the site is broken: %v", p)
	case p.Status == http.StatusNotFound:
		return fmt.Errorf("the site has no page at %s", s.Paths.Home)
	}
	if to, err := url.Parse(p.location()); p.redirects() && err == nil && !s.own(to) {
		return fmt.Errorf("%s sends its visitors to %s://%s: is that the site's address?", s.origin(), to.Scheme, to.Host)
	}
	if s.Mailbox == nil {
		return nil
	}
	if _, err := s.Mailbox.Since(ctx, 0, ""); err != nil {
		return fmt.Errorf("the letters cannot be read: %w", err)
	}
	return nil
}
