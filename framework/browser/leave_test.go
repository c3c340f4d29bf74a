package browser_test

import (
	"net/http"
	"testing"

	"github.com/gorilla/websocket"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// TestLeavingIsNotDisturbed: a restart that comes while the document is being left lets the answer come.
func TestLeavingIsNotDisturbed(t *testing.T) {
	t.Parallel()
	conns := make(chan *websocket.Conn, 1)
	s := serve(t, func(conn *websocket.Conn, socket int, m message) {
		reply(conn, m.ID, m.life.welcome())
		if socket == 1 {
			conns <- conn
		}
	})
	s.page("/first", "first", `<a href="/next" data-navigate="document">next</a>`)
	s.mux.HandleFunc("/next", func(w http.ResponseWriter, r *http.Request) {
		hangUp(<-conns, 4501, "/main") // the old document hears it while the new one is on its way
		write(w, http.StatusOK, "next", "", "next")
	})
	tab := browsertest.New(t).Open(s.URL + "/first")
	tab.Ready()
	old := tab.Document()
	tab.Click("a")
	tab.WaitNewDocument(old)
	tab.WaitURL("/next")
	if pages, _ := s.counts(); pages != 2 {
		t.Errorf("%d pages were loaded, want two", pages)
	}
}
