package process

import (
	"bytes"

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
	if batch == nil && one.err == nil && one.notifies() {
		if heeded, free := p.heeds(one.message); heeded {
			v.affords(cost(free))
			release(frame)
			return nil
		}
	}
	j := newJob(p, frame)
	if batch != nil {
		return v.serveBatch(j, batch)
	}
	p.task(&j.one, one)
	if !v.affords(1) {
		j.refuse(errTooFast)
		return nil
	}
	j.serial = j.one.function != nil && j.one.function.Serial
	return p.admit(j, v.now)
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
	return j.process.admit(j, v.now)
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
