package process

// Code is why a socket was closed, and tells the tab what to do: from 4000 to 4499 it comes back, from 4500
// to 4999 it does not. The reason beside a code holds no internals.
type Code int

const (
	// GoneForGood comes from the tab: its document is gone. The process ends.
	GoneForGood Code = 1000

	// BadFrame: not a frame of the websocket protocol.
	BadFrame Code = 1002

	// NotText: a binary message.
	NotText Code = 1003

	// BadMessage: not UTF-8, or something else than the hello where the hello was due.
	BadMessage Code = 1007

	// TooBig: a message above the limit.
	TooBig Code = 1009

	// GoneForNow comes from the tab: its page may come back from the browser's cache. The process waits.
	GoneForNow Code = 3000

	// ServerGoing: this node stops; another, or the next, will answer.
	ServerGoing Code = 4001

	// NoHello: nothing was said in time.
	NoHello Code = 4002

	// Unavailable: the session could not be looked up, there is no room for the tab, or this node failed.
	Unavailable Code = 4003

	// TooSlow: the tab did not read what was sent to it.
	TooSlow Code = 4008

	// Flooding: the tab went on sending what was refused for its rate.
	Flooding Code = 4029

	// Restart: at once the tab shows its document no longer, and loads the one that the reason names; its own
	// when the reason is empty.
	Restart Code = 4501

	// Stop: nothing can be done here. The reason says what a page shall explain: cookies, successor, tabs.
	Stop Code = 4503

	// Reload: the document is out of date, but nothing in it is secret from who is there now. The tab loads
	// it again, and asks first when a form is half filled.
	Reload Code = 4504
)

// final reports whether the tab does not come back with the same process.
func (c Code) final() bool { return c >= 4500 }

// ends reports whether the process is over with the socket that is closed so. A tab that was too slow, or too fast, comes
// back to it.
func (c Code) ends() bool { return c.final() || c == ServerGoing || c == Unavailable }

// outweighs reports whether a closing frame is to be said instead of another that was not sent yet: the end instead of a
// pause, and above all that what the tab shows must go at once, to the main page if anybody says so.
func (p parcel) outweighs(code Code, reason string) bool {
	if p.code == Restart {
		return code != Restart || reason == ""
	}
	return p.code.final() && !code.final()
}

// Reasons of Stop.
const (
	noCookies = "cookies"   // the browser keeps none
	successor = "successor" // the tab's next document has taken over
	tooMany   = "tabs"      // the session, or the user, has too many: this one was used least, or has found no place
)
