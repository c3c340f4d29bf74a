package browsertest

import (
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// dialogs says yes to what a page asks with alert, confirm, prompt or
// beforeunload. A page stands still until somebody answers, and a person at the
// other end of the story would. The journal notes each.
type dialogs struct {
	opened chan struct{}
	done   chan struct{}
}

func (d *dialogs) start(tab *Tab) {
	d.opened = make(chan struct{}, 1) // a page has one dialog at a time
	d.done = make(chan struct{})
	go func() {
		defer close(d.done)
		for {
			select {
			case <-d.opened:
				// It fails when the page went away with its dialog.
				chromedp.Call(tab.ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true})
			case <-tab.ctx.Done():
				return
			}
		}
	}()
}

// wait returns when no dialog will be answered any more, which is soon after the
// tab's end.
func (d *dialogs) wait() { <-d.done }

func (d *dialogs) hear(event any) {
	if _, ok := event.(*page.EventJavascriptDialogOpening); ok {
		select {
		case d.opened <- struct{}{}:
		default:
		}
	}
}
