package page

import (
	"context"

	"github.com/ocsigo/start/framework/session"
)

// options are what a page was told: what only pages understand, and the rest, which is for its wrapper.
type options struct {
	predicates []predicate
	fallback   fallback
	wrapper    []session.Option
}

// read sorts a page's options. What it was given itself stands behind what all pages have, so that it counts.
func read(opts []session.Option) (o options) {
	o.wrapper = []session.Option{session.DenyFunc(deny), session.Check(checkForm)}
	for _, opt := range opts {
		switch own := opt.(type) {
		case predicate:
			o.predicates = append(o.predicates, own)
		case fallback:
			o.fallback = own
		default:
			o.wrapper = append(o.wrapper, opt)
		}
	}
	return o
}

// onlyForPages lets other wrappers refuse an option.
func onlyForPages() session.Option {
	return session.Foreign("page.Predicate and page.Fallback are for pages")
}

// enter runs what is the page's own once its wrapper has let the visitor in: its predicates, then its function.
func (o options) enter(ctx context.Context, f func() (Content, error)) (Content, error) {
	c := callOf(ctx)
	c.entered = true
	for _, p := range o.predicates {
		if err := p.ask(c.r, session.Current(ctx)); err != nil {
			return Content{}, err
		}
	}
	return f()
}
