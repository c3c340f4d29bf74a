package browsertest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
)

// WaitDownload waits for the tab's next download to end, and returns the name
// under which a person would find the file and what is in it. Each download is
// returned once, in the order in which they began; they may have ended before.
func (tab *Tab) WaitDownload() (name string, content []byte) {
	tab.browser.t.Helper()
	downloads := &tab.browser.downloads
	tab.must(tab.await("a download", func(context.Context) (err error) {
		name, content, err = downloads.take(tab.place.watched())
		return err
	}))
	return name, content
}

// downloads keeps what the tabs of a browser download, in files of the test.
type downloads struct {
	folder string

	mu    sync.Mutex // protects begun
	begun []*download
}

type download struct {
	id    string // also the name of its file
	frame cdp.FrameID
	name  string
	state browser.DownloadProgressState
}

// start lets a browser download until ctx ends. Chromium tells of the downloads
// of all browsers; the tabs' frames tell whose they are.
func (d *downloads) start(ctx context.Context, of cdp.BrowserContextID, folder string) error {
	d.folder = folder
	if err := chromedp.ListenBrowser(ctx, d.hear); err != nil {
		return err
	}
	yes := true
	_, err := chromedp.CallBrowser(ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
		Behavior:         browser.SetDownloadBehaviorBehaviorAllowAndName,
		BrowserContextID: of,
		DownloadPath:     folder,
		EventsEnabled:    &yes,
	})
	return err
}

func (d *downloads) hear(event any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch event := event.(type) {
	case *browser.EventDownloadWillBegin:
		d.begun = append(d.begun, &download{id: event.GUID, frame: event.FrameID, name: event.SuggestedFilename})
	case *browser.EventDownloadProgress:
		for _, download := range d.begun {
			if download.id == event.GUID {
				download.state = event.State
			}
		}
	}
}

// take returns the next download of a frame, and forgets it.
func (d *downloads) take(frame cdp.FrameID) (name string, content []byte, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i, next := range d.begun {
		if next.frame != frame {
			continue
		}
		if next.state != browser.DownloadProgressStateCompleted {
			return "", nil, fmt.Errorf("%s is %s", next.name, next.state)
		}
		content, err = os.ReadFile(filepath.Join(d.folder, next.id))
		if err == nil {
			d.begun = append(d.begun[:i], d.begun[i+1:]...)
		}
		return next.name, content, err
	}
	return "", nil, errors.New("none has begun")
}
