package process

import (
	"context"
	"errors"
	"sync"

	"github.com/ocsigo/start/framework/session"
)

// ErrNoTab says that there is no open tab: what was asked is for the server functions that a tab calls. (That of package
// session says that a tab which somebody else asks about is closed.)
var ErrNoTab = errors.New("process: no open tab makes this request")

// Leaving is why something has ended that lasts as long as a page or a tab:
//
//	page       the tab shows another page
//	unlisten   the site ended it
//	closed     the document is gone
//	lost       the network went, and the tab did not come back in time
//	reload     the tab was told to load its document again, though its user stays
//	ended      the tab may not show its document any more, or has to stop: after a log-out, for instance
type Leaving string

// Reasons of Leaving.
const (
	LeftPage   Leaving = "page"
	Unlistens  Leaving = "unlisten"
	TabClosed  Leaving = "closed"
	TabLost    Leaving = "lost"
	TabReloads Leaving = "reload"
	TabEnded   Leaving = "ended"
)

// stays are what a tab has begun that ends by itself: listening to topics, being present.
type stays struct {
	page *shown // what the tab shows; only readers change it, under mu

	mu   sync.Mutex // protects the fields below
	of   map[*stay]struct{}
	over bool
}

// shown is a page that the tab shows, or has shown. The first one is nil: most tabs show no other.
type shown struct{ _ byte }

// stay ends with the tab, and where it says so with the page that the tab shows. end is called once, outside of all
// locks of this room.
type stay struct {
	withPage bool // protected by stays.mu
	end      func(Leaving)
}

// keep begins a stay, or lets one that has begun last as long as it says now. It fails as allows does.
func (s *stays) keep(one *stay, withPage bool, from *shown) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.allowsLocked(withPage, from); err != nil {
		return err
	}
	if len(s.of) >= staysAtMost {
		return ErrTooManyStays
	}
	if s.of == nil {
		s.of = map[*stay]struct{}{}
	}
	one.withPage = withPage
	s.of[one] = struct{}{}
	return nil
}

// allows says why a call may begin no stay. A call of a page that the tab does not show any more begins nothing for a
// page: Interrupted.
func (s *stays) allows(withPage bool, from *shown) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.allowsLocked(withPage, from)
}

func (s *stays) allowsLocked(withPage bool, from *shown) error {
	switch {
	case s.over:
		return ErrNoTab
	case withPage && from != s.page:
		return Interrupted
	}
	return nil
}

// drop ends a stay without telling it; false when it has ended already, or is about to.
func (s *stays) drop(one *stay) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, there := s.of[one]
	delete(s.of, one)
	return there
}

// end ends those with the page, or with the tab all.
func (s *stays) end(why Leaving) {
	s.mu.Lock()
	var ending []*stay
	for one := range s.of {
		if one.withPage || why != LeftPage {
			ending = append(ending, one)
			delete(s.of, one)
		}
	}
	if len(s.of) == 0 {
		s.of = nil
	}
	if s.over = s.over || why != LeftPage; !s.over {
		s.page = &shown{}
	}
	s.mu.Unlock()
	for _, one := range ending {
		one.end(why)
	}
}

// callOf is the process whose call a server function answers, and the page that its tab showed then.
func callOf(ctx context.Context) (p *Process, from *shown, err error) {
	p, err = processOf(ctx)
	from, ok := session.PageOf(ctx).(*shown)
	if err != nil || !ok {
		return nil, nil, ErrNoTab
	}
	return p, from, nil
}

// processOf is the process of the open tab that makes a request.
func processOf(ctx context.Context) (*Process, error) {
	if tab := session.TabOf(ctx); tab != nil {
		if p, ok := tab.Host().(*Process); ok {
			return p, nil
		}
	}
	return nil, ErrNoTab
}
