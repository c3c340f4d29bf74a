package session_test

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// modelTab is an open tab.
type modelTab struct {
	*tab
	m       *model
	number0 int // of the tabs of this run
	n       *modelNode
	browser *modelBrowser
	login   *login // nil: nobody
	cookie  string // of its hello
	opened  int    // how many log-ins its browser had seen
	strange bool   // when it was opened, a session of its browser was open, or its node had not heard of its end
	line    *int
	ready   bool
	hidden  bool
	closed  time.Time
	crowd   bool // one tab too many has come since
	heir    bool // its document has one after it
	missed  bool // it was left out of what was pushed: its node knew nothing of its session
	before  int  // what it had been told when somebody logged in there, or when it was told of what it has missed
}

// mayEnd reports whether the tab had to make room.
func (t *modelTab) mayEnd(heard []string) bool {
	return t.crowd && slices.Contains(heard, "evict") || t.heir && slices.Contains(heard, "end")
}

// document is one that says hello later, or never, or twice.
type document struct {
	token   string
	browser *modelBrowser
	login   *login
	n       *modelNode
	stamps  []*stamp // what its handler has written
}

// longCall is a call under way.
type longCall struct {
	tab   *modelTab
	login *login
	ctx   context.Context
	end   func()
}

func (m *model) closeTab() { m.close(one(m, "tab", m.tabs)) }

// close closes a tab, with its calls.
func (m *model) close(t *modelTab) {
	m.long = slices.DeleteFunc(m.long, func(c *longCall) bool {
		if c.tab == t {
			c.end()
		}
		return c.tab == t
	})
	t.Leave()
	t.Close()
	t.closed = m.now()
	m.gone(t)
}

// gone forgets a tab.
func (m *model) gone(t *modelTab) {
	m.tabs = slices.DeleteFunc(m.tabs, func(other *modelTab) bool { return other == t })
	m.past = append(m.past, t)
	m.kill("its tab has closed", func(s *stamp) bool { return s.tab == t && s.scope == "tab" })
}

// returns is a tab that comes back on another socket.
func (m *model) returns() {
	t := one(m, "tab", append(slices.Clone(m.tabs), m.past...))
	l := m.tokens[t.browser.jar["dev-session"]]
	may := l != nil && !m.revoked(l, m.nodes[t.n.number])
	n := m.nodes[t.n.number] // or what runs in its place
	got, err := t.browser.at(n).back(t.tab, "")
	m.settle()
	open := slices.Contains(m.tabs, t)
	switch {
	case err == nil:
		if got != t.Tab || !t.closed.IsZero() || t.login != l && !(t.login == nil && !m.opens(t.browser)) || l != nil && t.login != nil && !may {
			m.fail("tab %d of %v came back under %v", t.number0, t.login, l)
		}
	case errors.Is(err, session.ErrUnavailable):
		if n.healthy() {
			m.fail("%v", err)
		}
	case !errors.As(err, &session.OutOfDate{}):
		m.fail("%v", err)
	case open && t.sameCookie() && (t.login == nil || !t.login.closed && m.opens(t.browser)):
		m.fail("tab %d of %v did not come back", t.number0, t.login)
	}
}

// beginLong begins a call that lasts.
func (m *model) beginLong() {
	v := m.anyVisit("call")
	ctx, end, err := begin(v.tab, v.tab.number, wanted)
	if err == nil {
		v.ran = true
		v.who, _ = session.Current(ctx).User()
		m.judgeWho(v)
		m.long = append(m.long, &longCall{v.tab, v.tab.login, ctx, end})
	}
	v.err = err
	m.settle()
	m.judge(v)
}

func (m *model) endLong() {
	c := one(m, "call", m.long)
	c.end()
	m.long = slices.DeleteFunc(m.long, func(other *longCall) bool { return other == c })
}

// hideTab lets nobody see a tab, or somebody again.
func (m *model) hideTab() {
	t := one(m, "tab", m.tabs)
	t.hidden = !t.hidden
	t.SetVisible(!t.hidden)
}

// leaveBrowser closes the browser: its tabs go, and the session's cookie if it was to.
func (m *model) leaveBrowser() {
	b := m.browser()
	for _, t := range slices.Clone(m.tabs) {
		if t.browser == b {
			m.close(t)
		}
	}
	if l := m.tokens[b.jar["dev-session"]]; l != nil && l.expire {
		delete(b.jar, "dev-session")
	}
}
