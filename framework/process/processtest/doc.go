// Package processtest has browsers and tabs without a screen, for tests in Go: a Browser is a cookie jar that
// loads pages and sends forms, a Tab is a document with its socket. What needs a real browser has
// framework/browser/browsertest.
//
//	ada := processtest.NewBrowser(t, server.URL)
//	tab := ada.Open("/")                        // loads the page, says hello, fails the test if it is not ready
//	var n int
//	err := tab.Call("clicks.add", map[string]int{"by": 1}, &n)
//	tab.Lose()                                 // as a network does
//	tab, err = tab.Return()                    // the same process on another socket
//	page := tab.Get("/settings")               // in place
//	closed := tab.WaitClose()                  // its code and its reason
//
// Where there is no site to test, NewSite serves the least of one: a document, log-in, log-out, and the
// tabs' socket. InExample is the testing.TB of a runnable example.
package processtest
