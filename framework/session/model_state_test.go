package session_test

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// stamp is who has written a value: its number.
type stamp struct {
	scope   string
	login   *login // nil: as nobody
	browser *modelBrowser
	n       *modelNode
	tab     *modelTab // nil: a document, until its hello
	line    *int      // of a tab and those after it in the same place
	doc     *document // of a page that is none of a tab
	dead    string    // why nobody may read it any more
}

// where is the place of a value that must be read back.
type where struct {
	n       *modelNode
	scope   string
	login   *login
	user    session.UserID
	browser *modelBrowser
	tab     *modelTab
}

type memo struct {
	value int
	used  time.Time
}

// actor is who asks, and from where.
type actor struct {
	n       *modelNode
	browser *modelBrowser
	tab     *modelTab // nil: none
	login   *login    // nil: nobody
	doc     *document // that the answer is, if it is none of a tab
}

// touch reads all references, which must be what the same one has written, or initial; and writes some.
func (m *model) touch(ctx context.Context, a actor, write bool) {
	for _, s := range scopes {
		m.read(a, s.name, s.ref.Get(ctx))
		if !write {
			continue
		}
		st := &stamp{scope: s.name, login: a.login, browser: a.browser, n: a.n, tab: a.tab, doc: a.doc}
		m.stamps = append(m.stamps, st)
		s.ref.Set(ctx, len(m.stamps))
		if a.tab != nil {
			st.line = a.tab.line
		}
		if a.doc != nil {
			a.doc.stamps = append(a.doc.stamps, st)
		}
		if place, ok := placeOf(a, s.name); ok {
			m.holds[place] = &memo{len(m.stamps), m.now()}
		}
	}
}

// placeOf names the place of a value; false for one that must not be there the next time.
func placeOf(a actor, scope string) (where, bool) {
	p := where{n: a.n, scope: scope}
	switch {
	case scope == "request", a.tab == nil && (scope == "tab" || scope == "indep tab"):
		return p, false
	case scope == "tab":
		p.tab, p.login = a.tab, a.login
	case scope == "indep tab":
		p.tab = a.tab
	case scope == "indep browser":
		p.browser = a.browser
	case a.login == nil:
		p.browser = a.browser
	case scope == "user":
		p.user = a.login.user
	default:
		p.login = a.login
	}
	return p, true
}

// read judges what was read.
func (m *model) read(a actor, scope string, got int) {
	if got != 0 {
		s := m.stamps[got-1]
		if s.dead != "" || s.scope != scope || !s.readableBy(a) {
			m.fail("%s: %v has read what %v has written. %s", scope, a, s.actor(), s.dead)
		}
		m.count("read what was written")
	}
	place, ok := placeOf(a, scope)
	kept := m.holds[place]
	if !ok || kept == nil || a.login != nil && a.login.closed {
		return
	}
	forgotten := got == 0 && m.now().Sub(kept.used) >= time.Hour
	if got != kept.value && !forgotten {
		m.fail("%s: %v has read %d, not %d", scope, a, got, kept.value)
	}
	if kept.used = m.now(); forgotten {
		m.kill("it was forgotten", func(s *stamp) bool { return s == m.stamps[kept.value-1] })
	}
}

func (s *stamp) readableBy(a actor) bool {
	switch s.scope {
	case "request":
		return false
	case "tab":
		return s.tab == a.tab && s.login == a.login && (a.tab != nil || s.doc == a.doc)
	case "indep tab":
		return s.browser == a.browser && (a.tab == nil && s.doc == a.doc || a.tab != nil && s.line == a.tab.line)
	case "indep browser":
		return s.browser == a.browser
	case "user":
		if s.login != nil && a.login != nil {
			return s.login.user == a.login.user && s.n == a.n
		}
	}
	return s.login == a.login && s.browser == a.browser && s.n == a.n
}

// kill says that values are gone for good: nobody may read them any more.
func (m *model) kill(why string, which func(*stamp) bool) {
	for number, s := range m.stamps {
		if s.dead == "" && which(s) {
			s.dead = why
			for place, kept := range m.holds {
				if kept.value == number+1 {
					delete(m.holds, place)
				}
			}
		}
	}
}

// closedOn follows what a node forgets when a session has closed and it knows.
func (m *model) closedOn(l *login, n *modelNode) {
	m.kill("its session has closed", func(s *stamp) bool {
		return s.n == n && s.login == l && (s.scope == "tab" || s.scope == "browser")
	})
	m.kill("everything of the browser went", func(s *stamp) bool {
		return l.closing.indep && s.n == n && s.browser == l.browser && (s.scope == "indep tab" || s.scope == "indep browser")
	})
}

// unsure says that what is user-independent may be gone, or not.
func (m *model) unsure(n *modelNode, b *modelBrowser) {
	maps.DeleteFunc(m.holds, func(p where, _ *memo) bool {
		return p.n == n && (p.browser == b || p.tab != nil && p.tab.browser == b)
	})
}

// forgetNobody follows what a log-in drops: what its browser remembered for nobody.
func (m *model) forgetNobody(n *modelNode, b *modelBrowser) {
	m.kill("somebody has logged in", func(s *stamp) bool {
		return s.n == n && s.browser == b && s.login == nil && (s.scope == "tab" || s.scope == "browser" || s.scope == "user")
	})
}

func (s *stamp) actor() actor { return actor{s.n, s.browser, s.tab, s.login, s.doc} }

// String names who asks in a message.
func (a actor) String() string {
	who, tab := "nobody", "no tab"
	if a.login != nil {
		who = a.login.String()
	}
	if a.tab != nil {
		tab = fmt.Sprint("tab ", a.tab.number0)
	}
	return fmt.Sprintf("%s in browser %d, %s, node %d", who, a.browser.number, tab, a.n.number)
}

// String names a session in a message.
func (l *login) String() string {
	if l == nil {
		return "nobody"
	}
	if !l.closed {
		return fmt.Sprintf("session %d of user %d in browser %d", l.id, l.user, l.browser.number)
	}
	return fmt.Sprintf("session %d of user %d (%s on node %d)", l.id, l.user, l.closing.reason, l.on.number)
}
