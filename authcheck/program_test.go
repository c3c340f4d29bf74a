package authcheck

import (
	"bufio"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"

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
