package session_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/ocsigo/start/framework/session"
)

// TestJoinNamed: a request is a tab's only when its headers name that tab, once and to the letter.
func TestJoinNamed(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	tab := b.open().start()
	stranger := w.browser().open().start()
	type headers map[string][]string
	for name, test := range map[string]struct {
		headers headers
		named   bool // as a tab's, if not as one that is there
		joined  bool
	}{
		"no tab":                 {headers{}, false, false},
		"a number alone":         {headers{"Ocsigo-Identity": {"0"}}, false, false},
		"the tab":                {headers{"Ocsigo-Process": {tab.ID()}, "Ocsigo-Identity": {"0"}}, true, true},
		"another browser's":      {headers{"Ocsigo-Process": {stranger.ID()}, "Ocsigo-Identity": {"0"}}, true, false},
		"an empty process":       {headers{"Ocsigo-Process": {""}, "Ocsigo-Identity": {"0"}}, true, false},
		"two processes":          {headers{"Ocsigo-Process": {tab.ID(), tab.ID()}, "Ocsigo-Identity": {"0"}}, true, false},
		"no number":              {headers{"Ocsigo-Process": {tab.ID()}}, true, false},
		"an empty number":        {headers{"Ocsigo-Process": {tab.ID()}, "Ocsigo-Identity": {""}}, true, false},
		"two numbers":            {headers{"Ocsigo-Process": {tab.ID()}, "Ocsigo-Identity": {"0", "0"}}, true, false},
		"another number":         {headers{"Ocsigo-Process": {tab.ID()}, "Ocsigo-Identity": {"1"}}, true, false},
		"the number with a zero": {headers{"Ocsigo-Process": {tab.ID()}, "Ocsigo-Identity": {"00"}}, true, false},
		"the number with a sign": {headers{"Ocsigo-Process": {tab.ID()}, "Ocsigo-Identity": {"-0"}}, true, false},
		"the number with a text": {headers{"Ocsigo-Process": {tab.ID()}, "Ocsigo-Identity": {"0, 0"}}, true, false},
	} {
		b.serve(func(_ http.ResponseWriter, r *http.Request) {
			r.Header = http.Header(test.headers)
			if got := session.NamesTab(r); got != test.named {
				t.Errorf("%s: it names a tab: %v, want %v", name, got, test.named)
			}
			err := session.JoinNamed(r)
			if session.InTab(r.Context()) != test.joined || test.joined && err != nil || !test.joined && !errors.Is(err, session.ErrForeignTab) {
				t.Errorf("%s: joined %v, %v", name, session.InTab(r.Context()), err)
			}
		})
	}
}
