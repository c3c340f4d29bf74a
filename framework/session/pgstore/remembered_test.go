package pgstore_test

import (
	"encoding/json"
	"testing"

	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/framework/session/pgstore"
)

// TestRememberedOf: all that is remembered for a user and his sessions can be shown to him, what does not fit its type any
// more too, and nothing of anybody else's.
func TestRememberedOf(t *testing.T) {
	pool := newPool(t)
	s := pgstore.New(pool)
	hers, bobs := open(t, s, record(ada, 1)), open(t, s, record(bob, 2))
	of := func(r session.Record) session.Holder {
		return session.Holder{Kind: session.HeldBySession, Number: int64(r.ID)}
	}
	same := session.Holder{Kind: session.HeldBySession, Number: int64(ada) + 1000} // no session of hers
	write(t, s, of(hers), "draft", "", `"a \u003cb>"`)
	write(t, s, of(bobs), "draft", "", `"bob's"`)
	write(t, s, same, "draft", "", `"nobody's"`)
	write(t, s, adas, "theme", "", `{"dark": true}`)
	write(t, s, session.Holder{Kind: session.HeldByUser, Number: int64(bob)}, "theme", "", `"bob's"`)
	write(t, s, session.Holder{Kind: session.HeldByBrowser, Browser: hers.Browser}, "zoom", "", `2`)
	change(t, s, adas, "cart", func([]byte) (session.Stored, error) { return session.Stored{Aside: []byte(`{"old": [`)}, nil })

	got, err := pgstore.RememberedOf(t.Context(), pool, ada)
	if err != nil {
		t.Fatal(err)
	}
	for i := range got {
		if !got[i].Written.Equal(start) {
			t.Errorf("%s was written at %v", got[i].Reference, got[i].Written)
		}
		got[i].Written = start.UTC()
	}
	text, err := json.Marshal(got)
	at, _ := json.Marshal(start.UTC())
	want := `[{"reference":"cart","of":"user","setAside":"{\"old\": [","written":` + string(at) + `},` +
		`{"reference":"theme","of":"user","value":{"dark":true},"written":` + string(at) + `},` +
		`{"reference":"draft","of":"session","value":"a \u003cb\u003e","written":` + string(at) + `}]`
	if err != nil || string(text) != want {
		t.Errorf("%s, %v\nwant %s", text, err, want)
	}
	if none, err := pgstore.RememberedOf(t.Context(), pool, 4711); err != nil || len(none) != 0 {
		t.Errorf("of somebody else: %v, %v", none, err)
	}
}
