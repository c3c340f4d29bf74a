package browser_test

import (
	"fmt"
	"testing"

	"github.com/gorilla/websocket"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// reads is a page that reads a stream, and notes its values and how the loop ended. A test says what else the loop does.
const reads = `void (async () => {
	window.values = []
	window.controller = new AbortController()
	try {
		for await (const value of stream("lines", { year: 2026 }, { signal: controller.signal })) {
			values.push(value)
			%s
		}
		window.ended = "ended"
	} catch (error) {
		window.ended = error.kind ?? error
	}
})()`

// streaming opens a tab that reads a stream.
func streaming(t *testing.T, loop string) (line, *browsertest.Tab, heard) {
	t.Helper()
	_, l, tab, _ := calling(t, "")
	browsertest.Eval[any](tab, fmt.Sprintf(reads, loop))
	asked := l.next(t, "lines")
	if got := string(asked.Params); got != `{"year":2026}` {
		t.Errorf("the server is asked with %s", got)
	}
	return l, tab, asked
}

// sends sends values of a stream.
func (h heard) sends(conn *websocket.Conn, values ...any) {
	for _, value := range values {
		conn.WriteJSON(map[string]any{
			"jsonrpc": "2.0", "method": "$/progress", "params": map[string]any{"token": h.ID, "value": value},
		})
	}
}

// wantEnd waits until the loop has ended, and compares what it had.
func wantEnd(t *testing.T, tab *browsertest.Tab, values, end string) {
	t.Helper()
	tab.Wait(`window.ended`)
	if got := browsertest.Eval[string](tab, `JSON.stringify(values) + " " + ended`); got != values+" "+end {
		t.Errorf("the loop had %s, want %s %s", got, values, end)
	}
}

// TestStream: its values come one after the other, whatever they are, then its end.
func TestStream(t *testing.T) {
	t.Parallel()
	_, tab, asked := streaming(t, "")
	asked.sends(asked.conn, "one", map[string]int{"two": 2})
	tab.Wait(`values.length === 2`)
	asked.sends(asked.conn, false, 0, []int{})
	reply(asked.conn, asked.ID, struct{}{})
	asked.sends(asked.conn, "late")
	wantEnd(t, tab, `["one",{"two":2},false,0,[]]`, "ended")
}

// TestStreamFails: the values that came before are had first, however slow the reader is; so they are when it ends.
func TestStreamFails(t *testing.T) {
	t.Parallel()
	for end, answer := range map[string]func(asked heard){
		"sold_out": func(asked heard) { refuse(asked.conn, asked.ID, "sold_out") },
		"ended":    func(asked heard) { reply(asked.conn, asked.ID, struct{}{}) },
	} {
		t.Run(end, func(t *testing.T) {
			t.Parallel()
			_, tab, asked := streaming(t, `if (value === 1) await new Promise((resolve) => { window.next = resolve })`)
			asked.sends(asked.conn, 1, 2, 3)
			tab.Wait(`window.next`)
			answer(asked)
			come := listensFor(tab, "behind")
			tell(asked.conn, "behind", 0)
			tab.Wait(come)
			browsertest.Eval[any](tab, `void next()`)
			wantEnd(t, tab, `[1,2,3]`, end)
		})
	}
}

// TestLeavingAStream: leaving the loop, or aborting its signal, breaks the call off.
func TestLeavingAStream(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ loop, then, values, end string }{
		"break":                {`break`, ``, `[1]`, "ended"},
		"throw":                {`throw "enough"`, ``, `[1]`, "enough"},
		"abort in the loop":    {`controller.abort("enough")`, ``, `[1]`, "enough"},
		"abort while it waits": {``, `controller.abort("enough")`, `[1,2]`, "enough"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, tab, asked := streaming(t, test.loop)
			asked.sends(asked.conn, 1, 2)
			if test.then != "" {
				tab.Wait(`values.length === 2`)
				browsertest.Eval[any](tab, "void "+test.then)
			}
			cancel := l.next(t, "$/cancelRequest")
			if want := fmt.Sprintf(`{"id":%v}`, asked.ID); string(cancel.Params) != want {
				t.Errorf("cancelled %s, want %s", cancel.Params, want)
			}
			asked.sends(asked.conn, 3) // nobody listens any more
			refuse(asked.conn, asked.ID, "interrupted")
			wantEnd(t, tab, test.values, test.end)
		})
	}
}

// TestIteratorByHand: nothing is asked before the first value is wanted; who waits for one when the loop is left is told
// that there is none; and each reader makes a call of his own.
func TestIteratorByHand(t *testing.T) {
	t.Parallel()
	_, l, tab, _ := calling(t, "")
	browsertest.Eval[any](tab, `void (() => {
		const lines = stream("lines")
		const unread = lines[Symbol.asyncIterator]()
		unread.return()
		const read = lines[Symbol.asyncIterator]()
		const other = lines[Symbol.asyncIterator]()
		window.ended = Promise.all([unread.next(), read.next(), read.next(), read.return()])
		other.next()
	})()`)
	first, second := l.next(t, "lines"), l.next(t, "$/cancelRequest")
	if want := fmt.Sprintf(`{"id":%v}`, first.ID); string(second.Params) != want {
		t.Errorf("cancelled %s, want %s", second.Params, want)
	}
	if other := l.next(t, "lines"); other.ID == first.ID {
		t.Error("two readers share a call")
	}
	if got, want := browsertest.Eval[string](tab, `ended.then((all) => all.map((x) => x.done).join())`), "true,true,true,true"; got != want {
		t.Errorf("they are done: %s, want %s", got, want)
	}
}

// TestSlowReader: the server is asked for more when half of what it sends unasked was used, and not before.
func TestSlowReader(t *testing.T) {
	t.Parallel()
	l, tab, asked := streaming(t, `await new Promise((resolve) => { window.next = resolve })`)
	for n := range 32 {
		asked.sends(asked.conn, n)
	}
	for n := range 32 {
		tab.Wait(fmt.Sprintf(`values.length === %d`, n+1))
		if n == 15 {
			l.silent(t)
		}
		browsertest.Eval[any](tab, `void next()`)
		if n%16 != 15 {
			continue
		}
		if credit, want := l.next(t, "$/credit"), fmt.Sprintf(`{"id":%v,"more":16}`, asked.ID); string(credit.Params) != want {
			t.Errorf("the tab says %s, want %s", credit.Params, want)
		}
	}
	reply(asked.conn, asked.ID, struct{}{})
	tab.Wait(`window.ended === "ended"`)
	l.silent(t)
}

// TestStreamThroughALostSocket: it goes on, and what the reader has used meanwhile is said on the next socket.
func TestStreamThroughALostSocket(t *testing.T) {
	t.Parallel()
	l, tab, asked := streaming(t, `if (value === 15) await new Promise((resolve) => { window.next = resolve })`)
	for n := range 16 {
		asked.sends(asked.conn, n)
	}
	tab.Wait(`window.next`)
	asked.sends(asked.conn, 16) // may be lost
	asked.conn.Close()
	waitState(tab, "lost")
	browsertest.Eval[any](tab, `void next()`)
	hello := l.greet(t)
	var params struct{ Received int }
	hello.params(t, &params)
	if credit, want := l.next(t, "$/credit"), fmt.Sprintf(`{"id":%v,"more":16}`, asked.ID); string(credit.Params) != want {
		t.Errorf("the tab says %s, want %s", credit.Params, want)
	}
	for n := params.Received; n < 18; n++ {
		asked.sends(hello.conn, n)
	}
	reply(hello.conn, asked.ID, struct{}{})
	wantEnd(t, tab, `[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]`, "ended")
}
