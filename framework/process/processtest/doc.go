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
// A Tab does one thing at a time, and reads only when it is asked to. A Client listens all the time, has many calls and
// streams under way, and comes back by itself:
//
//	client := ada.Connect("/", func(e processtest.Event) { … })
//	report := client.Go("report", nil)
//	days := client.Stream("days", map[string]int{"year": 2001})
//	client.Lose()                              // it comes back, and nothing is lost
//	for days.Next(&day) { … }
//	err = report.Wait(&text)
//
// A Proxy is a network that fails when the test says so:
//
//	network := processtest.NewProxy(t, server.URL)
//	tab := network.NewBrowser(t).Open("/")
//	network.CutAfter(100, processtest.ToServer)
//
// Where there is no site to test, NewSite serves the least of one: a document, log-in, log-out, and the
// tabs' socket. InExample is the testing.TB of a runnable example.
package processtest
