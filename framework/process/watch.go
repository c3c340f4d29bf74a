package process

import (
	"sync"
	"time"
)

// watch looks at the jobs that run. A tab's frames are read, and its calls run, by one goroutine: waking another costs
// more than most calls take. But a call that takes longer must not keep its tab from being heard: another goroutine goes
// on with the reading, and this one ends with its job. And a job whose time is over is broken off. One ticker does both
// for all tabs; while nothing runs there is none.
type watch struct {
	wake     chan struct{} // of size 1: the pace may have to change
	couriers *couriers     // whom it looks at, too

	mu      sync.Mutex // protects the fields below
	reading []*job     // run by readers
	others  []*job     // run by other goroutines, and have a deadline
	quiet   int        // how many looks in a row found nothing that readers run
	pace    time.Duration
}

// How often the watch looks at what readers run, and at deadlines; and after how many quiet looks only at these.
const (
	lookAtReaders   = 2 * time.Millisecond
	lookAtDeadlines = time.Second
	quietLooks      = 100
)

func newWatch() *watch { return &watch{wake: make(chan struct{}, 1), quiet: quietLooks} }

// read notes that a reader runs a job.
func (w *watch) read(v *visit, j *job) {
	w.mu.Lock()
	j.reader, j.place, j.seen = v, len(w.reading), false
	w.reading = append(w.reading, j)
	slow := w.busyLocked()
	w.mu.Unlock()
	if slow {
		w.rouse()
	}
}

// busy lets it look often for a while.
func (w *watch) busy() {
	w.mu.Lock()
	slow := w.busyLocked()
	w.mu.Unlock()
	if slow {
		w.rouse()
	}
}

// busyLocked reports whether it has to be roused for that.
func (w *watch) busyLocked() (slow bool) {
	w.quiet = 0
	return w.pace != lookAtReaders
}

// other notes that a job runs in a goroutine of its own.
func (w *watch) other(j *job) {
	w.mu.Lock()
	w.otherLocked(j)
	asleep := w.pace == 0
	w.mu.Unlock()
	if asleep {
		w.rouse()
	}
}

func (w *watch) otherLocked(j *job) {
	j.reader, j.place = nil, -1
	if !j.deadline.IsZero() {
		j.place = len(w.others)
		w.others = append(w.others, j)
	}
}

func (w *watch) rouse() {
	select {
	case w.wake <- struct{}{}:
	default: // it is about to look anyway
	}
}

// done forgets a job, and reports whether the reader that has run it still reads.
func (w *watch) done(j *job) (reads bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case j.reader != nil:
		remove(&w.reading, j)
		return true
	case j.place >= 0:
		remove(&w.others, j)
	}
	return false
}

// remove takes a job out of its list; the last one takes its place.
func remove(list *[]*job, j *job) {
	all := *list
	last := all[len(all)-1]
	all[j.place], last.place = last, j.place
	all[len(all)-1] = nil
	*list, j.place = all[:len(all)-1], -1
}

// run watches until done is closed.
func (w *watch) run(done <-chan struct{}) {
	ticker := time.NewTicker(lookAtDeadlines)
	ticker.Stop() // until a job runs
	defer ticker.Stop()
	var looked time.Time // at the deadlines
	for {
		w.adapt(ticker)
		select {
		case <-done:
			return
		case <-w.wake:
		case now := <-ticker.C:
			for _, v := range w.slow() {
				go v.read()
			}
			if w.couriers.look() {
				w.busy()
			}
			if now.Sub(looked) >= lookAtDeadlines {
				looked = now
				for _, j := range w.overdue(now) {
					j.overdue()
				}
			}
		}
	}
}

// adapt sets the pace that is needed now.
func (w *watch) adapt(ticker *time.Ticker) {
	w.mu.Lock()
	defer w.mu.Unlock()
	pace := time.Duration(0)
	switch {
	case len(w.reading) > 0 || w.quiet < quietLooks:
		pace = lookAtReaders
	case len(w.others) > 0:
		pace = lookAtDeadlines
	}
	switch {
	case pace == w.pace:
	case pace == 0:
		ticker.Stop()
	default:
		ticker.Reset(pace)
	}
	w.pace = pace
}

// slow takes the reading from those who have run the same job since the last look, and returns their visits.
func (w *watch) slow() (visits []*visit) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.quiet++
	for i := len(w.reading) - 1; i >= 0; i-- { // from the end: what is removed is replaced by what was looked at
		j := w.reading[i]
		w.quiet = 0
		if !j.seen {
			j.seen = true
			continue
		}
		visits = append(visits, j.reader)
		remove(&w.reading, j)
		w.otherLocked(j)
	}
	return visits
}

// overdue takes out the jobs whose time is over.
func (w *watch) overdue(now time.Time) (late []*job) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := len(w.others) - 1; i >= 0; i-- {
		if j := w.others[i]; !now.Before(j.deadline) {
			remove(&w.others, j)
			late = append(late, j)
		}
	}
	return late
}
