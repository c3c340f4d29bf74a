package web

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/rpc"
	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/templates"
)

// The demo "Long job": a stream says how far a job is, and the job ends when nobody wants it any more.

// The job does nothing but take its time.
const (
	jobSteps = 100
	stepTime = 50 * time.Millisecond
)

// work does the job, and reports each step that is done. It knows nothing of tabs: a context is all it needs.
func work(ctx context.Context, report func(step int) error) error {
	tick := time.NewTicker(stepTime)
	defer tick.Stop()
	for step := range jobSteps {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		if err := report(step + 1); err != nil {
			return err
		}
	}
	return nil
}

// longJob adds all of the demo: its page, its stream and its event.
func (a *App) longJob(r chi.Router) {
	j := &longJob{noted: process.NewEvent[string](a.Tabs, "job.noted")}
	a.pages = append(a.pages, templates.Link{Path: "/long-job", Label: "Long job"})
	r.Get("/long-job", page.Opt(a.showJob))
	r.Post("/long-job", page.Opt(wait))
	// Does the job, and says how far it is. It ends when the tab breaks it off.
	rpc.HandleStream(a.api, "job.run", j.run)
}

func (a *App) showJob(*http.Request, session.Visitor) (page.Content, error) {
	return page.Content{
		Title: "Long job",
		Head:  templates.Script(a.assets.URL("js/longjob.js")),
		Body:  templates.LongJob(jobSteps),
	}, nil
}

type longJob struct {
	noted *process.Event[string] // what happens to a job, for all tabs of its browser
}

// Progress is how far a job is.
type Progress struct {
	Step int `json:"step"`
	Of   int `json:"of"`
}

// run does the job for a tab, and tells the others when it begins and how it ends.
func (j *longJob) run(ctx context.Context, _ struct{}, send func(Progress) error) error {
	if err := j.note(ctx, "A job has begun."); err != nil {
		return err
	}
	last := 0
	err := work(ctx, func(step int) error {
		last = step
		return send(Progress{step, jobSteps})
	})
	if err != nil {
		j.note(ctx, fmt.Sprintf("A job was broken off at step %d of %d.", last, jobSteps))
		return err
	}
	return j.note(ctx, "A job is done.")
}

func (j *longJob) note(ctx context.Context, what string) error {
	return j.noted.Send(process.Sharing(ctx, session.PerBrowserUserIndep), what)
}

// wait does the job for a browser without JavaScript, which waits for the page. When it gives up the job ends.
func wait(r *http.Request, _ session.Visitor) (page.Content, error) {
	if err := work(r.Context(), func(int) error { return nil }); err != nil {
		return page.Content{}, err
	}
	return done(r, "The job is done.", "/long-job")
}
