package page

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// Message is a word to the visitor about what was done, or about what he should know.
type Message struct {
	Level Level  `json:"level"` // default Info
	Text  string `json:"text"`  // at most 300 characters: what is more is cut off
}

// Level says what kind of message it is.
type Level string

// The levels. A Problem is told at once; the others wait until nothing else is said.
const (
	Info    Level = "info"
	Success Level = "success"
	Warning Level = "warning"
	Problem Level = "problem"
)

// Values are all of them.
func (Level) Values() []Level { return []Level{Info, Success, Warning, Problem} }

// How much may be said before somebody sees it. Where it is more, what was said first gives way.
const (
	messageAtMost  = 300             // characters of one message
	messagesAtMost = 5               // messages
	messagesBytes  = 3500            // of their cookie's value; browsers keep 4,096 with its name
	messagesLife   = 5 * time.Minute // for which one waits to be seen
)

// Say says something to the visitor, once: in the answer to this request if that is a document, else in the next page
// that somebody sees in this browser: as a rule the one that a redirect leads to. See "A word after a redirect".
//
// It is said to who is connected at that moment, and is shown to nobody else: what was said to a user before he was
// logged out, or to nobody before a log-in, is never seen. So say it after session.Connect and session.Disconnect.
//
// In a page's function and its hooks it cannot fail. session.ErrOutside: the context is not that of a page's request.
// (Ocsigen: Os_msg.msg with ~onload.)
func Say(ctx context.Context, message Message) error {
	c := callOf(ctx)
	if c == nil {
		return session.ErrOutside
	}
	c.messages.say(session.Current(ctx), said{message.Fit(), siteOf(ctx).sessions.Now().Unix()})
	return nil
}

// Messages returns what there is to show to the visitor in the document that is being made, the oldest first: it is
// for the layout. What it has returned is not shown again, once the document is sent.
func Messages(ctx context.Context) []Message {
	c := callOf(ctx)
	if c == nil {
		return nil
	}
	return c.messages.show(ctx)
}

// Fit returns the message as it is shown: with a level that there is, and cut off where it is too long.
func (m Message) Fit() Message {
	if !slices.Contains(m.Level.Values(), m.Level) {
		m.Level = Info
	}
	if text := []rune(m.Text); len(text) > messageAtMost {
		m.Text = string(text[:messageAtMost-1]) + "…"
	}
	return m
}

// said is a message that waits to be seen.
type said struct {
	Message
	At int64 `json:"at"` // when it was said, in seconds since 1970
}

// messages are what one request has said, and what becomes of what was said before.
type messages struct {
	mu    sync.Mutex // protects the fields below
	to    session.Visitor
	said  []said          // to him, the oldest first
	of    session.Visitor // whose document is being made
	shown int             // how many of said the document shows
	taken bool            // it shows what was said before, too
}

func (m *messages) say(to session.Visitor, message said) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if to != m.to {
		m.said = nil // the visitor is not any more who they were said to
	}
	m.to, m.said = to, append(m.said, message)
	m.said = m.said[max(0, len(m.said)-messagesAtMost):]
}

// renderFor begins a document. Another one may have failed before.
func (m *messages) renderFor(visitor session.Visitor) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.of, m.shown, m.taken = visitor, 0, false
}

// show returns what the document shall show. One that is not the visitor's own shows nothing, and neither does one that
// the tab drops, to load another.
func (m *messages) show(ctx context.Context) (all []Message) {
	m.mu.Lock()
	defer m.mu.Unlock()
	visitor := session.Current(ctx)
	if m.of != visitor || session.LeftTab(ctx) {
		return nil
	}
	var whole []said
	if seen(request(ctx)) {
		whole = siteOf(ctx).waiting(ctx)
		m.taken = len(whole) > 0
	}
	if m.to == visitor {
		whole = append(whole, m.said...)
		m.shown = len(m.said)
	}
	for _, one := range whole {
		all = append(all, one.Message)
	}
	return all
}

// unseen are what this request has said to the visitor and has not shown.
func (m *messages) unseen(visitor session.Visitor) (left []said) {
	if m.to != visitor {
		return nil
	}
	return m.said[m.shown:]
}

// restarts is how the Referer ends of a document that a tab loads because it restarts: see reload in
// framework/browser/restart.ts. Nothing else of such a request is its runtime's to choose.
const restarts = "&ocsigo-restart"

// seen reports whether somebody looks at the answer to a request: it is a document, or a page in place. What is fetched
// before anybody wants it, or as a part of a page, such as a picture that is not there, is not looked at. Nor is what a tab
// loads because it was told to: another one may wait for what there is to say.
func seen(r *http.Request) bool {
	ctx := r.Context()
	if r.Method == http.MethodHead || session.Ahead(ctx) {
		return false
	}
	accept, destination := r.Header.Get("Accept"), r.Header.Get("Sec-Fetch-Dest")
	switch {
	case session.InTab(ctx):
		return true
	case strings.HasSuffix(r.Referer(), restarts):
		return false
	case destination != "":
		return destination == "document"
	default: // an old browser, or a site without https: browsers say it to no other
		return accept == "" || strings.Contains(accept, "text/html")
	}
}
