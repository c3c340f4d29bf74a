package processtest

// Lose ends the socket without a word, as a network does.
func (tab *Tab) Lose() { tab.Conn.NetConn().Close() }

// Return opens another socket for the tab's process, with the cookies that its browser has now, says hello there, and
// sends once more what the server has not received. What the tab still hears on its old socket is lost. The error is a
// *Failure, or a *Closed.
func (tab *Tab) Return() (*Tab, error) {
	tab.t.Helper()
	next := tab.browser.Dial(nil)
	next.line, next.Identity = tab.line, tab.Identity
	return next, next.HelloAgain(tab.ID, tab.Number)
}

// HelloAgain says hello for a process that comes back, and sends what the server has not received. The error is a
// *Failure, or a *Closed.
func (tab *Tab) HelloAgain(process string, number int) error {
	tab.Number = number
	received, err := tab.helloAgain(process)
	if err != nil {
		return err
	}
	missing, err := tab.line.missing(received)
	for _, frame := range missing {
		if err := tab.write(frame); err != nil {
			return err
		}
	}
	return err
}

// helloAgain returns how many of the tab's frames the server has received.
func (tab *Tab) helloAgain(process string) (received int, err error) {
	heard := tab.line.enter(tab)
	tab.line.count()
	result, err := tab.hello(map[string]any{"process": process, "number": tab.Number, "received": heard})
	return result.Received, err
}
