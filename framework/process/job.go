package process

import (
	"bytes"
	"sync"
	"time"
)

// job is one frame with calls in it, from its arrival to its answer: as a rule one call, else a batch, which counts as
// one and is done in its order. One that its reader has run to its end, as most, is used again: nobody else has it then.
//
// The messages stand in the frame. So who ends the job gives it back, and nobody else: done, when it has run, refuse, when
// it is not to run, or who has found nothing to run in it. A frame of which no job was made is given back by who took it.
type job struct {
	process *Process
	frame   *bytes.Buffer
	one     task
	batch   []*task // instead of one
	serial  bool    // waits for the tab's other serial calls

	deadline time.Time // when it is broken off; zero for never

	// Protected by watch.mu.
	reader *visit // whose reader runs it; nil in a goroutine of its own
	place  int    // in the watch's list; -1 when it is in none
	seen   bool   // by the watch, with this reader
}

var jobs = sync.Pool{New: func() any { return new(job) }}

// newJob is that of a frame that has come.
func newJob(p *Process, frame *bytes.Buffer) *job {
	j := jobs.Get().(*job)
	j.process, j.frame, j.place = p, frame, -1
	return j
}

// free gives a job back that nobody has any more.
func (j *job) free() {
	*j = job{}
	jobs.Put(j)
}

// tasks are those of a job.
func (j *job) tasks() []*task {
	if j.batch != nil {
		return j.batch
	}
	return []*task{&j.one}
}

// start runs a job in a goroutine of its own; nil is none.
func (j *job) start() {
	if j != nil {
		go j.work()
	}
}

// work runs a job, and then those whose turn has come.
func (j *job) work() {
	for j != nil {
		j.process.hub.watch.other(j)
		j, _ = j.finish()
	}
}

// finish runs a job to its end. It returns the next whose turn has come, and whether the reader that has run it, if one
// has, still reads.
func (j *job) finish() (next *job, reads bool) {
	returned := false
	defer func() {
		if !returned {
			j.exited()
		}
	}()
	j.run()
	returned = true
	reads = j.process.hub.watch.done(j)
	return j.done(), reads
}

// exited does what is left to do when a server function has ended its goroutine (runtime.Goexit): that ends the process,
// as a panic does. Another goroutine goes on reading. The job is not used again.
func (j *job) exited() {
	j.process.crashed(errExited)
	if j.process.hub.watch.done(j) {
		go j.reader.read()
	}
	j.done().start()
}

// done ends a job, and returns the next whose turn has come.
func (j *job) done() (next *job) {
	next = j.process.calls.done(j)
	release(j.frame)
	return next
}

// refuse answers all that a job asks with an error, but for what has one already.
func (j *job) refuse(why *Error) {
	defer release(j.frame)
	var replies [][]byte
	for _, t := range j.tasks() {
		switch {
		case t.err != nil:
			replies = append(replies, answer(t.id, nil, t.err))
		case !t.notifies():
			replies = append(replies, answer(t.id, nil, why))
		}
	}
	switch {
	case len(replies) > 0 && j.batch != nil:
		j.process.reply(parcel{frame: joinBatch(replies)})
	case len(replies) > 0:
		j.process.reply(parcel{frame: replies[0]})
	}
}

// run does what a job says, and sends what comes out. Only then each call is over: a tab that logs itself out gets its
// answer before it is told to restart.
func (j *job) run() {
	defer j.process.contain()
	defer j.end()
	if j.batch == nil {
		if reply := j.process.do(&j.one); reply != nil {
			j.process.reply(parcel{frame: reply})
		}
		return
	}
	var replies [][]byte
	for _, t := range j.batch {
		if reply := j.process.do(t); reply != nil {
			replies = append(replies, reply)
		}
	}
	if len(replies) > 0 {
		j.process.reply(parcel{frame: joinBatch(replies)})
	}
}

// end says that the calls of a job are over: their answers are out, or they have none.
func (j *job) end() {
	for _, t := range j.tasks() {
		if !t.finished { // it has panicked
			j.process.calls.finish(t)
		}
		t.end()
	}
}
