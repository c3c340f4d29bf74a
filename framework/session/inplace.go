package session

import "context"

// Join makes an HTTP request one of an open tab: the tab's runtime has made it, to show a page in place. From
// then on what references remember for the tab is that tab's, and a log-in moves the tab's pin. process is the
// tab's id, and number the identity number under which the tab made the request.
//
// ErrForeignTab: the process is unknown, of another browser or of another session than the request's cookie
// says, has not run all its start hooks, has ended, or has another number. Nothing has run then; answer 409.
// Call it in the middleware, before any wrapper.
func Join(ctx context.Context, process string, number int) error {
	r := requestOf(ctx)
	switch {
	case r == nil:
		return ErrOutside
	case r.tab != nil || !r.m.open.join(r, process, number):
		return ErrForeignTab
	case r.m.open.comesAsBefore(r):
		return nil // whether it is the tab's session still, its wrapper finds out
	}
	_, err := r.find(ctx) // it has another cookie: another session's, or a renewed one
	r.m.open.comes(r, err == nil)
	return err
}

func (g *registry) join(r *request, process string, number int) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	t := g.tabs[process]
	if t == nil || t.browser != r.browser || !t.ready || !t.isLocked(t.record.ID, number) {
		return false
	}
	t.used = r.m.opts.Now()
	r.joined, r.tab, r.pinned, r.of = true, t, t.record.ID, t.record.ID
	return true
}

// comesAsBefore reports whether a tab comes with the cookie that it came with last.
func (g *registry) comesAsBefore(r *request) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return r.tab.token == r.token
}

// comes notes with which cookie a tab comes now, or that the request is none of it.
func (g *registry) comes(r *request, indeed bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !indeed {
		r.joined, r.tab = false, nil
		return
	}
	r.tab.token = r.token
}

// InTab reports whether this is a page request of an open tab: Join has said yes.
func InTab(ctx context.Context) bool {
	r := requestOf(ctx)
	return r != nil && r.joined
}

// Raised returns the identity number that Connect has given the tab of this request; false where it has not,
// or where the tab does not go on. The tab learns it from this request's answer alone.
func Raised(ctx context.Context) (number int, ok bool) {
	r := requestOf(ctx)
	if r == nil || LeftTab(ctx) {
		return 0, false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.raised, r.raised != 0
}

// LeftTab reports whether the tab of this page request is over for it: its session has ended, by this request
// or by somebody else, a log-in replaced it, or somebody has logged in there meanwhile. The tab takes this
// request's answer, and goes on with a document.
func LeftTab(ctx context.Context) bool {
	r := requestOf(ctx)
	return r != nil && r.joined && r.m.open.left(r)
}

func (g *registry) left(r *request) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return r.tab.over || r.tab.revoked || r.tab.record.ID != r.of
}
