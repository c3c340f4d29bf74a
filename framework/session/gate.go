package session

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Group names a group of users, such as "admin". What it means is the site's: see Options.Groups.
type Group string

// Option is a word said to a wrapper: Allow, Deny, DenyFunc, ForceUnconnected, Check.
type Option interface{ gate(*gate) }

type option func(*gate)

func (o option) gate(g *gate) { o(g) }

// gate is what a wrapper was told.
type gate struct {
	allow       []Group
	hasAllow    bool // Allow() without a group lets nobody in
	deny        []Group
	groups      []Group // all that it asks about
	unconnected bool
	recent      time.Duration // 0: no matter
	check       func(ctx context.Context, visitor Visitor) error
	denied      any // func(context.Context, Visitor) (Out, error)
}

// Allow lets in whoever is in at least one of the groups, and so never nobody. Allow() lets no one in.
// (Ocsigen: ?allow.)
func Allow(groups ...Group) Option {
	return option(func(g *gate) { g.allow, g.hasAllow = append(g.allow, groups...), true })
}

// Deny keeps out whoever is in one of the groups, even if Allow would let him in. Nobody is in no group.
// (Ocsigen: ?deny.)
func Deny(groups ...Group) Option {
	return option(func(g *gate) { g.deny = append(g.deny, groups...) })
}

// DenyFunc says what to answer instead of ErrPermissionDenied when access is denied. Out is what the
// wrapped function returns; the wrapper panics at registration when it is not. (Ocsigen: ?deny_fun.)
func DenyFunc[Out any](f func(ctx context.Context, visitor Visitor) (Out, error)) Option {
	return option(func(g *gate) { g.denied = f })
}

// ForceUnconnected looks no session up: the visitor is nobody, and the hooks are those for nobody.
// It makes no sense with Connected, which panics at registration. (Ocsigen: ?force_unconnected.)
func ForceUnconnected() Option {
	return option(func(g *gate) { g.unconnected = true })
}

// SignedInWithin lets a user in only if he has proved who he is so short a time ago: by logging in, or by what made
// the site call Reauthenticated. Otherwise the wrapper answers ErrNotRecent. It is for what a stolen session must
// not do, such as changing the password, and is asked after the groups. It says nothing about nobody.
func SignedInWithin(d time.Duration) Option {
	return option(func(g *gate) { g.recent = d })
}

// Foreign is an option that only another room understands: a wrapper of this one panics with these words.
func Foreign(words string) Option { return option(func(*gate) { panic(words) }) }

// Check runs f when the visitor is known and nothing else has run, no hook either: its error is the request's. A
// wrapper has one check, the last it was given. It is for rooms that make wrappers of their own, as page does
// to refuse forms that were made for somebody else.
func Check(f func(ctx context.Context, visitor Visitor) error) Option {
	return option(func(g *gate) { g.check = f })
}

func newGate(opts []Option) *gate {
	g := &gate{check: func(context.Context, Visitor) error { return nil }}
	for _, o := range opts {
		o.gate(g)
	}
	g.groups = slices.Concat(g.allow, g.deny)
	return g
}

// denyFunc returns the gate's deny function, or the default one.
func denyFunc[Out any](g *gate) func(context.Context, Visitor) (Out, error) {
	switch f := g.denied.(type) {
	case nil:
		return func(context.Context, Visitor) (out Out, err error) { return out, ErrPermissionDenied }
	case func(context.Context, Visitor) (Out, error):
		return f
	default:
		panic(fmt.Sprintf("session: the deny function is a %T, which does not answer what the wrapped function answers", f))
	}
}

// admit asks the groups; its no is ErrPermissionDenied. One query answers for both lists.
func (g *gate) admit(m *Manager) func(context.Context, Visitor) error {
	return func(ctx context.Context, visitor Visitor) error {
		me, connected := visitor.User()
		switch {
		case !g.hasAllow && (!connected || len(g.deny) == 0):
			return g.checkRecent(ctx)
		case !connected:
			return ErrPermissionDenied
		}
		in, err := m.groups(ctx, me, g.groups)
		switch {
		case errors.Is(err, ErrNoUser):
			return ErrNotConnected
		case err != nil:
			return err
		case !g.lets(in):
			return ErrPermissionDenied
		}
		return g.checkRecent(ctx)
	}
}

// checkRecent asks whether the user has proved who he is as lately as the gate wants.
func (g *gate) checkRecent(ctx context.Context) error {
	if g.recent <= 0 {
		return nil
	}
	if _, connected := SignedIn(ctx); connected && !SignedInLately(ctx, g.recent) {
		return ErrNotRecent
	}
	return nil
}

// SignedInLately reports whether the user of this request has proved who he is so short a time ago, as SignedInWithin
// wants it; false when nobody is connected. It is for functions of which only a part wants that: they return ErrNotRecent.
func SignedInLately(ctx context.Context, within time.Duration) bool {
	at, connected := SignedIn(ctx)
	return connected && requestOf(ctx).m.opts.Now().Sub(at) <= within
}

// lets reports whether a member of these groups may pass.
func (g *gate) lets(in []Group) bool {
	member := func(of Group) bool { return slices.Contains(in, of) }
	return !slices.ContainsFunc(g.deny, member) && (!g.hasAllow || slices.ContainsFunc(g.allow, member))
}
