// Command authcheck tries on a site with accounts what strangers try, and says what it finds: see package authcheck.
// Only for sites that are yours to test.
//
//	go run ./cmd/authcheck -url http://localhost:8080 -mail http://localhost:8080/dev/mail
//	go run ./cmd/authcheck -list
//	go run ./cmd/authcheck -url http://localhost:8080 -mail http://localhost:8080/dev/mail -run '^login|S128'
//
// It ends with 1 when a check has failed, and with 2 when nothing could be checked, or it was interrupted.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"syscall"
	"time"

	"github.com/ocsigo/start/authcheck"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	failed, err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "authcheck:", err)
		os.Exit(2)
	case failed > 0:
		os.Exit(1)
	}
}

// run does what the arguments say, and returns how many checks have failed.
func run(ctx context.Context, args []string, to io.Writer) (failed int, err error) {
	w, err := read(args, to)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0, nil
	case err != nil:
		return 0, err
	}
	fits, err := regexp.Compile(w.only)
	if err != nil {
		return 0, err
	}
	checks := authcheck.Matching(authcheck.All(), fits.MatchString)
	if len(checks) == 0 {
		return 0, fmt.Errorf("no check fits -run %s", w.only)
	}
	if w.list {
		authcheck.List(to, checks)
		return 0, nil
	}
	if w.site.URL == "" {
		return 0, errors.New("say which site: -url http://localhost:8080 -mail http://localhost:8080/dev/mail; -h says more")
	}
	return check(ctx, to, w.site, checks)
}

func check(ctx context.Context, to io.Writer, o authcheck.Options, checks []authcheck.Check) (failed int, err error) {
	site, err := authcheck.New(o)
	if err != nil {
		return 0, err
	}
	if err := site.Reach(ctx); err != nil {
		return 0, err
	}
	count := site.Report(ctx, to, checks)
	switch {
	case ctx.Err() != nil:
		return 0, errors.New("interrupted: the checks that are listed have ended, the others were not made")
	case count[authcheck.OK]+count[authcheck.Failed] == 0:
		return 0, errors.New("nothing could be checked")
	}
	return count[authcheck.Failed], nil
}

// wanted is what the arguments say.
type wanted struct {
	site authcheck.Options
	only string // checks that fit
	list bool
}

// read reads the arguments. flag.ErrHelp when they ask what there are: then it has said so.
func read(args []string, to io.Writer) (wanted, error) {
	var w wanted
	var keep bool
	o := &w.site
	flags := flag.NewFlagSet("authcheck", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // what is wrong is in the error
	flags.StringVar(&o.URL, "url", "", "where the `site` is: http://localhost:8080")
	flags.StringVar(&o.Mail, "mail", "", "its mailbox `page`: http://localhost:8080/dev/mail; without it most is skipped")
	flags.StringVar(&o.AdminEmail, "admin-email", "", "an administrator, for what only he can do")
	flags.StringVar(&o.AdminPassword, "admin-password", "", "his password; in AUTHCHECK_ADMIN_PASSWORD others on this machine cannot read it")
	flags.Uint64Var(&o.Seed, "seed", 0, "repeats a run; addresses are used once, so on another database")
	flags.IntVar(&o.Samples, "samples", 60, "of each kind that timing checks compare; each of a request of a letter is one")
	flags.IntVar(&o.Requests, "requests", 20_000, "at most in all")
	flags.BoolVar(&o.Closed, "closed", false, "nobody can sign up there: what needs an account is skipped")
	flags.BoolVar(&o.Forwarded, "forwarded", false, "the site trusts this machine as a proxy: say other networks in X-Forwarded-For")
	flags.DurationVar(&o.Patience, "patience", 10*time.Second, "how long a letter may take, and all else that must happen")
	flags.BoolVar(&keep, "keep", false, "keep the accounts that were made; otherwise they ask the site to be deleted")
	flags.StringVar(&w.only, "run", "", "only checks whose name or number fits this `expression`")
	flags.BoolVar(&w.list, "list", false, "list the checks")
	paths(flags, &o.Paths)
	err := flags.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(to, "authcheck tries on a site with accounts what strangers try. Only for sites that are yours to test.")
		flags.SetOutput(to)
		flags.PrintDefaults()
	}
	if err == nil && flags.NArg() > 0 {
		err = fmt.Errorf("%q is no option: the site stands behind -url", flags.Arg(0))
	}
	if o.AdminEmail != "" {
		o.AdminPassword = cmp.Or(o.AdminPassword, os.Getenv("AUTHCHECK_ADMIN_PASSWORD"))
	}
	o.Leave = !keep
	return w, err
}

// paths are for sites whose pages are elsewhere.
func paths(flags *flag.FlagSet, p *authcheck.Paths) {
	d := authcheck.DefaultPaths
	for _, one := range []struct {
		path        *string
		name, usual string
	}{
		{&p.Home, "home", d.Home}, {&p.SignUp, "sign-up", d.SignUp}, {&p.LogIn, "log-in", d.LogIn}, {&p.LogOut, "log-out", d.LogOut},
		{&p.Forgot, "forgot", d.Forgot}, {&p.Settings, "settings", d.Settings}, {&p.Download, "download", d.Download},
		{&p.Reauthenticate, "reauthenticate", d.Reauthenticate}, {&p.Admin, "admin", d.Admin},
		{&p.Link, "link", d.Link}, {&p.Socket, "socket", d.Socket},
	} {
		flags.StringVar(one.path, "path-"+one.name, one.usual, "the `path` of that page")
	}
}
