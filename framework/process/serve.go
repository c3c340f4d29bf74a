package process

import (
	"bytes"
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
		frames.Put(frame)
		return nil
	}
	v.count(frame.Len())
	j := &job{process: p, frame: frame, place: -1}
	paid, calls := p.sort(j, one, batch)
	switch affords := v.affords(paid); {
	case !calls:
		frames.Put(frame)
		return nil
	case !affords:
		j.refuse(errTooFast)
		return nil
	}
	return p.admit(j)
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
	if v.process.bucket.take(time.Now(), n, limits.Rate, limits.Burst) {
		v.refused = 0
		return true
	}
	if v.refused++; v.refused > floodAtMost {
		v.process.post(parcel{code: Flooding, to: v.socket})
	}
	return false
}

// sort makes tasks of messages, but for those that are done at once. It returns how many of all the tab has to pay for:
// what it wants of its streams is free. calls says that there is something to answer.
func (p *Process) sort(j *job, one scanned, batch []scanned) (paid int, calls bool) {
	if batch == nil {
		if heeded, free := p.heeds(one); heeded {
			return cost(free), false
		}
		p.task(&j.one, one)
		j.serial = j.one.function != nil && j.one.function.Serial
		return 1, true
	}
	j.batch = make([]*task, 0, len(batch)) // a batch, though it may have one call
	for _, m := range batch {
		if heeded, free := p.heeds(m); heeded {
			paid += cost(free)
			continue
		}
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
		paid++
	}
	return paid, len(j.batch) > 0
}

func cost(free bool) int {
	if free {
		return 0
	}
	return 1
}

func (p *Process) task(t *task, m scanned) {
	t.scanned, t.number = m, p.number
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

// heeds does what a message says that is for this room, and reports whether it was one, and whether it is free.
func (p *Process) heeds(m scanned) (heeded, free bool) {
	if m.err != nil || !m.notifies() {
		return false, false
	}
	switch m.method {
	case cancelMethod:
		if id := idIn(m.params); id != nil {
			p.calls.cancel(id)
		}
	case creditMethod:
		var params struct {
			More int `json:"more"`
		}
		if id := idIn(m.params); id != nil && json.Unmarshal(m.params, &params) == nil && params.More > 0 {
			free = p.calls.credit(id, params.More)
		}
	case identityMethod:
		p.identify(m.message)
	case visibilityMethod: // in a batch
		p.see(m.message)
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
	}
}
