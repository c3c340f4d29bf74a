// Command authcheck tries on a site with accounts what strangers try, and says what it finds: see package authcheck.
// Only for sites that are yours to test.
//
//	go run ./cmd/authcheck -url http://localhost:8080 -mail http://localhost:8080/dev/mail
//	go run ./cmd/authcheck -list
//	go run ./cmd/authcheck -url http://localhost:8080 -mail http://localhost:8080/dev/mail -run '^login|S128'
//
// It ends with 1 when a check has failed, and with 2 when nothing could be checked.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"syscall"

	"github.com/ocsigo/start/authcheck"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	failed, err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "authcheck:", err)
		os.Exit(2)
	case failed > 0:
		os.Exit(1)
	}
}

// run does what the arguments say, and returns how many checks have failed.
func run(ctx context.Context, args []string, to io.Writer) (failed int, err error) {
	var o authcheck.Options
	flags := flag.NewFlagSet("authcheck", flag.ContinueOnError)
	flags.StringVar(&o.URL, "url", "", "where the `site` is: http://localhost:8080")
	flags.StringVar(&o.Mail, "mail", "", "its mailbox `page`: http://localhost:8080/dev/mail; without it most is skipped")
	flags.StringVar(&o.AdminEmail, "admin-email", "", "an administrator, for what only he can do")
	flags.StringVar(&o.AdminPassword, "admin-password", "", "his password")
	flags.Uint64Var(&o.Seed, "seed", 0, "repeats a run; addresses are used once, so on another database")
	flags.IntVar(&o.Samples, "samples", 60, "of each kind that timing checks compare; each of a request of a letter is one")
	flags.IntVar(&o.Requests, "requests", 20_000, "at most in all")
	flags.BoolVar(&o.Forwarded, "forwarded", false, "the site trusts this machine as a proxy: say other networks in X-Forwarded-For")
	paths(flags, &o.Paths)
	only := flags.String("run", "", "only checks whose name or number fits this `expression`")
	list := flags.Bool("list", false, "list the checks")
	if err := flags.Parse(args); err != nil {
		return 0, err
	}
	fits, err := regexp.Compile(*only)
	if err != nil {
		return 0, err
	}
	checks := authcheck.Matching(authcheck.All(), fits.MatchString)
	if *list {
		authcheck.List(to, checks)
		return 0, nil
	}
	if len(checks) == 0 {
		return 0, fmt.Errorf("no check fits -run %s", *only)
	}
	site, err := authcheck.New(o)
	if err != nil {
		return 0, err
	}
	return site.Report(ctx, to, checks), ctx.Err()
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
