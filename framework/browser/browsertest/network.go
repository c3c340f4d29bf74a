package browsertest

import (
	"context"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// Offline takes the tab off the network, or puts it back. The page hears offline
// and online, and navigator.onLine says so; requests and new websockets fail at
// once.
//
// A websocket that is open is not cut. It is dead, as on a line that has gone
// silent: what either side sends, and that the server has ended it, arrives when
// the tab is online again. Only a close by the page itself goes through.
func (tab *Tab) Offline(offline bool) {
	tab.browser.t.Helper()
	tab.must(tab.emulateNetwork("another network", network.Conditions{Offline: offline}))
}

// Throttle delays the answers to the tab's requests, and the opening of its
// websockets, but not what goes over them; 0 delays nothing. It ends [Tab.Offline].
func (tab *Tab) Throttle(latency time.Duration) {
	tab.browser.t.Helper()
	milliseconds := float64(latency) / float64(time.Millisecond)
	tab.must(tab.emulateNetwork("a slower network", network.Conditions{Latency: milliseconds}))
}

func (tab *Tab) emulateNetwork(what string, conditions network.Conditions) error {
	conditions.DownloadThroughput, conditions.UploadThroughput = -1, -1 // as fast as can be
	return tab.do(what, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
			MatchedNetworkConditions: []*network.Conditions{&conditions},
		})
		if err != nil {
			return err
		}
		// What the page is told of the network is another matter.
		_, err = cdp.Call(ctx, t, network.OverrideNetworkState, network.OverrideNetworkStateParams{
			Offline:            conditions.Offline,
			Latency:            conditions.Latency,
			DownloadThroughput: -1,
			UploadThroughput:   -1,
		})
		return err
	}))
}
