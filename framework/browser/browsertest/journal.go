package browsertest

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
)

// Logs returns what the tab has logged, first to last: the page's console
// messages, uncaught exceptions, the browser's own messages (violations of the
// content security policy, answers that are errors), and dialogs.
func (tab *Tab) Logs() []string {
	tab.flush()
	return tab.journal.all()
}

// journal keeps what a tab logs.
type journal struct {
	mu      sync.Mutex // protects entries
	entries []entry
}

type entry struct {
	text      string
	fault     bool  // fails the test at its end
	exception int64 // the browser's number of it, or 0
}

func (j *journal) hear(event any) {
	switch event := event.(type) {
	case *runtime.EventConsoleAPICalled:
		j.add(entry{text: fmt.Sprintf("console.%s: %s", event.Type, words(event.Args))})
	case *runtime.EventExceptionThrown:
		thrown := event.ExceptionDetails
		text := fmt.Sprintf("%s: %s (%s:%d)", thrown.Text, exception(thrown), thrown.URL, thrown.LineNumber+1)
		j.add(entry{text: text, fault: true, exception: thrown.ExceptionID})
	case *runtime.EventExceptionRevoked:
		j.revoke(event.ExceptionID)
	case *log.EventEntryAdded:
		j.add(entry{
			text:  fmt.Sprintf("%s %s: %s (%s)", event.Entry.Source, event.Entry.Level, event.Entry.Text, event.Entry.URL),
			fault: event.Entry.Source == log.EntrySourceSecurity && event.Entry.Level == log.EntryLevelError,
		})
	case *page.EventJavascriptDialogOpening:
		j.add(entry{text: fmt.Sprintf("dialog %s, accepted: %s", event.Type, event.Message)})
	}
}

func (j *journal) add(e entry) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.entries = append(j.entries, e)
}

// revoke pardons a rejected promise that found a handler after all.
func (j *journal) revoke(exception int64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for i := range j.entries {
		if j.entries[i].exception == exception {
			j.entries[i].fault = false
		}
	}
}

func (j *journal) all() []string {
	return j.texts(func(entry) bool { return true })
}

func (j *journal) faults() []string {
	return j.texts(func(e entry) bool { return e.fault })
}

func (j *journal) texts(keep func(entry) bool) []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	var texts []string
	for _, entry := range j.entries {
		if keep(entry) {
			texts = append(texts, entry.text)
		}
	}
	return texts
}

// words writes the arguments of a console message as the console does.
func words(arguments []*runtime.RemoteObject) string {
	var words []string
	for _, argument := range arguments {
		var text string
		switch {
		case json.Unmarshal(argument.Value, &text) == nil:
			words = append(words, text)
		case argument.Value != nil:
			words = append(words, string(argument.Value))
		default:
			words = append(words, argument.Description)
		}
	}
	return strings.Join(words, " ")
}
