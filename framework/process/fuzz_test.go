package process_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/gorilla/websocket"

	"github.com/ocsigo/start/framework/process/processtest"
)

// FuzzSocket says anything to a tab's socket, before the hello and after it; 0xff splits messages. The socket
// then answers a call, or is closed; and the node stands.
func FuzzSocket(f *testing.F) {
	for _, seed := range []string{
		`{"jsonrpc":"2.0","id":1,"method":"echo","params":["x"]}`,
		`[{"jsonrpc":"2.0","id":1,"method":"add","params":{"a":1,"b":2}},{"jsonrpc":"2.0","method":"fail","params":["panic"]}]`,
		`{"jsonrpc":"2.0","id":1,"method":"session.disconnectAll","params":{"userIndep":true,"withRestart":false}}`,
		`{"jsonrpc":"2.0","id":1,"method":"tell","params":{"scope":"user","number":1}}` + "\xff" + `{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}}`,
		"\xff\xff", `{`, `[1]`, `{"jsonrpc":"2.0","id":0,"method":"$/hello","params":{"token":"x"}}`,
		"\x00binary", strings.Repeat("[", 20_000),
	} {
		f.Add([]byte(seed), true)
		f.Add([]byte(seed), false)
	}
	w := newWorld(f)
	f.Fuzz(func(t *testing.T, said []byte, hello bool) {
		b := processtest.NewBrowser(t, w.URL)
		b.Get("/in?user=1")
		token := b.Get("/").Token()
		tab := b.Dial(nil)
		defer tab.Close()
		if hello {
			if err := tab.Hello(token, ""); err != nil {
				t.Fatal(err)
			}
		}
		for frame := range bytes.SplitSeq(said, []byte{0xff}) {
			kind := websocket.TextMessage
			if bytes.HasPrefix(frame, []byte{0}) {
				kind = websocket.BinaryMessage
			}
			tab.Conn.WriteMessage(kind, frame) // it may be closed already
		}
		tab.Conn.WriteMessage(websocket.TextMessage, []byte(`{"jsonrpc":"2.0","id":"the last","method":"nothing"}`))
		for {
			frame, err := tab.Read()
			var closed *processtest.Closed
			if strings.Contains(frame, `"id":"the last"`) || errors.As(err, &closed) && closed.Code != 1006 {
				break
			}
			if err != nil {
				t.Fatalf("neither an answer nor a close: %v", err)
			}
		}
		if err := processtest.NewBrowser(t, w.URL).Open("/").Call("nothing", nil, nil); err != nil {
			t.Fatalf("the node: %v", err)
		}
	})
}
