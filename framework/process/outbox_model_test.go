package process

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
)

// TestOutboxModel does whatever may be done to an outbox in any order: its sender is held up anywhere, its sockets lose
// their ends, its tab reads, acknowledges and returns when it likes. Every frame is heard once and in order, behind the
// welcome and before the closing frame; and who is to be closed is.
func TestOutboxModel(t *testing.T) {
	for seed := range uint64(1000) {
		m := newOutboxModel(rand.New(rand.NewPCG(seed, 0)))
		for step := 0; step < 400 && !m.ended && m.wrong == ""; step++ {
			m.step()
			m.check()
		}
		m.finish()
		if m.wrong != "" {
			t.Fatalf("seed %d: %s; before it:\n%s", seed, m.wrong, strings.Join(m.trace[max(0, len(m.trace)-40):], "\n"))
		}
	}
}

// outboxModel is an outbox with its tab.
type outboxModel struct {
	*outbox
	random *rand.Rand
	trace  []string
	wrong  string // what should not be

	tab      *tabModel // nil while it has no socket
	kept     int       // frames that the outbox has taken
	heard    int       // of these
	ended    bool      // the process has
	holds    bool      // a sender holds what it has taken out
	holding  parcel
	intended *tabModel // whom that is for
}

// tabModel is one socket.
type tabModel struct {
	socket   *socket
	wire     []parcel
	lost     bool
	welcomed bool
	closed   bool
}

func newOutboxModel(random *rand.Rand) *outboxModel {
	limits := &Limits{OutboxMessages: 1 + random.IntN(8), OutboxBytes: 40 + random.IntN(200), CallsAtOnce: 1 + random.IntN(4)}
	m := &outboxModel{random: random, tab: &tabModel{socket: &socket{}, welcomed: true}}
	m.outbox = &outbox{
		work: &sync.WaitGroup{}, limits: limits, abandon: func() {}, counted: random.IntN(5) > 0, socket: m.tab.socket,
	}
	return m
}

func (m *outboxModel) note(format string, args ...any) {
	m.trace = append(m.trace, fmt.Sprintf(format, args...))
}

// must notes what should be and is not.
func (m *outboxModel) must(holds bool, format string, args ...any) {
	if !holds && m.wrong == "" {
		m.wrong = fmt.Sprintf(format, args...)
	}
}

func (m *outboxModel) step() {
	switch m.random.IntN(14) {
	case 0, 1, 2, 3:
		m.tell()
	case 4:
		if m.tab != nil {
			m.add(parcel{frame: []byte("aside"), to: m.tab.socket, ack: m.random.IntN(2) == 0})
		}
	case 5:
		m.add(parcel{ping: true})
	case 6:
		m.close()
	case 7, 8, 9:
		m.send()
	case 10, 11:
		m.hear()
	case 12:
		m.acknowledges()
	case 13:
		m.loseOrReturn()
	}
}

// tell adds a frame that says its number.
func (m *outboxModel) tell() {
	final := m.ends()
	text := fmt.Sprintf("%d:%s", m.kept, strings.Repeat("x", m.random.IntN(1+m.random.IntN(60))))
	if lost := m.add(parcel{frame: []byte(text)}); !final && !lost {
		m.kept++
	}
}

// close adds a closing frame, one time in eight.
func (m *outboxModel) close() {
	if m.random.IntN(8) > 0 {
		return
	}
	p := parcel{code: []Code{Flooding, BadMessage, Restart, ServerGoing, Reload, Stop}[m.random.IntN(6)]}
	if !p.code.ends() {
		if m.tab == nil {
			return
		}
		p.to = m.tab.socket
	}
	m.add(p)
}

// add puts something into the outbox, and does as its process does.
func (m *outboxModel) add(p parcel) (lost bool) {
	before := m.sending
	send, lost := m.put(p)
	m.note("put %q %d: send %v, lost %v", p.frame, p.code, send, lost)
	m.must(!send || !before, "a second sender")
	m.ended = m.ended || lost && m.tab == nil
	return lost
}

// send is the next half of what a sender does, or both.
func (m *outboxModel) send() {
	if !m.sending {
		return
	}
	if !m.holds {
		m.take()
		if m.holds && m.random.IntN(3) > 0 {
			return
		}
	}
	m.deliver()
}

