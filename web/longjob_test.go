package web_test

import (
	"net"
	"slices"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// job opens the demo and waits for its script.
func (s *site) job(b *browsertest.Browser) *browsertest.Tab {
	s.t.Helper()
	tab := s.open(b, "/long-job")
	tab.Wait(`document.getElementById("job")?.dataset.filled === "yes"`)
	return tab
}

// begins begins a job, and waits until it is under way. Each step that the page shows is noted in its variable steps.
func begins(tab *browsertest.Tab) {
	browsertest.Eval[bool](tab, `(() => {
		window.steps = []
		const take = (records) => records.forEach(({ addedNodes }) => steps.push(parseInt(addedNodes[0].data)))
		new MutationObserver(take).observe(document.getElementById("job-progress"), { childList: true })
		return true
	})()`)
	tab.Click("#job-start")
	tab.Wait("steps.length > 2")
}

// noted waits until the server has said this last.
func noted(tab *browsertest.Tab, pattern string) {
	tab.Wait(`/` + pattern + `/.test(document.querySelector("#job-log li")?.textContent)`)
}

const brokenOff = `A job was broken off at step \d+ of 100\.$`

// TestJobIsCancelled: the Go function ends, as another tab hears at once, and the page says so. It can begin again.
func TestJobIsCancelled(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := browsertest.New(t)
	tab, beside, other := s.job(b), s.job(b), s.job(browsertest.New(t))
	for range 2 {
		begins(tab)
		noted(beside, `A job has begun\.$`)
		if focused := tab.Focused(); focused != "button#job-cancel" {
			t.Errorf("while it runs the focus is on %s", focused)
		}
		tab.Click("#job-cancel")
		noted(beside, brokenOff)
		tab.Wait(`/^Cancelled at step \d+ of 100\.$/.test(document.getElementById("job-status").textContent)`)
		if focused := tab.Focused(); focused != "button#job-start" {
			t.Errorf("after it the focus is on %s", focused)
		}
	}
	if lines := browsertest.Eval[int](beside, `document.querySelectorAll("#job-log li").length`); lines != 4 {
		t.Errorf("the server has said %d things", lines)
	}
	if other.Has("#job-log li") {
		t.Error("another browser hears of it")
	}
}

// TestJobEndsWithItsPage: when another page is shown in place, when the document is loaded anew, and when the tab goes.
func TestJobEndsWithItsPage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := browsertest.New(t)
	beside := s.job(b)
	for what, leave := range map[string]func(*browsertest.Tab){
		"another page":     func(tab *browsertest.Tab) { tab.Click("header a[href='/login']") },
		"another document": func(tab *browsertest.Tab) { tab.Reload() },
		"no tab":           func(tab *browsertest.Tab) { tab.Close() },
	} {
		t.Log(what)
		tab := s.job(b)
		begins(tab)
		noted(beside, `A job has begun\.$`)
		leave(tab)
		noted(beside, brokenOff)
	}
}

// TestJobThroughALostNetwork: it runs on while the network is away. Each of its steps comes once and in order, and it is done.
func TestJobThroughALostNetwork(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	s := newSiteAs(t, setup{host: listener.Addr().String()})
	w := newWire(t, listener, s.Listener.Addr().String())
	s.URL = s.address.String()
	tab := s.job(browsertest.New(t))
	begins(tab)
	for range 2 {
		w.setCut(true)
		tab.Wait(`document.documentElement.dataset.process === "lost"`)
		w.setCut(false)
		tab.Ready()
	}
	tab.Within(30*time.Second).WaitText("#job-status", "Done.")
	noted(tab, `A job is done\.$`)
	var all []int
	for step := range 100 {
		all = append(all, step+1)
	}
	if steps := browsertest.Eval[[]int](tab, "steps"); !slices.Equal(steps, all) {
		t.Errorf("the steps are %v", steps)
	}
	if lines := browsertest.Eval[int](tab, `document.querySelectorAll("#job-log li").length`); lines != 2 {
		t.Errorf("the server has said %d things", lines)
	}
}

// TestJobWithoutJavaScript: the page comes when the job is done.
func TestJobWithoutJavaScript(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := browsertest.New(t)
	b.NoJavaScript()
	tab := b.Open(s.URL + "/long-job")
	tab.WaitText("#job-status", "Nothing runs yet.")
	if browsertest.Eval[bool](tab, `document.getElementById("job-cancel").checkVisibility()`) {
		t.Error("there is a button that would do nothing")
	}
	tab.Click("#job-start")
	tab = tab.Within(30 * time.Second)
	tab.WaitText(stands, "The job is done.")
	tab.WaitURL("/long-job")
	tab.Goto(s.URL + "/long-job")
	if tab.Has(stands) {
		t.Error("it is said again")
	}
}

// TestTheJobFitsTheScreenAndKeepsNobodyOut: while it runs, and after it.
func TestTheJobFitsTheScreenAndKeepsNobodyOut(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	tab := s.job(browsertest.New(t))
	fits(t, tab, "the page of the job")
	barrierFree(t, tab, "the page of the job")
	begins(tab)
	barrierFree(t, tab, "a job that runs")
	tab.Within(30*time.Second).WaitText("#job-status", "Done.")
	fits(t, tab, "a job that is done")
	barrierFree(t, tab, "a job that is done")
}
