package process

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

type receivedParams struct {
	Received int64 `json:"received"`
}

// aside does what a message says that is for this socket alone, and reports whether it was one.
func (v *visit) aside(m message) bool {
	switch string(m.method) {
	case pingMethod, helloMethod:
		if m.notifies() {
			return false
		}
	case ackMethod, visibilityMethod:
		if !m.notifies() {
			return false
		}
	}
	switch string(m.method) {
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
		p.reply(parcel{frame: notification(ackMethod, p.receipt()), to: v.socket, ack: true})
	}
}
