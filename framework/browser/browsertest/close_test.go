package browsertest_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/ocsigo/start/framework/browser/browsertest"
)

// A tab that is closed leaves its page as a person's would: with a pagehide, in
// which the page can still say good-bye.
func TestCloseLetsThePageSayGoodbye(t *testing.T) {
	t.Parallel()
	goodbye := make(chan error, 1)
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		write(w, script(withSocket+`addEventListener("pagehide", () => socket.close(1000))`))
	})
	mux.HandleFunc("/socket", func(w http.ResponseWriter, r *http.Request) {
		conn, err := new(websocket.Upgrader).Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer conn.Close()
		conn.WriteMessage(websocket.TextMessage, []byte("hello"))
		for err == nil {
			_, _, err = conn.ReadMessage()
		}
		goodbye <- err
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)

	tab := browsertest.New(t).Open(server.URL)
	tab.Ready()
	tab.Close()
	select {
	case err := <-goodbye:
		if !websocket.IsCloseError(err, websocket.CloseNormalClosure) {
			t.Errorf("the socket ended with %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Error("the socket is open")
	}
}
