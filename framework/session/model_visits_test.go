package session_test

import (
	"context"
	"errors"
	"slices"

	"github.com/ocsigo/start/framework/session"
)

// visiting is one request: a page, one whose answer gets lost, a page in place or a call.
type visiting struct {
	actor
	way string
	jar map[string]string // that it is made with
	may bool              // as its login

	ran bool
	who session.UserID
	err error // of the wrapper
}

// anyVisit draws one.
func (m *model) anyVisit(ways ...string) *visiting {
	if len(m.tabs) == 0 {
		ways = slices.DeleteFunc(slices.Clone(ways), func(way string) bool { return way == "call" || way == "in place" })
	}
	v := &visiting{way: one(m, "way", ways)}
	if v.way == "call" || v.way == "in place" {
		v.tab = one(m, "tab", m.tabs)
		v.n, v.browser, v.login, v.jar = v.tab.n, v.tab.browser, v.tab.login, v.tab.browser.jar
	} else {
		v.n, v.browser, v.doc = m.node(), m.browser(), &document{}
		v.login, v.jar = m.tokens[v.browser.jar["dev-session"]], v.browser.jar
	}
	v.may = v.login != nil && !m.revoked(v.login, v.n)
	if v.tab == nil && !m.opens(v.browser) {
		v.may = v.may && m.now().Sub(v.browser.lived) < session.HeldFor
	}
	return v
}

// allWays are those of any request.
var allWays = []string{"page", "lost page", "in place", "call"}

// do makes the request. do is what its function does, with whoever it is.
func (m *model) do(v *visiting, do func(ctx context.Context, l *login) error, opts ...session.Option) {
	f := func(ctx context.Context) error {
		v.ran = true
		v.who, _ = session.Current(ctx).User()
		m.judgeWho(v)
		as := v.actor
		if v.who == 0 {
			as.login = nil
		}
		m.touch(ctx, as, m.sometimes("write", 2))
		return do(ctx, as.login)
	}
	b := v.browser.at(v.n)
	switch v.way {
	case "page":
		v.err = b.ask(f, opts...)
	case "lost page":
		b = b.before()
		v.err = b.ask(f, opts...)
	case "in place":
		v.err = v.tab.ask(b, f, opts...)
	case "call":
		v.err = v.inCall(f, opts...)
	}
	m.newCookie(v, b.cookies["dev-session"])
	m.settle()
	m.judge(v)
}

// inCall does f in a call, behind a wrapper.
func (v *visiting) inCall(f func(ctx context.Context) error, opts ...session.Option) (err error) {
	wrapped := session.Wrap(func(ctx context.Context, _ struct{}) (struct{}, error) { return struct{}{}, f(ctx) }, opts...)
	refused := v.tab.call(func(ctx context.Context) { _, err = wrapped(ctx, struct{}{}) })
	return errors.Join(refused, err)
}

// judgeWho says whether the request may run as whom it runs.
func (m *model) judgeWho(v *visiting) {
	switch {
	case v.who == 0 && v.tab != nil && v.login != nil:
		m.fail("a %s of user %d runs as nobody", v.way, v.login.user)
	case v.who == 0:
	case v.login == nil || v.login.user != v.who:
		m.fail("a %s of %v runs as user %d", v.way, v.login, v.who)
	case !v.may:
		m.fail("a %s runs under session %d on node %d: %v", v.way, v.login.id, v.n.number, v.login)
	default:
		if v.login.closed {
			m.count("unheard")
		}
		if !v.tabIsHidden() {
			v.login.active = m.now()
		}
	}
}

func (v *visiting) tabIsHidden() bool { return v.way == "call" && v.tab.hidden }

// judge says whether the request had to be let in, and as whom.
func (m *model) judge(v *visiting) {
	open := v.login != nil && !v.login.closed
	switch {
	case v.ran && v.who == 0:
		if open && m.opens(v.browser) {
			m.fail("user %d is taken for nobody on node %d", v.login.user, v.n.number)
		}
	case v.ran:
	case errors.Is(v.err, session.ErrUnavailable):
		if v.n.healthy() || v.login == nil && v.jar["dev-session"] == "" {
			m.fail("%s: %v", v.way, v.err)
		}
		m.count("unavailable")
	case errors.Is(v.err, session.ErrNotConnected):
		if v.login == nil || (open || v.way != "call") && !m.users[v.login.user].gone {
			m.fail("%s of %v: %v", v.way, v.login, v.err)
		}
		m.count("refused call")
	case errors.Is(v.err, session.ErrForeignTab):
		if v.way != "in place" || v.tab.ready && v.tab.sameCookie() && (v.login == nil || open && m.isNewest(v)) {
			m.fail("%s of %v: %v", v.way, v.login, v.err)
		}
		m.count("foreign tab")
	case errors.Is(v.err, session.ErrPermissionDenied):
	default:
		m.fail("%s of %v: %v", v.way, v.login, v.err)
	}
}

// sameCookie reports whether the browser has still the session, or the dead cookie, that the tab is of.
func (t *modelTab) sameCookie() bool {
	cookie := t.browser.jar["dev-session"]
	if t.login != nil {
		return t.m.tokens[cookie] == t.login
	}
	return t.cookie == cookie && t.m.tokens[cookie] == nil
}

// newCookie notes what an answer has done to the cookie of a session.
func (m *model) newCookie(v *visiting, cookie string) {
	switch {
	case cookie == "" || cookie == v.jar["dev-session"] && v.way == "lost page" || m.tokens[cookie] != nil:
	case len(m.opened) > 0 && v.login != m.opened[0]:
		m.tokens[cookie] = m.opened[0]
	case v.login == nil:
		m.fail("nobody has got a session's cookie")
	default:
		m.tokens[cookie] = v.login
		for _, n := range m.nodes {
			if n.deaf && n != v.n {
				v.login.missed = noting(v.login.missed, n)
			}
		}
		m.count("new token")
	}
}

// isNewest reports whether a page in place comes with its session's newest token, and its node knows that it is. If
// not, it may be refused: the tab loads a document then.
func (m *model) isNewest(v *visiting) bool {
	return v.login.row.Token == hashOf(v.jar["dev-session"]) && !v.login.missed[v.n]
}
