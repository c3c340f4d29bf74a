package authcheck

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/net/html/atom"
)

// Tab is an open tab: a websocket that has said hello.
type Tab struct {
	site *Site
	conn *websocket.Conn
	next int
}

// token is what the page's tab says hello with; "" when it has none.
func (p Page) token() string {
	for meta := range elements(p.document(), atom.Meta) {
		if attribute(meta, "name") == "ocsigo-process" {
			return attribute(meta, "content")
		}
	}
	return ""
}

// dial opens a websocket, with the browser's cookies.
func (b *Browser) dial(origin string) (*websocket.Conn, *http.Response, error) {
	var cookies []string
	for _, c := range b.cookies() {
		cookies = append(cookies, c.Name+"="+c.Value)
	}
	header := http.Header{"Cookie": {strings.Join(cookies, "; ")}}
	for name, values := range b.headers {
		header[name] = values
	}
	if origin != "" {
		header.Set("Origin", origin)
	}
	if err := b.site.count(); err != nil {
		return nil, nil, err
	}
	dialer := websocket.Dialer{
		NetDialContext: b.site.network.dialer(), Subprotocols: []string{"ocsigo.v1"}, HandshakeTimeout: b.site.Patience,
	}
	at := "ws" + strings.TrimPrefix(b.site.origin(), "http") + b.site.Paths.Socket
	return dialer.DialContext(b.site.ctx, at, header)
}

// open opens a page in a tab of a browser.
func (b *Browser) open(path string) *Tab {
	t, err := b.openAs(b.Go(path).token())
	if err != nil {
		failf("a tab at %s: %v", path, err)
	}
	return t
}

// openAs opens a tab for a document that was loaded before.
func (b *Browser) openAs(token string) (*Tab, error) {
	if token == "" {
		skipf("the pages have no tabs")
	}
	conn, _, err := b.dial(b.site.origin())
	if err != nil {
		return nil, err
	}
	b.site.later(func() { conn.Close() })
	t := &Tab{site: b.site, conn: conn}
	_, err = t.call("$/hello", map[string]string{"token": token})
	return t, err
}

// call asks for something and waits for the answer.
func (t *Tab) call(method string, params any) (json.RawMessage, error) {
	t.next++
	if err := t.conn.WriteJSON(map[string]any{"jsonrpc": "2.0", "id": t.next, "method": method, "params": params}); err != nil {
		return nil, err
	}
	for {
		var answer struct {
			ID     *int            `json:"id"`
			Result json.RawMessage `json:"result"`
			Error  json.RawMessage `json:"error"`
		}
		if err := t.read(&answer); err != nil {
			return nil, err
		}
		if answer.ID == nil || *answer.ID != t.next {
			continue // an event
		}
		if answer.Error != nil {
			return nil, fmt.Errorf("the answer to %s: %s", method, answer.Error)
		}
		return answer.Result, nil
	}
}

func (t *Tab) read(into any) error {
	if err := t.conn.SetReadDeadline(time.Now().Add(t.site.Patience)); err != nil {
		return err
	}
	return t.conn.ReadJSON(into)
}

// restarts are the close codes with which a tab loads its page again, and does not come back as it was.
const restartsFrom, restartsTo = 4500, 4999

// mustEnd fails unless the site closes a tab, and has it load its page again.
func (t *Tab) mustEnd(what string) {
	for {
		var any json.RawMessage
		err := t.read(&any)
		if err == nil {
			continue
		}
		closed, is := errors.AsType[*websocket.CloseError](err)
		if !is {
			failf("%s is open: %v", what, err)
		}
		if closed.Code < restartsFrom || closed.Code > restartsTo {
			failf("%s is closed with %d, which does not have it load its page again", what, closed.Code)
		}
		return
	}
}

// alive reports whether the tab is answered.
func (t *Tab) alive() bool {
	_, err := t.call("authcheck.nothing", struct{}{})
	return err == nil || strings.HasPrefix(err.Error(), "the answer to")
}
