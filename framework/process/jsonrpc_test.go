package process_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/gorilla/websocket"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
)

func result(id, result string) string {
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"result":%s}`, id, result)
}

func failure(id string, code int, kind, message string) string {
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"error":{"code":%d,"message":%q,"data":{"kind":%q}}}`, id, code, message, kind)
}

func notJSON() string { return failure("null", -32700, "parse_error", "The message is not JSON.") }
func notRPC(id string) string {
	return failure(id, -32600, "invalid_request", "The message is not a JSON-RPC 2.0 request.")
}
func unknown(id string) string {
	return failure(id, -32601, "unknown_function", "There is no such function.")
}

// badInput is the answer to an input that does not fit; where says in which part of it.
func badInput(id, where, why string) string {
	if where == "" {
		return failure(id, -32602, "invalid_input", why)
	}
	whole := failure(id, -32602, "invalid_input", where+": "+why)
	return strings.Replace(whole, `"invalid_input"`, fmt.Sprintf(`"invalid_input","fields":{%q:%q}`, where, why), 1)
}

// TestMessages is JSON-RPC, rule by rule. The answer "" is none.
func TestMessages(t *testing.T) {
	echo := func(id string) string {
		return `{"jsonrpc":"2.0","id":` + id + `,"method":"echo","params":["hi"]}`
	}
	note := `{"jsonrpc":"2.0","method":"echo","params":["hi"]}`
	tests := []struct{ name, frame, want string }{
		{"a call", echo("1"), result("1", `"hi"`)},
		{"a string as id", echo(`"a b"`), result(`"a b"`, `"hi"`)},
		{"any number as id", echo("-1.5e3"), result("-1.5e3", `"hi"`)},
		{"an object as it is", `{"jsonrpc":"2.0","id":1,"method":"add","params":{"a":1,"b":2}}`, result("1", "3")},
		{"nothing in, nothing out", `{"jsonrpc":"2.0","id":1,"method":"nothing"}`, result("1", "{}")},
		{"white space around", " \r\n\t" + echo("1") + " \n", result("1", `"hi"`)},

		{"no JSON", `{"jsonrpc":"2.0","id":1,`, notJSON()},
		{"nothing at all", ``, notJSON()},
		{"something behind", echo("1") + "x", notJSON()},
		{"a name twice", `{"jsonrpc":"2.0","id":1,"method":"echo","method":"who"}`, notRPC("1")},
		{"a name of the input twice", `{"jsonrpc":"2.0","id":1,"method":"add","params":{"a":1,"a":2}}`, badInput("1", "a", "given twice")},
		{"half a surrogate", `{"jsonrpc":"2.0","id":1,"method":"echo","params":["\ud800"]}`, notJSON()},
		{"NaN", `{"jsonrpc":"2.0","id":1,"method":"echo","params":[NaN]}`, notJSON()},
		{"a broken batch", `[` + echo("1") + `,`, notJSON()},
		{"a bomb", strings.Repeat("[", 60_000), notJSON()},
		{"a deep list", strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000), notRPC("null")},
		{"a deep input", `{"jsonrpc":"2.0","id":1,"method":"echo","params":` + strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000) + `}`,
			notRPC("1")},

		{"not an object", `1`, notRPC("null")},
		{"another version", `{"jsonrpc":"1.0","id":1,"method":"echo","params":["hi"]}`, notRPC("1")},
		{"no version", `{"id":1,"method":"echo","params":["hi"]}`, notRPC("1")},
		{"no method", `{"jsonrpc":"2.0","id":1}`, notRPC("1")},
		{"a method that is none", `{"jsonrpc":"2.0","id":"x","method":1}`, notRPC(`"x"`)},
		{"null as id", echo("null"), notRPC("null")},
		{"an object as id", echo("{}"), notRPC("null")},
		{"scalar parameters", `{"jsonrpc":"2.0","id":1,"method":"echo","params":"hi"}`, notRPC("1")},
		{"null parameters", `{"jsonrpc":"2.0","id":1,"method":"nothing","params":null}`, notRPC("1")},
		{"more than there should be", `{"jsonrpc":"2.0","id":1,"method":"echo","params":["hi"],"user":7}`, notRPC("1")},
		{"an answer", `{"jsonrpc":"2.0","id":1,"result":1}`, notRPC("1")},

		{"no such function", `{"jsonrpc":"2.0","id":1,"method":"Echo"}`, unknown("1")},
		{"a second hello", `{"jsonrpc":"2.0","id":1,"method":"$/hello","params":{"token":""}}`, unknown("1")},
		{"an acknowledgement that wants an answer", `{"jsonrpc":"2.0","id":1,"method":"$/ack","params":{"received":1}}`, unknown("1")},
		{"a cancel that wants an answer", `{"jsonrpc":"2.0","id":1,"method":"$/cancelRequest","params":{"id":1}}`, unknown("1")},
		{"nothing where something must be", `{"jsonrpc":"2.0","id":1,"method":"echo"}`, badInput("1", "", "must be a list of one")},
		{"a list of two", `{"jsonrpc":"2.0","id":1,"method":"echo","params":["a","b"]}`, badInput("1", "", "must be a list of one")},
		{"a wrong value", `{"jsonrpc":"2.0","id":1,"method":"add","params":{"a":1,"b":"2"}}`, badInput("1", "b", "must be a number, not a string")},
		{"a value too few", `{"jsonrpc":"2.0","id":1,"method":"add","params":{"a":1}}`, badInput("1", "b", "missing")},
		{"a value too many", `{"jsonrpc":"2.0","id":1,"method":"add","params":{"a":1,"b":2,"c":3}}`, badInput("1", "c", "unknown")},

		{"a notification", note, ""},
		{"of an unknown function", `{"jsonrpc":"2.0","method":"gone"}`, ""},
		{"with a bad input", `{"jsonrpc":"2.0","method":"echo","params":[1]}`, ""},
		{"that fails", `{"jsonrpc":"2.0","method":"fail","params":["panic"]}`, ""},
		{"a cancel of nothing", `{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":99}}`, ""},
		{"a cancel that says nothing", `{"jsonrpc":"2.0","method":"$/cancelRequest"}`, ""},

		{"a batch", `[` + echo("1") + `,` + echo("2") + `]`, `[` + result("1", `"hi"`) + `,` + result("2", `"hi"`) + `]`},
		{"an empty one", `[ ]`, notRPC("null")},
		{"of notifications", `[` + note + `,` + note + `]`, ""},
		{"of cancels", `[{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}}]`, ""},
		{"of no requests", `[1,{}]`, `[` + notRPC("null") + `,` + notRPC("null") + `]`},
		{"of all sorts", `[` + note + `,1,` + echo("1") + `,{"jsonrpc":"2.0","id":2,"method":"gone"}]`,
			`[` + notRPC("null") + `,` + result("1", `"hi"`) + `,` + unknown("2") + `]`},
		{"one id twice", `[` + echo("1") + `,` + echo("1") + `]`, `[` + result("1", `"hi"`) + `,` + notRPC("1") + `]`},
		{"a batch of 40", `[` + strings.Repeat(note+",", 39) + echo("1") + `]`, `[` + result("1", `"hi"`) + `]`},
		{"a batch of 41", `[` + strings.Repeat(note+",", 40) + echo("1") + `]`,
			failure("null", -32003, "too_many_calls", "Too many calls wait for their answers.")},
	}
	w := newWorld(t, unhurried)
	tab := processtest.NewBrowser(t, w.URL).Open("/")
	for _, tt := range tests {
		tab.Send(tt.frame)
		if tt.want == "" { // then the next answer is the next call's
			tab.Send(echo(`"next"`))
			tt.want = result(`"next"`, `"hi"`)
		}
		if got := read(t, tab); got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, got, tt.want)
		}
	}
}

