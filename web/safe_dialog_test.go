package web_test

import (
	"net"
	"testing"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// TestSafeInTwoTabs: both ask at once, and each goes on with its own answer. Where the user is logged out meanwhile nobody is
// asked any more.
func TestSafeInTwoTabs(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.user("ada@example.com")
	b := browsertest.New(t)
	s.logIn(s.open(b, "/"), "ada@example.com")
	one, two := s.open(b, "/safe"), s.open(b, "/safe")
	tabs := []*browsertest.Tab{one, two}
	s.later(tooLong)
	for _, tab := range tabs {
		tab.Wait(`document.querySelector("#safe-show[data-filled]")`)
		tab.Click("#safe-show")
		tab.Wait(isOpen)
	}
	for _, tab := range tabs {
		confirms(tab, password)
	}
	for _, tab := range tabs {
		tab.WaitText("#safe-note", "It is empty.")
	}

	s.later(tooLong)
	for _, tab := range tabs {
		tab.Click("#safe-show")
		tab.Wait(isOpen)
	}
	one.Click("#reauthenticate [data-cancel]")
	one.WaitText("#safe-note", "Prove again who you are, and then do this once more.")
	two.Wait(isOpen)
	before := two.Document()
	leave(one)
	two.WaitNewDocument(before)
	if two.Ready(); connected(two) || two.Has("dialog[open]") {
		t.Errorf("the other tab shows %s", two.Text("body"))
	}
}

// TestSafeWithoutPassword: who has none has a link sent beside the dialog, follows it, and goes on.
func TestSafeWithoutPassword(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.user("ada@example.com")
	l := s.letters()
	tab := safeOf(t, s)
	if _, err := s.db.Exec(t.Context(), `UPDATE users SET password_hash = NULL`); err != nil {
		t.Fatal(err)
	}
	tab.Fill("#note", "my keys")
	tab.Submit("#safe")
	tab.Wait(isOpen)
	beside := tab.Opened(func() { tab.Click("#reauthenticate a[href='/reauthenticate']") })
	beside.Ready()
	beside.Click("main button[value=link]")
	beside.WaitURL("/sent")
	beside.Goto(s.URL + l.link("ada@example.com"))
	beside.Ready()
	beside.Submit("#log-in-link")
	beside.WaitText(announced, "You have confirmed that it is you.")
	tab.Click("#reauthenticate [data-cancel]")
	tab.Wait(isClosed + ` && document.querySelector("#safe").ariaBusy === null`)
	tab.Submit("#safe")
	tab.WaitText(announced, "It is in the safe.")
}

// TestSafeCancelledWhileTheNetworkIsLost: a password that was typed before is not sent any more, and what is asked next is
// not answered by it.
func TestSafeCancelledWhileTheNetworkIsLost(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	s := newSiteAs(t, setup{host: listener.Addr().String()})
	w := newWire(t, listener, s.Listener.Addr().String())
	s.URL = s.address.String()
	s.user("ada@example.com")
	tab := safeOf(t, s)
	tab.Click("#safe-show")
	tab.Wait(isOpen)
	w.setCut(true)
	tab.Wait(`document.documentElement.dataset.process === "lost"`)
	confirms(tab, "not her password")
	tab.Click("#reauthenticate [data-cancel]")
	tab.Wait(isClosed)
	w.setCut(false)
	tab.Ready()
	tab.Click("#safe-show")
	tab.Wait(isOpen)
	confirms(tab, password)
	tab.WaitText("#safe-note", "It is empty.")
	var tries int
	if err := s.db.QueryRow(t.Context(), `SELECT coalesce(sum(count), 0) FROM tries`).Scan(&tries); err != nil || tries != 0 {
		t.Errorf("%d wrong passwords are counted, %v", tries, err)
	}
}
