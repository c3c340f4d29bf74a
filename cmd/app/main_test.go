package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/ocsigo/start/framework/browser/browsertest"
	"github.com/ocsigo/start/framework/devdb"
	"github.com/ocsigo/start/framework/process/processtest"
)

// asProgram makes the test binary be the program itself, so that tests can kill it.
const asProgram = "APP_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		os.Exit(0)
	}
	stop := browsertest.Setup()
	code := m.Run()
	stop()
	if err := goleak.Find(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// program is the running program.
type program struct {
	t      testing.TB
	cmd    *exec.Cmd
	lines  *bufio.Scanner
	stderr strings.Builder
	URL    string
}

// address is what the program says when it serves; in which words is the site's.
var address = regexp.MustCompile(`https?://\S+`)

// start starts the program over a data folder, and returns when it says where it is.
func start(t testing.TB, data string, env ...string) *program {
	t.Helper()
	p := launch(t, data, env...)
	for p.lines.Scan() {
		if p.URL = address.FindString(p.lines.Text()); p.URL != "" {
			return p
		}
	}
	err := p.cmd.Wait()
	if strings.Contains(p.stderr.String(), devdb.ErrNotInstalled.Error()) && os.Getenv("CI") == "" {
		t.Skip(p.stderr.String())
	}
	t.Fatalf("the program ended: %v\n%s", err, &p.stderr)
	return nil
}

func launch(t testing.TB, data string, env ...string) *program {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	t.Cleanup(cancel)
	p := &program{t: t, cmd: exec.CommandContext(ctx, os.Args[0])}
	p.cmd.Env = append(environment(data), env...)
	p.cmd.Stderr = &p.stderr
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.lines = bufio.NewScanner(out)
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return p
}

// environment are the settings of a program in development, over a data folder.
func environment(data string) []string {
	return append(os.Environ(), asProgram+"=1", "ADDR=localhost:0", "DATA="+data, "DATABASE_URL=", "PUBLIC_URL=", "TRUSTED_PROXIES=", "SMTP_URL=", "MAIL_FROM=", "SIGN_UP=")
}

// end sends a signal and waits for the program's end.
func (p *program) end(with os.Signal) error {
	p.t.Helper()
	if err := p.cmd.Process.Signal(with); err != nil {
		p.t.Fatal(err)
	}
	return p.cmd.Wait()
}

// logIn reports whether a user can log in.
func (p *program) logIn(email string) bool {
	b := processtest.NewBrowser(p.t, p.URL)
	answer := b.Submit("/login", url.Values{"email": {email}, "password": {password}})
	return answer.Status == http.StatusSeeOther
}

var linkInLetter = regexp.MustCompile(`href="https?://[^/"]+(/link/[^"]+)"`)

// signUp makes the program's first account as people do: its letter comes into the mailbox.
func (p *program) signUp(b *processtest.Browser, email string) {
	p.t.Helper()
	b.Submit("/signup", url.Values{"email": {email}})
	letter := b.Get("/dev/mail/1")
	for end := time.Now().Add(time.Minute); letter.Status == http.StatusNotFound && time.Now().Before(end); {
		letter = b.Get("/dev/mail/1")
	}
	link := linkInLetter.FindStringSubmatch(letter.Body)
	if link == nil {
		p.t.Fatalf("the letter has no link: %d %s", letter.Status, letter.Body)
	}
	b.Get(link[1])
	if answer := b.Submit("/link", url.Values{"password": {password}}); answer.Status != http.StatusSeeOther {
		p.t.Fatalf("sign-up: %d %s", answer.Status, answer.Body)
	}
}

// folder returns an empty folder that Postgres' own user can enter as well: as root the program runs it as
// another user, and temporary folders are closed to others.
func folder(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

const password = "gravel hums under violins"

// TestProgram starts the real program, three times over one data folder: a row survives, Ctrl-C ends it in
// order, and kill -9 leaves nothing that blocks the next start.
func TestProgram(t *testing.T) {
	data := filepath.Join(folder(t), "postgres")

	p := start(t, data)
	b := processtest.NewBrowser(t, p.URL)
	p.signUp(b, "ada@example.com")
	b.Open("/settings") // a tab is open when the program is told to stop
	if err := p.end(os.Interrupt); err != nil {
		t.Fatalf("after Ctrl-C: %v\n%s", err, &p.stderr)
	}

	p = start(t, data)
	if !p.logIn("ada@example.com") {
		t.Error("the user's row did not survive the second start")
	}
	var killed *exec.ExitError
	if err := p.end(syscall.SIGKILL); !errors.As(err, &killed) {
		t.Errorf("after kill -9: %v", err)
	}

	p = start(t, data)
	if !p.logIn("ada@example.com") {
		t.Error("the user's row did not survive kill -9")
	}
	if err := p.end(syscall.SIGTERM); err != nil {
		t.Errorf("after SIGTERM: %v\n%s", err, &p.stderr)
	}
}

// TestBehindAProxy: a site of https takes what a trusted proxy was asked over https, and nothing else: pages, files
// and the tabs' socket. S002
func TestBehindAProxy(t *testing.T) {
	addr := freeAddress(t)
	p := start(t, filepath.Join(folder(t), "postgres"), "ADDR="+addr, "PUBLIC_URL=https://example.com", "TRUSTED_PROXIES=127.0.0.1, ::1")
	client := &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	for _, test := range []struct {
		proto, method, path string
		status              int
	}{
		{"https", "GET", "/", 200},
		{"https", "GET", "/process", 403}, // no websocket, but it was reached
		{"http", "GET", "/", 308},
		{"http", "GET", "/process", 308},
		{"http", "GET", "/static/style.css", 308},
		{"http", "POST", "/login", 400},
		{"http", "POST", "/nothing", 400},
	} {
		r, err := http.NewRequest(test.method, "http://"+addr+test.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = "example.com"
		r.Header.Set("X-Forwarded-Proto", test.proto)
		answer, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		location := ""
		if test.status == http.StatusPermanentRedirect {
			location = "https://example.com" + test.path
		}
		if answer.StatusCode != test.status || answer.Header.Get("Location") != location {
			t.Errorf("%v: %d %q", test, answer.StatusCode, answer.Header.Get("Location"))
		}
		cookie := strings.Join(answer.Header["Set-Cookie"], " ")
		if test.status == http.StatusOK && !strings.HasPrefix(cookie, "__Host-") || test.status != http.StatusOK && cookie != "" {
			t.Errorf("%v: cookies %q", test, cookie)
		}
	}
	if err := p.end(syscall.SIGTERM); err != nil {
		t.Errorf("after SIGTERM: %v\n%s", err, &p.stderr)
	}
}

// TestSeenBehindAProxy: users are told from where they are logged in, and not where the proxy is.
func TestSeenBehindAProxy(t *testing.T) {
	p := start(t, filepath.Join(folder(t), "postgres"), "TRUSTED_PROXIES=127.0.0.1, ::1")
	b := processtest.NewBrowser(t, p.URL)
	b.Client.Transport = proxied{b.Client.Transport}
	p.signUp(b, "ada@example.com")
	if settings := b.Get("/settings"); !strings.Contains(settings.Body, "203.0.113.0/24") {
		t.Errorf("the settings: %d %s", settings.Status, settings.Body)
	}
	if err := p.end(syscall.SIGTERM); err != nil {
		t.Errorf("after SIGTERM: %v\n%s", err, &p.stderr)
	}
}

// proxied says what a proxy would of a client.
type proxied struct{ http.RoundTripper }

func (p proxied) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("X-Forwarded-For", "203.0.113.9")
	return p.RoundTripper.RoundTrip(r)
}

// production are the settings that it needs, but for the database.
var production = []string{"PUBLIC_URL=http://localhost", "SMTP_URL=smtp://localhost:9?tls=off", "MAIL_FROM=site@example.com"}

// TestOneSentence: what keeps the program from starting is said in one sentence.
func TestOneSentence(t *testing.T) {
	taken, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	other := folder(t)
	if err := os.WriteFile(filepath.Join(other, "PG_VERSION"), []byte("10\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, data string
		env        []string
		want       string
	}{
		{"taken port", folder(t), []string{"ADDR=" + taken.Addr().String()}, "another program listens at"},
		{"another major version", other, nil, "was made by Postgres 10"},
		{"no public address", "", []string{"DATABASE_URL=postgres://nowhere"}, "set PUBLIC_URL"},
		{"neither open nor closed", "", []string{"SIGN_UP=no"}, "neither open nor closed"},
		{"no proxy", "", []string{"TRUSTED_PROXIES=proxy"}, "is no address and no prefix"},
		{"no mail server", "", []string{"DATABASE_URL=postgres://nowhere", "PUBLIC_URL=http://localhost"}, "set SMTP_URL"},
		{"a wrong mail server", "", []string{"SMTP_URL=http://nowhere", "MAIL_FROM=site@example.com"}, "SMTP_URL is wrong"},
		{"a database that is not there", "", append(production, "DATABASE_URL=postgres:///x?host=/nowhere"), "the database does not answer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := launch(t, c.data, c.env...)
			for p.lines.Scan() {
				t.Errorf("it says %q", p.lines.Text())
			}
			err := p.cmd.Wait()
			said := strings.TrimSpace(p.stderr.String())
			if strings.Contains(said, devdb.ErrNotInstalled.Error()) && os.Getenv("CI") == "" {
				t.Skip(said)
			}
			if err == nil || !strings.Contains(said, c.want) || strings.Contains(said, "\n") {
				t.Errorf("it ends with %v and says %q", err, said)
			}
		})
	}
}

// TestTabsSurviveARestart: tabs that are open while the program stops come back when it has started again, even
// if one of their company does not listen and holds the end up.
func TestTabsSurviveARestart(t *testing.T) {
	data, addr := folder(t), "ADDR="+freeAddress(t)
	p := start(t, data, addr)
	browser := browsertest.New(t)
	one, two := browser.Open(p.URL), browser.Open(p.URL+"/login")
	one.Ready()
	two.Ready()
	documents := [2]string{one.Document(), two.Document()}
	deaf := processtest.NewBrowser(t, p.URL).Open("/")

	if err := p.end(syscall.SIGTERM); err != nil {
		t.Fatalf("after SIGTERM: %v\n%s", err, &p.stderr)
	}
	deaf.Close()
	for _, tab := range []*browsertest.Tab{one, two} {
		tab.Wait(`document.documentElement.dataset.process === "lost"`)
	}
	p = start(t, data, addr)
	for i, tab := range []*browsertest.Tab{one, two} {
		tab.Within(time.Minute).WaitNewDocument(documents[i])
	}
	one.WaitURL("/")
	two.WaitURL("/login")
	if err := p.end(syscall.SIGTERM); err != nil {
		t.Errorf("after SIGTERM: %v\n%s", err, &p.stderr)
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
