package process

import (
	"bytes"
	"net/netip"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// What a tab and this room say to each other beside calls and events.
const (
	helloMethod      = "$/hello"         // of the tab, a request: the first of every socket
	pingMethod       = "$/ping"          // of the tab, a request: is anybody there?
	visibilityMethod = "$/visibility"    // of the tab: whether anybody can see it
	ackMethod        = "$/ack"           // of both: how many frames have come
	identityMethod   = "$/identity"      // of the tab: from now on it speaks under another number
	pageMethod       = "$/page"          // of the tab: it shows another page
	cancelMethod     = "$/cancelRequest" // of the tab: the answer to a call is no longer wanted
	creditMethod     = "$/credit"        // of the tab: it wants more of a stream
	progressMethod   = "$/progress"      // of the server: a value of a stream
	ticketMethod     = "$/ticket"        // of the server: a call has logged somebody in
)

type receivedParams struct {
	Received int64 `json:"received"`
}

type ticketParams struct {
	ID     jsontext.Value `json:"id"`
	Ticket string         `json:"ticket"`
}

// serve takes one frame of a tab that is ready. It returns the job that this goroutine has to run, if any: that has the
// frame then, and gives it back.
func (v *visit) serve(frame *bytes.Buffer) (run *job) {
	p := v.process
	one, batch := scan(frame.Bytes())
	if batch == nil && one.err == nil && v.aside(one.message) {
		release(frame)
		return nil
	}
	v.count(frame.Len())
	j := &job{process: p, frame: frame, place: -1}
	switch {
	case batch != nil:
		return v.serveBatch(j, batch)
	case one.err != nil || !one.notifies():
	default:
		if heeded, free := p.heeds(one.message); heeded {
			v.affords(cost(free))
			release(frame)
			return nil
		}
	}
	p.task(&j.one, one)
	if !v.affords(1) {
		j.refuse(errTooFast)
		return nil
	}
	j.serial = j.one.function != nil && j.one.function.Serial
	return p.admit(j)
}

// serveBatch takes a batch: each of its messages is paid for, and none is done if they cannot be.
func (v *visit) serveBatch(j *job, batch []scanned) (run *job) {
	affords := v.affords(len(batch))
	j.batch = make([]*task, 0, len(batch)) // not nil, though nothing may be left
	for _, m := range batch {
		if affords && m.err == nil && m.notifies() {
			if heeded, _ := j.process.heeds(m.message); heeded {
				continue
			}
		}
		j.process.add(j, m)
	}
	switch {
	case len(j.batch) == 0:
		release(j.frame)
		return nil
	case !affords:
		j.refuse(errTooFast)
		return nil
	}
	return j.process.admit(j)
}

// add adds a message of a batch to its job.
func (p *Process) add(j *job, m scanned) {
	t := &task{}
	p.task(t, m)
	switch {
	case t.function == nil:
	case t.function.Stream:
		t.err = errRequest // its values would come before the batch's answer, and the others' behind them
	case t.function.Serial:
		j.serial = true
	}
	j.batch = append(j.batch, t)
}

// aside does what a message says that is for this socket alone, and reports whether it was one.
func (v *visit) aside(m message) bool {
	switch m.method {
	case pingMethod, helloMethod:
		if m.notifies() {
			return false
		}
	case ackMethod, visibilityMethod:
		if !m.notifies() {
			return false
		}
	}
	switch m.method {
	case pingMethod:
		v.acknowledged(m)
		if v.affords(1) {
			v.send(answer(m.id, v.process.receipt(), nil))
		} else {
			v.send(answer(m.id, nil, errTooFast)) // it is a sign of life too
		}
	case ackMethod:
		if !v.acknowledged(m) {
			v.affords(1)
		}
	case helloMethod:
		if v.affords(1) {
			v.send(answer(m.id, nil, UnknownFunction))
		}
	case visibilityMethod:
		if v.affords(1) {
			v.process.see(m)
		}
	default:
		return false
	}
	return true
}

// receipt says how much has come; nothing of it where the tab does not count.
func (p *Process) receipt() jsontext.Value {
	if !p.outbox.counted {
		return jsontext.Value("{}")
	}
	return marshal(receivedParams{p.received})
}

// acknowledged hears what the tab has received, and reports whether that is news. Who says more than was sent counts
// wrong.
func (v *visit) acknowledged(m message) (news bool) {
	var params receivedParams
	if !v.process.outbox.counted || m.params == nil || json.Unmarshal(m.params, &params) != nil {
		return false
	}
	news, possible := v.process.outbox.acknowledge(params.Received)
	if !possible {
		v.process.post(parcel{code: BadMessage, to: v.socket})
	}
	return news
}

// see hears whether anybody can see the tab.
func (p *Process) see(m message) {
	var params struct {
		Visible *bool `json:"visible"`
	}
	if json.Unmarshal(m.params, &params) == nil && params.Visible != nil {
		p.tab.SetVisible(*params.Visible)
	}
}

// count counts a frame, and says so to the tab now and then.
func (v *visit) count(size int) {
	p := v.process
	if !p.outbox.counted {
		return
	}
	p.received++
	v.frames++
	v.bytes += size
	if v.frames >= ackFrames || v.bytes >= ackBytes {
		v.frames, v.bytes = 0, 0
		v.send(notification(ackMethod, p.receipt()))
	}
}

// affords reports whether the tab may send so much now. Who goes on though he may not is flooding.
func (v *visit) affords(n int) bool {
	limits := v.hub.limits
	if n == 0 {
		return true
	}
	if v.process.bucket.take(time.Now(), n, limits.Rate, limits.Burst) {
		v.refused = 0
		return true
	}
	if v.refused++; v.refused > floodAtMost {
		v.process.post(parcel{code: Flooding, to: v.socket})
	}
	return false
}

func cost(free bool) int {
	if free {
		return 0
	}
	return 1
}

func (p *Process) task(t *task, m scanned) {
	t.scanned, t.calls, t.number, t.page = m, &p.calls, p.number, p.stays.page
	if m.err != nil {
		return
	}
	t.function = p.hub.find(m.method)
	if t.function == nil || !t.function.Stream {
		return
	}
	if t.id = slices.Clone(m.id); m.notifies() {
		t.err = errRequest // nobody would know its values
	}
}

// heeds does what a notification says that is for this room, and reports whether it was one, and whether it is free.
func (p *Process) heeds(m message) (heeded, free bool) {
	switch m.method {
	case cancelMethod:
		if id := idIn(m.params); id != nil {
			if dropped := p.calls.cancel(id); dropped != nil {
				dropped.refuse(Interrupted)
			}
		}
	case creditMethod:
		var params struct {
			More int `json:"more"`
		}
		if id := idIn(m.params); id != nil && json.Unmarshal(m.params, &params) == nil && params.More > 0 {
			free = p.calls.credit(id, params.More)
		}
	case identityMethod:
		p.identify(m)
	case visibilityMethod: // in a batch
		p.see(m)
	case pageMethod:
		p.stays.end(LeftPage)
	default:
		return false, false
	}
	return true, free
}

// idIn is the id that a message is about.
func idIn(params jsontext.Value) jsontext.Value {
	if params == nil {
		return nil
	}
	return idOf(params)
}

// identify believes only in the number that the process has: a tab learns it from the answer to its log-in.
func (p *Process) identify(m message) {
	var params struct {
		Number *int `json:"number"`
	}
	if json.Unmarshal(m.params, &params) == nil && params.Number != nil && *params.Number == p.tab.Number() {
		p.number = *params.Number
		p.hub.seats.take(p, netip.Addr{}, p.tab.Visitor()) // where a user has too many, a stranger's seat does
	}
}
