package processtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
)

// Redeem gives a ticket back for its cookies, and says on the socket as whom the tab goes on. The error is a *Failure,
// or a *Refused. Call does it by itself.
func (tab *Tab) Redeem(ticket string) error {
	number, err := tab.browser.redeem(ticket, tab.ID, tab.Number)
	if err == nil && number != tab.Number {
		tab.Number = number
		tab.Announce()
	}
	return err
}

// Refused is a ticket that was answered without a word on why.
type Refused struct {
	Status int
	Header http.Header
}

// Error makes it an error.
func (r *Refused) Error() string { return fmt.Sprintf("refused with %d %v", r.Status, r.Header) }

// redeem returns the tab's identity number, which may be another from now on.
func (b *Browser) redeem(ticket, process string, number int) (int, error) {
	body, err := json.Marshal(map[string]string{"ticket": ticket})
	if err != nil {
		return number, err
	}
	page, err := b.try(http.MethodPost, "/process", string(body), http.Header{
		processHeader:  {process},
		identityHeader: {strconv.Itoa(number)},
		"Content-Type": {"application/json"},
	})
	if err != nil {
		return number, err
	}
	failure := &Failure{}
	switch {
	case page.Status == http.StatusNoContent && page.Header.Get(identityHeader) != "":
		return strconv.Atoi(page.Header.Get(identityHeader))
	case page.Status == http.StatusNoContent:
		return number, nil
	case json.Unmarshal([]byte(page.Body), failure) == nil && failure.Code != 0:
		return number, failure
	}
	return number, &Refused{page.Status, page.Header}
}
