package browsertest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// must ends the test when there is an error.
func (tab *Tab) must(err error) {
	tab.browser.t.Helper()
	if err != nil {
		tab.browser.t.Fatalf("browsertest: %v", err)
	}
}

// failure tells the story of what was awaited in vain: what is missing, where
// the tab is, and what it has logged.
func (tab *Tab) failure(what string, missing error) error {
	next := tab.place.now().next
	switch {
	case tab.ctx.Err() != nil:
		missing = errors.New("the tab is closed")
	case missing == nil && next != "":
		// Chromium keeps a question back for the document that is to come.
		missing = fmt.Errorf("it is being replaced by %s", next)
	case missing == nil:
		missing = errors.New("the page does not answer")
	}
	var story strings.Builder
	fmt.Fprintf(&story, "waited in vain (limit %v) for %s: %v", tab.limit, what, missing)
	tab.describe(&story)
	return errors.New(story.String())
}

// describe adds where the tab is, a line each.
func (tab *Tab) describe(story *strings.Builder) {
	ctx, cancel := context.WithTimeout(tab.ctx, time.Second)
	defer cancel()
	var page struct{ URL, Title, Process string }
	value, err := tab.evaluate(ctx, `({
		url: location.href,
		title: document.title,
		process: document.documentElement?.dataset.process ?? "",
	})`)
	if err == nil {
		err = json.Unmarshal(value, &page)
	}
	if err != nil {
		fmt.Fprintf(story, "\n\turl: %s, which does not answer (%v)", tab.place.now().url, err)
	} else {
		fmt.Fprintf(story, "\n\turl: %s\n\ttitle: %s\n\tdata-process: %s", page.URL, page.Title, page.Process)
	}
	if next := tab.place.now().next; next != "" {
		fmt.Fprintf(story, "\n\tbeing replaced by: %s", next)
	}
	for _, line := range tab.journal.all() {
		fmt.Fprintf(story, "\n\tlog: %s", line)
	}
}
