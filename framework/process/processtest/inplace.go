package processtest

import (
	"net/http"
	"net/url"
	"strconv"
)

// What a tab and its site tell each other when a page is asked for in place.
const (
	processHeader  = "Ocsigo-Process"
	identityHeader = "Ocsigo-Identity"
	refusedHeader  = "Ocsigo-Refused"
)

// Get loads a page in place.
func (tab *Tab) Get(path string) Page {
	tab.t.Helper()
	return tab.inPlace(http.MethodGet, path, "")
}

// Post sends a form as it is, in place.
func (tab *Tab) Post(path string, form url.Values) Page {
	tab.t.Helper()
	return tab.inPlace(http.MethodPost, path, form.Encode())
}

// inPlace learns from the answer, as the tab's runtime does: after a log-in its identity number, and from a page
// for whom it is.
func (tab *Tab) inPlace(method, path, body string) Page {
	tab.t.Helper()
	page := tab.browser.do(method, path, body, http.Header{
		processHeader:  {tab.ID},
		identityHeader: {strconv.Itoa(tab.Number)},
	})
	if number, err := strconv.Atoi(page.Header.Get(identityHeader)); err == nil {
		tab.Number = number
	}
	if tag := page.IdentityTag(); tag != "" {
		tab.Identity = tag
	}
	return page
}

// Announce says on the socket under which identity number the tab speaks from now on.
func (tab *Tab) Announce() {
	tab.t.Helper()
	tab.Send(`{"jsonrpc":"2.0","method":"$/identity","params":{"number":` + strconv.Itoa(tab.Number) + `}}`)
}
