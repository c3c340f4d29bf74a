package session_test

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/ocsigo/start/framework/session"
)

func (m *model) document() { m.load(m.anyVisit("page")) }

// load loads a document, and keeps it.
func (m *model) load(v *visiting) *document {
	d := v.doc
	d.browser, d.n = v.browser, v.n
	m.do(v, func(ctx context.Context, l *login) (err error) {
		d.login = l
		d.token, err = session.PageToken(ctx)
		return err
	})
	if d.token != "" {
		m.docs = append(m.docs, d)
	}
	return d
}

// hello is one of a document, at once or later, perhaps of another node, and perhaps in the place of another tab.
func (m *model) hello() {
	var d *document
	if len(m.docs) > 0 && m.sometimes("late", 3) {
		d = one(m, "document", m.docs)
	} else {
		d = m.load(m.anyVisit("page"))
	}
	n := m.nodes[d.n.number] // or what runs in its place
	if m.sometimes("other node", 4) {
		n = m.nodes[1-n.number]
	}
	previous := m.previous(d.browser)
	if d.token != "" {
		m.sayHello(n, d, previous)
	}
}

// previous is a tab that this browser has, or had, or none.
func (m *model) previous(b *modelBrowser) *modelTab {
	all := append(slices.Clone(m.tabs), m.past...)
	all = slices.DeleteFunc(all, func(t *modelTab) bool { return t.browser != b })
	if len(all) == 0 || m.sometimes("new", 2) {
		return nil
	}
	return one(m, "previous", all)
}

func (m *model) sayHello(n *modelNode, d *document, previous *modelTab) {
	b := d.browser
	cookie := b.jar["dev-session"]
	l := m.tokens[cookie]
	may := l != nil && !m.revoked(l, n)
	hello, line := session.Hello{Token: d.token}, new(int)
	if previous != nil {
		hello.Previous = previous.ID()
		if line = previous.line; previous.n != n {
			line = m.lineAfter(n, previous)
		}
		for _, t := range m.tabs {
			t.heir = t.heir || t.n == n && t.line == line
		}
	}
	crowd := m.crowd(n, b, l, d.login)
	h := &host{}
	opened, err := n.OpenTab(context.Background(), n.Cookies(b.at(n).request()), hello, h)
	t := &modelTab{
		m: m, tab: &tab{Tab: opened, host: h, w: n.world}, number0: len(m.tabs) + len(m.past), n: n, browser: b, login: d.login,
		cookie: cookie, opened: b.opened, line: line,
	}
	t.strange = slices.ContainsFunc(m.logins, func(l *login) bool { return l.browser == b && !(l.closed && l.done[n]) })
	if err == nil {
		m.tabs = append(m.tabs, t)
		if n == d.n { // where what its handler has written waits for it, once
			for _, s := range d.stamps {
				s.tab, s.line = t, line
			}
			d.stamps = nil
		}
		if len(crowd) >= 2 {
			for _, other := range crowd {
				other.crowd = true
			}
		}
	}
	m.settle()
	m.judgeHello(t, l, may, err)
	if err == nil && slices.Contains(m.tabs, t) {
		m.start(t)
	}
}

// lineAfter is the line of those that come after a tab of another node, which this one does not know.
func (m *model) lineAfter(n *modelNode, previous *modelTab) *int {
	key := fmt.Sprint(n.number, " ", previous.ID())
	if m.lines[key] == nil {
		m.lines[key] = new(int)
	}
	return m.lines[key]
}

// crowd are the tabs of one session on one node; of nobody those of the browser. Nobody's tabs whose hello came with a
// dead cookie may count as those of the session that it once opened.
func (m *model) crowd(n *modelNode, b *modelBrowser, cookie, l *login) (all []*modelTab) {
	for _, t := range m.tabs {
		of := t.login
		if of == nil {
			of = m.tokens[t.cookie]
		}
		if t.n == n && t.browser == b && (t.login == l || of == cookie) {
			all = append(all, t)
		}
	}
	return all
}

func (m *model) judgeHello(t *modelTab, l *login, may bool, err error) {
	open := l != nil && !l.closed && m.opens(t.browser)
	who, _ := session.Visitor{}.User()
	if err == nil {
		who, _ = t.Visitor().User()
	}
	var outOfDate session.OutOfDate
	switch {
	case err == nil && t.login == nil:
		if who != 0 || open {
			m.fail("nobody's document became a tab of user %d, under %v", who, l)
		}
	case err == nil:
		if who != t.login.user || l != t.login || !may {
			m.fail("a document of %v became a tab of user %d under %v", t.login, who, l)
		}
	case errors.Is(err, session.ErrUnavailable):
		if t.n.healthy() || t.cookie == "" {
			m.fail("%v", err)
		}
		m.count("unavailable")
	case errors.As(err, &outOfDate):
		if t.login == l && (l == nil || open) {
			m.fail("the document of %v is out of date: %v", l, err)
		}
	default:
		m.fail("%v", err)
	}
}

// start runs the start hooks, which are none.
func (m *model) start(t *modelTab) {
	err := t.Start(context.Background())
	t.ready = err == nil
	m.settle()
	switch l := t.login; {
	case err == nil:
	case errors.Is(err, session.ErrUnavailable) && !t.n.healthy():
	case errors.Is(err, session.ErrNotConnected) && l != nil && l.closed:
	default:
		m.fail("start: %v", err)
	}
}
