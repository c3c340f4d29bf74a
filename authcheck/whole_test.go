package authcheck

import (
	"context"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// networked says how a site on this machine is asked from many networks.
func networked(o Options) (Options, []string) {
	if runtime.GOOS == "linux" {
		return o, nil
	}
	o.Forwarded = true
	return o, []string{"TRUSTED_PROXIES=127.0.0.1,::1"}
}

// skipped are the checks that the real program may not need, with why. Another that is skipped is not made by mistake.
var skipped = map[string]string{
	"password-confirmation": "the password is typed once",
	"password-change-old":   "it is not asked for just after a log-in",
	"signup-closed":         "TestClosedSite makes it",
	"limit-forwarded":       "where the site trusts this machine as a proxy",
}

// alone are the checks that need the program for themselves: they ask for much at once, or look at the time.
var alone = []string{
	"limit-hashing", "link-works-once-at-once", "link-log-in-at-once", "password-reset-at-once", "time-log-in", "time-forgot",
}

// TestSite makes all checks on the real program, many at once, each by a site that does nothing else meanwhile.
func TestSite(t *testing.T) {
	t.Parallel()
	o, env := networked(Options{Samples: 24})
	url, env := program.start(t, env...)
	o.URL, o.Mail = url, url+"/dev/mail"
	o.AdminEmail, o.AdminPassword = anAdministrator(t, o, env)
	sites := make(chan *Site, atATime)
	for range cap(sites) {
		site, err := New(o)
		if err != nil {
			t.Fatal(err)
		}
		sites <- site
	}
	t.Run("checks", func(t *testing.T) {
		for _, c := range All() {
			if c.Name != "nothing-leaks" {
				t.Run(c.Name, func(t *testing.T) {
					if !slices.Contains(alone, c.Name) {
						t.Parallel()
					}
					site := <-sites
					defer func() { sites <- site }()
					made(t, site, c)
				})
			}
		}
		t.Run("from one network", func(t *testing.T) {
			t.Parallel()
			fromOneNetwork(t, o)
		})
		t.Run("accounts leave", func(t *testing.T) {
			t.Parallel()
			allLeave(t, o)
		})
	})
	t.Run("nothing-leaks", func(t *testing.T) {
		for range cap(sites) {
			made(t, <-sites, named(t, "nothing-leaks"))
		}
	})
}

// made makes a check, that finds nothing wrong.
func made(t *testing.T, site *Site, c Check) {
	t.Helper()
	r := site.Run(t.Context(), c)
	switch {
	case r.Outcome == Skipped && skipped[c.Name] == "":
		t.Errorf("seed %d: it is skipped: %s", site.Seed, r.Saw)
	case r.Outcome == Skipped:
		t.Logf("not made, for %s: %s", skipped[c.Name], r.Saw)
	case r.Outcome == Failed:
		t.Errorf("seed %d: %v %s\nseen: %s", site.Seed, c.Numbers, c.Wrong, r.Saw)
	case r.Saw != "":
		t.Log(r.Saw)
	}
}

// fromOneNetwork: who has one network only is stopped by the limits. Then it is said so, and nothing else is.
func fromOneNetwork(t *testing.T, o Options) {
	site, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	site.network.kind = oneNetwork
	count := map[Outcome]int{}
	for _, c := range All() {
		r := site.Run(t.Context(), c)
		if count[r.Outcome]++; r.Outcome == Failed {
			t.Errorf("from one network, seed %d: %v", site.Seed, r)
		}
	}
	if count[OK] == 0 || count[Skipped] == 0 {
		t.Errorf("from one network %v", count)
	}
}

// allLeave: the accounts that a check has made ask to be deleted after it, and the report says so.
func allLeave(t *testing.T, o Options) {
	o.Leave = true
	site, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	count := site.Report(t.Context(), &said, []Check{named(t, "download-is-mine"), named(t, "socket-token")})
	if count[OK] != 2 || !strings.Contains(said.String(), "Of 4 accounts that were made, 4 are to be deleted") {
		t.Errorf("%s", &said)
	}
}

const aLink = `<ul id="mail-links"><li><a href="/link/a">a</a></li></ul>`

// TestClosedSite: where accounts are made by invitation alone, none is made otherwise, and nobody hears who waits.
func TestClosedSite(t *testing.T) {
	t.Parallel()
	p, _ := newProxy(t, "SIGN_UP=closed")
	for _, test := range []struct {
		name, check string
		want        Outcome
		saw         string
		fault       fault
	}{
		{"closed", "signup-closed", OK, "", fault{}},
		{"its page", "signup-page", OK, "", fault{}},
		{"foreign forms", "signup-foreign-form", OK, "", fault{}},
		{"links", "signup-sends-one-link", Skipped, "closed", fault{}},
		{"accounts", "login-works", Skipped, "closed", fault{}},
		{"who waits is told", "signup-closed", Failed, "is answered differently", saysTaken()},
		{"who waits gets a link", "signup-closed", Failed, "sign-up is open", letterSays("<h2", aLink+"<h2")()},
		{"without a form", "signup-closed", Failed, "which has no form", page200("/signup", "Closed.")()},
	} {
		site := p.site(t, Options{Closed: true}, test.name, test.fault)
		r := site.Run(t.Context(), named(t, test.check))
		if r.Outcome != test.want || !strings.Contains(r.Saw, test.saw) {
			t.Errorf("%s, seed %d: %v, and not %s %q", test.name, site.Seed, r, test.want, test.saw)
		}
	}
	site := p.site(t, Options{}, "", fault{})
	if r := site.Run(t.Context(), named(t, "login-works")); r.Outcome != Failed || !strings.Contains(r.Saw, "-closed") {
		t.Errorf("where nobody has said that sign-up is closed: %v", r)
	}
}

// anAdministrator makes an account and has the program's own command make it an administrator's.
func anAdministrator(t *testing.T, o Options, env []string) (email, password string) {
	t.Helper()
	site, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	made := site.Run(t.Context(), Check{run: func(s *Site) {
		me := s.member()
		email, password = me.Address, me.Password
	}})
	if made.Outcome != OK {
		t.Fatalf("the administrator's account: %s", made.Saw)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	grant := exec.CommandContext(ctx, program.binary, "admin", "grant", email)
	grant.Env = env
	if said, err := grant.CombinedOutput(); err != nil {
		t.Fatalf("admin grant: %v %s", err, said)
	}
	return email, password
}
