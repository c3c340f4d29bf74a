package authcheck

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// Site is a site as a stranger knows it. It is for one goroutine; its browsers may be used by several.
type Site struct {
	Options
	at      *url.URL
	ctx     context.Context // of the check that runs
	random  *rand.Rand
	network networks
	number  int       // of the last address that was made
	made    int       // accounts
	left    int       // of these, that have asked to be deleted
	crowd   []*Member // of the timing checks
	barren  bool      // the last who wanted an account got no letter: others need not wait for theirs

	mu       sync.Mutex // protects the fields below
	open     []func()   // close what the check that runs has opened
	requests int
	secrets  secrets
}

// New returns a site. Nothing is asked of it yet.
func New(o Options) (*Site, error) {
	o, at, err := o.complete()
	if err != nil {
		return nil, err
	}
	if o.Seed == 0 {
		o.Seed = rand.Uint64()
	}
	s := &Site{Options: o, at: at, random: rand.New(rand.NewPCG(o.Seed, 0)), network: networksTo(at.Hostname(), o)}
	if s.Mailbox == nil && o.Mail != "" {
		s.Mailbox = &pages{at: o.Mail, client: &http.Client{Transport: new(http.Transport), Timeout: time.Minute}}
	}
	return s, nil
}

// Run makes one check. Everything that it opened is closed when it returns.
func (s *Site) Run(ctx context.Context, c Check) (result Result) {
	result = Result{Check: c, Outcome: OK}
	s.ctx = ctx
	s.secrets.what = nil
	if s.AdminPassword != "" {
		s.keepSecret("the administrator's password", s.AdminPassword)
	}
	s.network.next()
	defer func() {
		if p := recover(); p != nil {
			end, mine := p.(ending)
			if !mine {
				panic(p)
			}
			result.Outcome, result.Saw = end.outcome, s.hide(end.saw)
		}
		s.close()
	}()
	switch {
	case c.Needs.has(Letters) && s.Mailbox == nil:
		skipf("it reads letters, and there is no mailbox")
	case c.Needs.has(Administrator) && s.AdminEmail == "":
		skipf("it needs an administrator, and none was named")
	case c.Needs.has(Networks) && !s.network.many():
		skipf("it asks from many networks, and there is one")
	}
	c.run(s)
	return result
}

// close closes what the check has opened, the last first.
func (s *Site) close() {
	s.mu.Lock()
	open := s.open
	s.open = nil
	s.mu.Unlock()
	for _, end := range slices.Backward(open) {
		end()
	}
	if box, ok := s.Mailbox.(*pages); ok {
		box.client.CloseIdleConnections()
	}
}

// later calls f when the check is over.
func (s *Site) later(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open = append(s.open, f)
}

// count counts a request, and refuses those that are too many.
func (s *Site) count() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
	if s.requests > s.Requests {
		return fmt.Errorf("more than %d requests were made", s.Requests)
	}
	return nil
}

// Requested is how many requests were made.
func (s *Site) Requested() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests
}

// origin is the site's, as browsers write it.
func (s *Site) origin() string { return s.at.Scheme + "://" + s.at.Host }

// own reports whether an absolute URL leads to the site.
func (s *Site) own(u *url.URL) bool {
	return u.Scheme == s.at.Scheme && strings.EqualFold(u.Host, s.at.Host)
}
