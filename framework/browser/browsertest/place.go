package browsertest

import (
	"sync"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
)

// place follows which document a tab shows and whether another one is on its
// way. It knows from the browser's events alone, so nothing is injected into the
// page, and pages without scripts are followed too.
type place struct {
	mu       sync.Mutex // protects all below
	frame    cdp.FrameID
	here     location
	refusals []string
}

// location is a place at one moment.
type location struct {
	document cdp.LoaderID // shown; one woken from the cache has its old id again
	url      string       // it was loaded from, without a fragment
	arrivals int          // documents shown so far
	loaded   bool         // its load event is over
	woken    bool         // it came from the back/forward cache
	next     string       // the URL that is about to replace it, or empty
	history  bool         // next is a step in the tab's history
}

// settled reports that the document is whole and stays.
func (here location) settled() bool { return here.loaded && here.next == "" }

// watch says which frame is the tab's main one.
func (p *place) watch(frame cdp.FrameID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.frame = frame
}

func (p *place) watched() cdp.FrameID {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.frame
}

func (p *place) now() location {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.here
}

func (p *place) hear(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch event := event.(type) {
	case *page.EventFrameStartedNavigating:
		if event.FrameID == p.frame {
			p.leaveLocked(event)
		}
	case *page.EventFrameNavigated:
		if event.Frame.ID == p.frame {
			p.arriveLocked(event)
		}
	case *page.EventLifecycleEvent:
		if event.LoaderID == p.here.document && event.Name == "load" {
			p.here.loaded = true
		}
	case *page.EventFrameStoppedLoading:
		// What ends without an arrival has come to nothing, like a download. Not
		// so a step in the history: a document from the cache arrives later.
		if event.FrameID == p.frame && !p.here.history {
			p.here.next = ""
		}
	case *page.EventBackForwardCacheNotUsed:
		p.refusals = nil
		for _, why := range event.NotRestoredExplanations {
			p.refusals = append(p.refusals, string(why.Reason))
		}
	}
}

// found says which document a tab shows that was opened before anybody listened.
func (p *place) found(frame *cdp.Frame) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.here.arrivals == 0 {
		p.here.document, p.here.url, p.here.arrivals = frame.LoaderID, frame.URL, 1
	}
}

// complete says that the load event of such a document is over.
func (p *place) complete(frame *cdp.Frame) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.here.document == frame.LoaderID {
		p.here.loaded = true
	}
}

func (p *place) leaveLocked(event *page.EventFrameStartedNavigating) {
	switch event.NavigationType {
	case page.FrameStartedNavigatingNavigationTypeSameDocument,
		page.FrameStartedNavigatingNavigationTypeHistorySameDocument:
		return
	}
	p.here.next = event.URL
	p.here.history = event.NavigationType == page.FrameStartedNavigatingNavigationTypeHistoryDifferentDocument
}

func (p *place) arriveLocked(event *page.EventFrameNavigated) {
	woken := event.Type == page.NavigationTypeBackForwardCacheRestore
	if woken {
		p.refusals = nil
	}
	p.here = location{
		document: event.Frame.LoaderID,
		url:      event.Frame.URL,
		arrivals: p.here.arrivals + 1,
		loaded:   woken, // its load event was long ago
		woken:    woken,
	}
}
