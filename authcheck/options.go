package authcheck

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// Options say which site it is.
type Options struct {
	URL  string // where the site is, as visitors write it: scheme and host
	Mail string // its mailbox page; "": what needs letters is skipped
	Seed uint64 // of addresses, passwords and the order of samples; 0: another one each time

	Paths Paths // where they differ from DefaultPaths

	Samples   int  // of each kind that a timing check compares; default 60
	Requests  int  // that may be made in all; default 20,000
	Closed    bool // nobody can sign up: what needs an account is skipped
	Forwarded bool // the site takes this machine for its proxy: networks are said in X-Forwarded-For

	AdminEmail, AdminPassword string // an administrator; without one what needs him is skipped

	Patience time.Duration // how long something that must happen may take; default 10 s

	Leave bool // the accounts that a check has made ask to be deleted after it, where they are logged in

	Mailbox Mailbox // default: the pages at Mail
}

// Paths are where the site's pages are.
type Paths struct {
	Home, SignUp, LogIn, LogOut, Forgot string

	Settings       string // for users only
	Download       string // of one's own data
	Reauthenticate string // asks for the password again
	Admin          string // for administrators only
	Link           string // what links in letters begin with
	Socket         string // of the tabs
}

// DefaultPaths are those of the template.
var DefaultPaths = Paths{
	Home: "/", SignUp: "/signup", LogIn: "/login", LogOut: "/logout", Forgot: "/forgot",
	Settings: "/settings", Download: "/settings/download", Reauthenticate: "/reauthenticate", Admin: "/admin",
	Link: "/link", Socket: "/process",
}

// complete checks the options and sets the defaults.
func (o Options) complete() (Options, *url.URL, error) {
	at, err := url.Parse(o.URL)
	if err != nil || at.Host == "" || at.Scheme != "http" && at.Scheme != "https" {
		return o, nil, fmt.Errorf("%q is no address of a site, such as http://localhost:8080", o.URL)
	}
	if at.User != nil || at.Path != "" && at.Path != "/" || at.RawQuery != "" || at.Fragment != "" {
		return o, nil, fmt.Errorf("%q is more than scheme and host: a site has them for itself", at.Redacted())
	}
	at.Path = ""
	if box, err := url.Parse(o.Mail); o.Mail != "" && (err != nil || box.Host == "") {
		return o, nil, fmt.Errorf("%q is no address of a mailbox, such as http://localhost:8080/dev/mail", o.Mail)
	}
	o.Mail = strings.TrimSuffix(o.Mail, "/")
	if (o.AdminEmail == "") != (o.AdminPassword == "") {
		return o, nil, errors.New("an administrator has an e-mail and a password")
	}
	o.Samples = cmp.Or(o.Samples, 60)
	o.Requests = cmp.Or(o.Requests, 20_000)
	o.Patience = cmp.Or(o.Patience, 10*time.Second)
	o.Paths = o.Paths.complete()
	return o, at, nil
}

func (p Paths) complete() Paths {
	d := DefaultPaths
	return Paths{
		Home: cmp.Or(p.Home, d.Home), SignUp: cmp.Or(p.SignUp, d.SignUp), LogIn: cmp.Or(p.LogIn, d.LogIn),
		LogOut: cmp.Or(p.LogOut, d.LogOut), Forgot: cmp.Or(p.Forgot, d.Forgot),
		Settings: cmp.Or(p.Settings, d.Settings), Download: cmp.Or(p.Download, d.Download),
		Reauthenticate: cmp.Or(p.Reauthenticate, d.Reauthenticate), Admin: cmp.Or(p.Admin, d.Admin),
		Link: cmp.Or(p.Link, d.Link), Socket: cmp.Or(p.Socket, d.Socket),
	}
}
