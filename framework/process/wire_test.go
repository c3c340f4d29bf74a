package process

import (
	"encoding/json"
	"strings"
	"testing"
)

// FuzzParse: whatever comes, each message of a frame is either a request or has an error that can be answered.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`{"jsonrpc":"2.0","id":1,"method":"a.b","params":{"x":[1,2.5e3,"\u00e9"]}}`,
		`[{"jsonrpc":"2.0","method":"a"},1,[],{"id":"x"}]`,
		`{"jsonrpc":"2.0","id":null,"method":"a"}`, `[]`, ``, ` `, `[`, `{`, `"`, `null`,
		`{"jsonrpc":"2.0","id":1,"id":2,"method":"a"}`,
		"\xff", strings.Repeat("[", 100), strings.Repeat(`{"a":`, 100),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, frame []byte) {
		messages, batch := parse(frame)
		if len(messages) == 0 || len(messages) > batchAtMost || !batch && len(messages) != 1 {
			t.Fatalf("%d messages, batch %v", len(messages), batch)
		}
		for _, m := range messages {
			if m.err == nil && (m.Version != version || m.Method == "") {
				t.Errorf("accepted: %+v", m)
			}
			if m.err == nil && !json.Valid(append(append([]byte("["), m.Params...), ']')) {
				t.Errorf("parameters %q", m.Params)
			}
			if text := answer(m.ID, nil, errRequest); !json.Valid(text) {
				t.Errorf("answer %q", text)
			}
		}
	})
}
