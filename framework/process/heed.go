package process

import (
	"net/netip"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// heeds does what a notification says that is for this room, and reports whether it was one, and whether it is free.
func (p *Process) heeds(m message) (heeded, free bool) {
	switch string(m.method) {
	case cancelMethod:
		if id := idIn(m.params); id != nil {
			if dropped := p.calls.cancel(id); dropped != nil {
				dropped.refuse(Interrupted)
				p.calls.gone()
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
