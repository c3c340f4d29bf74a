package processtest

// Lose ends the socket without a word, as a network does.
func (tab *Tab) Lose() { tab.Conn.NetConn().Close() }

// Return opens another socket for the tab's process, with the cookies that its browser has now, and says hello
// there. What the tab still hears on its old socket is lost. The error is a *Failure, or a *Closed.
func (tab *Tab) Return() (*Tab, error) {
	tab.t.Helper()
	next := tab.browser.Dial(nil)
	next.Identity = tab.Identity
	return next, next.HelloAgain(tab.ID, tab.Number)
}

// HelloAgain says hello for a process that comes back. The error is a *Failure, or a *Closed.
func (tab *Tab) HelloAgain(process string, number int) error {
	tab.Number = number
	return tab.hello(map[string]any{"process": process, "number": number})
}
