package process

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzScan: whatever comes, each message of a frame is either a request or has an error that can be answered.
func FuzzScan(f *testing.F) {
	for _, seed := range []string{
		`{"jsonrpc":"2.0","id":1,"method":"a.b","params":{"x":[1,2.5e3,"\u00e9"]}}`,
		`[{"jsonrpc":"2.0","method":"a"},1,[],{"id":"x"}]`, ` [ {"jsonrpc":"2.0","method":"a", "id" : 7 } , 1 ] `,
		`{"jsonrpc":"2.0","id":null,"method":"a"}`, `[]`, ``, ` `, `[`, `{`, `"`, `null`, `[1,2`, `[1 2]`, `[1]2`,
		`{"jsonrpc":"2.0","id":1,"id":2,"method":"a"}`, `{"jsonrpc":"2.0","id":"\u0031","\u006dethod":"a"}`,
		"\xff", strings.Repeat("[", 100), strings.Repeat(`{"a":`, 100), "[" + strings.Repeat("1,", 50) + "1]",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, frame []byte) {
		one, batch := scan(frame)
		if len(batch) > batchAtMost {
			t.Fatalf("%d messages", len(batch))
		}
		if batch == nil {
			batch = []scanned{one}
		}
		for _, m := range batch {
			if m.err == nil {
				wantInFrame(t, frame, m.message)
			}
			if text := answer(m.id, nil, errRequest); !json.Valid(text) {
				t.Errorf("answer %q", text)
			}
		}
	})
}

// FuzzScanner: it says of a text what a library says, but for what nests deeply.
func FuzzScanner(f *testing.F) {
	for _, seed := range []string{
		`{"a":[1,-0.5e+3,"\u00e9\ud83d\ude00\n",true,false,null,{}]}`, `"\ud800"`, `"\udc00\ud800"`, `"\u12g4"`, `01`, `-`, `1.`, `1e`, `.5`,
		`[1,]`, `{"a":1,}`, `{a:1}`, `{"a" 1}`, "\"\n\"", `"\x"`, `tru`, `nulll`, `[`, `"`, `"\`, `"\u`, ` 1 `, ``, "\ufeff1", `{"a":1,"a":2}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if !utf8.Valid(text) {
			return // the socket lets it not through
		}
		s := scanner{text: text}
		_, ok := s.value(1)
		ok = ok && s.end()
		switch {
		case ok && !isJSON(text):
			t.Errorf("accepts %q", text)
		case !ok && isJSON(text) && bytes.Count(text, []byte("["))+bytes.Count(text, []byte("{")) < deepest:
			t.Errorf("refuses %q", text)
		}
	})
}

// wantInFrame: what was scanned is JSON that stands in the frame, and what another reader finds there.
func wantInFrame(t *testing.T, frame []byte, m message) {
	t.Helper()
	if m.method == nil || !bytes.Contains(frame, m.id) || !bytes.Contains(frame, m.params) {
		t.Errorf("accepted: %q %q %q", m.id, m.method, m.params)
	}
	if m.id != nil && !json.Valid(m.id) || m.params != nil && !json.Valid(m.params) {
		t.Errorf("no JSON: %q %q", m.id, m.params)
	}
}