func (m *outboxModel) take() {
	frame, control, to := m.next()
	if to == nil {
		return
	}
	p := parcel{frame: frame}
	if control != nil {
		p = *control
	}
	m.must(m.tab != nil && m.tab.socket == to, "something is for a socket that has gone")
	m.holds, m.holding, m.intended = true, p, m.tab
	m.note("takes %q %d", p.frame, p.code)
}

func (m *outboxModel) deliver() {
	switch {
	case !m.holds:
	case !m.intended.lost:
		m.intended.wire = append(m.intended.wire, m.holding)
	case m.holding.code == 0:
		m.stop(m.intended.socket)
	}
	m.holds = false
	m.note("rests: %v", m.rest())
}

// hear reads one frame.
func (m *outboxModel) hear() {
	tab := m.tab
	if tab == nil || len(tab.wire) == 0 {
		return
	}
	p := tab.wire[0]
	tab.wire = tab.wire[1:]
	text := string(p.frame)
	m.note("hears %q %d", text, p.code)
	m.must(!tab.closed, "%q behind the closing frame", text)
	switch {
	case p.code != 0:
		tab.closed = true
	case text == "welcome":
		m.must(!tab.welcomed, "a second welcome")
		tab.welcomed = true
	case p.ping, text == "aside":
		m.must(tab.welcomed, "an aside before the welcome")
	default:
		m.must(tab.welcomed && strings.HasPrefix(text, fmt.Sprintf("%d:", m.heard)), "heard %q, want %d", text, m.heard)
		m.heard++
	}
}

// acknowledges says what the tab has heard, or had heard a while ago.
func (m *outboxModel) acknowledges() {
	if m.tab == nil || !m.counted || m.outbox.over() {
		return
	}
	n := m.heard - m.random.IntN(1+min(3, m.heard))
	_, possible := m.acknowledge(int64(n))
	m.note("acknowledges %d", n)
	m.must(possible, "that is not possible")
}

// loseOrReturn ends the socket, at once when it was closed, or brings the tab back on another.
func (m *outboxModel) loseOrReturn() {
	switch {
	case m.random.IntN(3) > 0 && (m.tab == nil || !m.tab.closed):
	case m.tab != nil:
		m.note("loses its socket")
		m.tab.lost, m.tab = true, nil
		m.ended = m.detach() || !m.counted
	default:
		next := &tabModel{socket: &socket{}}
		m.must(m.fits(int64(m.heard)), "it cannot return with %d", m.heard)
		attached, _ := m.attach(next.socket, int64(m.heard), []byte("welcome"))
		m.note("returns with %d: %v", m.heard, attached)
		m.must(attached, "it is lost, and was not ended")
		m.tab = next
	}
}

// check looks at what always holds.
func (m *outboxModel) check() {
	o := m.outbox
	o.mu.Lock()
	defer o.mu.Unlock()
	weight := 0
	for _, frame := range o.frames {
		weight += o.weigh(frame)
	}
	n, open := len(o.frames), o.socket != nil && o.code == 0
	m.must(o.sending || !o.moreLocked(), "there is something to send, and nobody sends")
	m.must(weight == o.weight, "the frames weigh %d, not %d", weight, o.weight)
	m.must(0 <= o.sent && o.sent <= n, "%d of %d frames were sent", o.sent, n)
	m.must(o.final || o.acked+int64(n) == int64(m.kept), "%d acknowledged and %d frames are not %d", o.acked, n, m.kept)
	m.must(n <= 2*o.limits.OutboxMessages && weight <= 2*o.limits.OutboxBytes, "%d frames of %d", n, weight)
	m.must(!open || n-o.backlog <= o.limits.OutboxMessages, "too slow with %d frames, and not closed", n)
	m.must(!open || !o.final, "it is over, and nobody closes its socket")
}

// finish lets a tab that has a socket hear all that there is; then nothing is left to do.
func (m *outboxModel) finish() {
	for m.wrong == "" && !m.ended && m.tab != nil && (m.sending || len(m.tab.wire) > 0) {
		m.send()
		m.hear()
	}
	if m.tab != nil && m.outbox.code == 0 && !m.ended {
		m.must(m.heard == m.kept, "heard %d of %d", m.heard, m.kept)
	}
	m.shut()
	if m.sending {
		m.deliver()
	}
	m.must(!m.sending, "it does not come to rest")
}
