// Package browsertest tells stories in a real browser: a test opens tabs, clicks,
// fills in forms, and looks at what a visitor would see.
//
// A package of tests has one Chromium. It starts when the first test asks for
// it and ends with the package:
//
//	func TestMain(m *testing.M) {
//		stop := browsertest.Setup()
//		code := m.Run()
//		stop()
//		os.Exit(code)
//	}
//
// A test has a [Browser] of its own, with its own cookies, and as many tabs as
// the story needs:
//
//	func TestLogIn(t *testing.T) {
//		b := browsertest.New(t)
//		tab := b.Open(site.URL)
//		tab.Ready()
//		old := tab.Document()
//
//		tab.Fill("[name=email]", "ada@example.org")
//		tab.Submit("form#login")
//		tab.WaitNewDocument(old)
//
//		if who := tab.Text("#who"); who != "ada@example.org" {
//			t.Errorf("the page greets %q", who)
//		}
//	}
//
// Two browsers in one test are two people, or one person with two computers.
//
// # Waiting
//
// No method sleeps. Those that act ([Tab.Click], [Tab.Fill], [Tab.Submit]) wait
// until a person could do it: the element is there, enabled, and not covered.
// Those that look ([Tab.Text], [Tab.Attr]) wait until the element is there;
// [Tab.Has] looks at once. What becomes true later is waited for by name:
// [Tab.WaitText], [Tab.WaitURL], [Tab.Wait]. Each gives up after ten seconds,
// or after what [Tab.Within] says, and the test fails with what was awaited and
// with everything the tab has logged.
//
// # Documents
//
// A tab shows one document after another, and an application that navigates in
// place must not replace it. [Tab.Document] names the document shown: the same
// name means that nothing was loaded again. [Tab.Ready] waits for the page's
// runtime, which announces itself as data-process="ready" on the root element;
// a document that is being replaced does not count as ready. After an act that
// must lead to another document, wait for that: [Tab.WaitNewDocument].
//
// # The browser's back/forward cache
//
// [Tab.Back] may load a document again or wake the one that was there, frozen,
// with all its variables. [Tab.FromBackForwardCache] tells which, and
// [Tab.CacheRefusals] tells why a document could not be woken. Nothing has to
// be switched on for it.
//
// What Chromium keeps differs between its versions. One that closes its
// websocket in its pagehide handler is kept by all of them; recent ones keep it
// even if it does not, and close the socket themselves (code 1006). A document
// served with Cache-Control: no-store is never kept once it has had a websocket,
// and without one only as long as no cookie changes. no-cache does not matter.
//
// # More tabs
//
// [Browser.Open] opens a tab; [Tab.Opened] returns the one that a click on a link
// with target=_blank, a click with [Ctrl], or window.open opened. All tabs are in
// front, as if each had a screen of its own. [Tab.Hide] puts one out of sight,
// [Tab.Freeze] stops it as well, [Tab.Resume] and [Tab.Show] bring it back. A
// hidden tab lives on as before; with the option [Drowsy] of [Setup] it is slowed
// down.
//
// # The world around
//
// [Tab.Offline] and [Tab.Throttle] make the network worse, [Tab.Size],
// [Tab.ColorScheme] and [Tab.ReducedMotion] are about the person's screen and
// taste, [Browser.NoJavaScript] and [Browser.BeforeScripts] make another browser
// of it. With the option [Still] of [Setup] all tabs prefer less motion at first,
// which makes the tests of a site that moves cheaper. [Tab.Requests],
// [Tab.Sockets] and [Tab.WaitDownload] tell what came and went; [Tab.Upload] gives
// a form files.
//
// # Errors in the page
//
// A test fails at its end when one of its tabs had an uncaught exception or
// broke its content security policy, its rules about Trusted Types included, even
// if the story went well and the page caught the exception of a violation.
// [Browser.AllowErrors] is for the stories that are about errors.
//
// # Accessibility
//
// [Tab.Axe] returns what axe-core finds wrong with the page that is shown:
//
//	for _, violation := range tab.Axe() {
//		t.Error(violation)
//	}
//
// With the names of rules it checks no others: what was checked in light need not
// be checked as a whole in dark.
//
// # No Chromium
//
// Where no Chromium or Chrome is installed, the tests are skipped; where the
// environment variable CI is set, they fail, so that nobody believes in tests
// that never ran. The same holds for tests that use axe-core, which npm ci
// installs.
//
// # What overlaps with what
//
// Tests may be parallel, each with its own browsers. The tabs of a browser live
// at the same time, all visible and none slowed down. One tab belongs to one
// goroutine. [Setup] and its stop are for TestMain alone.
package browsertest