// TestFrames: what is no message at all ends the socket, with a code that arrives whatever else was sent.
func TestFrames(t *testing.T) {
	w := newWorld(t)
	call := func(text string) []byte {
		return []byte(`{"jsonrpc":"2.0","id":1,"method":"echo","params":["` + text + `"]}`)
	}
	longest := call(strings.Repeat("x", 64<<10-len(call(""))))
	tests := []struct {
		name string
		send func(*websocket.Conn) error
		code process.Code
	}{
		{"64 KiB", func(c *websocket.Conn) error { return c.WriteMessage(websocket.TextMessage, longest) }, 0},
		{"one byte more", func(c *websocket.Conn) error {
			return c.WriteMessage(websocket.TextMessage, append(longest, ' '))
		}, process.TooBig},
		{"many bytes more", func(c *websocket.Conn) error {
			return c.WriteMessage(websocket.TextMessage, make([]byte, 1<<20))
		}, process.TooBig},
		{"binary", func(c *websocket.Conn) error { return c.WriteMessage(websocket.BinaryMessage, longest) }, process.NotText},
		{"not UTF-8", func(c *websocket.Conn) error {
			return c.WriteMessage(websocket.TextMessage, call("\xff"))
		}, process.BadMessage},
		{"not masked", func(c *websocket.Conn) error {
			_, err := c.NetConn().Write([]byte("\x81\x02{}"))
			return err
		}, process.BadFrame},
	}
	b := processtest.NewBrowser(t, w.URL)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tab := b.Open("/")
			if err := tt.send(tab.Conn); err != nil {
				t.Log(err) // the server need not wait for the rest of what it refuses
			}
			if tt.code != 0 {
				if c := tab.WaitClose(); c.Code != int(tt.code) {
					t.Errorf("closed with %v, want %d", c, tt.code)
				}
				return
			}
			if got := read(t, tab); len(got) < 64<<10-100 {
				t.Errorf("%d bytes came back", len(got))
			}
		})
	}
}
