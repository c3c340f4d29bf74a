package browsertest

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"

	"github.com/chromedp/cdproto/network"
)

// Request is one request that a tab sent. A redirect and what it leads to are
// two requests.
type Request struct {
	Kind   string // "Document", "Fetch", "Script", …
	Method string
	URL    string
	Status int         // 0: there was no answer, or none yet
	Header http.Header // as sent, with the cookies; nil: the cache answered
	Answer http.Header // of the answer, without the cookies it sets
}

// HasCookie reports whether the request carried a cookie of that name.
func (r Request) HasCookie(name string) bool {
	_, err := (&http.Request{Header: r.Header}).Cookie(name)
	return err == nil
}

func (r Request) String() string {
	return fmt.Sprintf("%s %s: %d", r.Method, r.URL, r.Status)
}

// Requests returns the requests for documents that the tab has made, first to
// last. Kinds, as in [Request], ask for others:
//
//	tab.Requests("Document", "Fetch")
func (tab *Tab) Requests(kinds ...string) []Request {
	tab.browser.t.Helper()
	if len(kinds) == 0 {
		kinds = []string{"Document"}
	}
	var requests []Request
	tab.must(tab.await("the headers of the requests", func(context.Context) (err error) {
		requests, err = tab.traffic.requests(kinds)
		return err
	}))
	return requests
}

// traffic notes the requests of a tab. The browser tells of a request and of the
// headers it really sent in separate events, in no particular order.
type traffic struct {
	mu   sync.Mutex // protects all below
	hops []*hop
	sent map[network.RequestID][]http.Header // in the order of the hops
}

// hop is a request on the way of redirects, which all have the same id.
type hop struct {
	Request
	id       network.RequestID
	answered bool
	cached   bool // nothing was sent, so there are no headers
}

func (t *traffic) hear(event any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch event := event.(type) {
	case *network.EventRequestWillBeSent:
		if redirect := event.RedirectResponse; redirect != nil {
			t.answerLocked(event.RequestID, redirect, event.RedirectHasExtraInfo)
		}
		t.hops = append(t.hops, &hop{id: event.RequestID, Request: Request{
			Kind:   string(event.Type),
			Method: event.Request.Method,
			URL:    event.Request.URL,
		}})
	case *network.EventRequestWillBeSentExtraInfo:
		if t.sent == nil {
			t.sent = make(map[network.RequestID][]http.Header)
		}
		t.sent[event.RequestID] = append(t.sent[event.RequestID], header(event.Headers))
	case *network.EventResponseReceived:
		t.answerLocked(event.RequestID, event.Response, event.HasExtraInfo)
	}
}

func (t *traffic) answerLocked(id network.RequestID, answer *network.Response, sent bool) {
	for _, hop := range slices.Backward(t.hops) {
		if hop.id == id {
			hop.Status, hop.Answer = int(answer.Status), header(answer.Headers)
			hop.answered, hop.cached = true, !sent
			return
		}
	}
}

// requests returns an error while headers are missing that are sure to come.
func (t *traffic) requests(kinds []string) ([]Request, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	var requests []Request
	used := make(map[network.RequestID]int)
	for _, hop := range t.hops {
		if sent := t.sent[hop.id]; !hop.cached && used[hop.id] < len(sent) {
			hop.Header = sent[used[hop.id]]
			used[hop.id]++
		}
		if !slices.Contains(kinds, hop.Kind) {
			continue
		}
		if hop.answered && !hop.cached && hop.Header == nil {
			return nil, fmt.Errorf("those of %s are not known", hop.URL)
		}
		requests = append(requests, hop.Request)
	}
	return requests, nil
}

func header(raw network.Headers) http.Header {
	header := make(http.Header, len(raw))
	for name, value := range raw {
		header.Set(name, fmt.Sprint(value))
	}
	return header
}
