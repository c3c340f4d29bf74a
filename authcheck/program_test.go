package authcheck

import (
	"bufio"
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/devdb"
)

// theProgram is the real one, built once: the site itself, as it is without settings.
type theProgram struct {
	once   sync.Once
	binary string
	built  error

	mu      sync.Mutex // protects the fields below
	folders []string
	running []*exec.Cmd
}

var program theProgram

// build builds it.
func (p *theProgram) build(t *testing.T) {
	t.Helper()
	p.once.Do(func() {
		p.binary = filepath.Join(p.folder(t), "app")
		out, err := exec.CommandContext(t.Context(), "go", "build", "-o", p.binary, "../cmd/app").CombinedOutput()
		if err != nil {
			p.built = errors.New(string(out))
		}
	})
	if p.built != nil {
		t.Fatal(p.built)
	}
}

// folder makes a folder that Postgres' own user can enter too, and that is there until all tests are over.
func (p *theProgram) folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "authcheck")
	if err == nil {
		err = os.Chmod(dir, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.folders = append(p.folders, dir)
	return dir
}

// address is where it says that it is.
var address = regexp.MustCompile(`https?://[^\s;,]+`)

// start starts it over a database of its own. It returns its address and its environment, with which its commands work on
// the same database.
func (p *theProgram) start(t *testing.T, env ...string) (url string, environment []string) {
	t.Helper()
	p.build(t)
	cmd := exec.Command(p.binary)
	cmd.Env = append(os.Environ(), "ADDR="+freeAddress(t), "DATA="+filepath.Join(p.folder(t), "postgres"), "DATABASE_URL=", "PUBLIC_URL=",
		"TRUSTED_PROXIES=", "SMTP_URL=", "MAIL_FROM=", "SIGN_UP=")
	cmd.Env = append(cmd.Env, env...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if url = address.FindString(lines.Text()); url != "" {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.running = append(p.running, cmd)
			return url, cmd.Env
		}
	}
	err = cmd.Wait()
	if strings.Contains(stderr.String(), devdb.ErrNotInstalled.Error()) && os.Getenv("CI") == "" {
		t.Skip(stderr.String())
	}
	t.Fatalf("the program ended: %v\n%s", err, &stderr)
	return "", nil
}

// stop ends what was started.
func (p *theProgram) stop() {
	for _, cmd := range p.running {
		if cmd.Process.Signal(syscall.SIGTERM) == nil {
			cmd.Wait() // what it answers to a signal is for its own tests
		}
	}
	for _, dir := range p.folders {
		os.RemoveAll(dir)
	}
}

// freeAddress is one at which nobody listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

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

// TestClosedSite: where accounts are made by invitation alone, none is made otherwise, and nobody hears who waits.
func TestClosedSite(t *testing.T) {
	t.Parallel()
	p, _ := newProxy(t, "SIGN_UP=closed")
	for _, test := range []struct {
		name, check, saw string
		fault            fault
	}{
		{"closed", "signup-closed", "", fault{}},
		{"its page", "signup-page", "", fault{}},
		{"who waits is told", "signup-closed", "is answered differently", saysTaken()},
		{"without a form", "signup-closed", "which has no form", page200("/signup", "Closed.")()},
	} {
		site := p.site(t, Options{}, test.name, test.fault)
		r := site.Run(t.Context(), named(t, test.check))
		if (r.Outcome == OK) != (test.saw == "") || !strings.Contains(r.Saw, test.saw) {
			t.Errorf("%s, seed %d: %v, and not %q", test.name, site.Seed, r, test.saw)
		}
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
