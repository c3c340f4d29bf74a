//go:build unix

package devdb

import (
	"context"
	_ "embed"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// A child is a program that ends when the app does, however the app ends: see
// guard.sh.
type child struct {
	cmd *exec.Cmd
	// alive is the only writing end of the guard's pipe. Exec'd programs do not
	// inherit it, so the kernel closes it when the app dies.
	alive *os.File
}

//go:embed guard.sh
var guard string

// startChild starts a program that holds the server's lock and says all it has
// to say to out. When ctx ends, the program is killed at once. A folder called
// empty is removed if the guard has to stop the program.
func startChild(ctx context.Context, owner account, held locks, out io.Writer, empty string, args []string) (*child, error) {
	watched, alive, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer watched.Close()
	cmd := exec.CommandContext(ctx, "/bin/sh", append([]string{"-c", guard, "guard", empty}, args...)...)
	cmd.Dir = "/" // the clone's folder may be closed to the owner
	cmd.Env = environment(os.Environ())
	cmd.Stdout, cmd.Stderr = out, out
	cmd.ExtraFiles = []*os.File{watched, held.server.File} // 3 and 4
	// A session of its own: a terminal's Ctrl-C reaches the app only, which then
	// stops the server in order.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: owner.credential()}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second // for a stray process that holds the output
	if err := cmd.Start(); err != nil {
		alive.Close()
		return nil, err
	}
	return &child{cmd, alive}, nil
}

// wait returns when the program has ended, and sends its guard home.
func (c *child) wait() error {
	err := c.cmd.Wait()
	if errors.Is(err, exec.ErrWaitDelay) {
		err = nil // it ended well; only a stray process kept the output open
	}
	c.alive.WriteString("ended\n") // without a guard there is nobody to tell
	c.alive.Close()
	return err
}

func (c *child) signal(s os.Signal) { c.cmd.Process.Signal(s) }

// environment removes what would steer Postgres past our settings, and makes it
// speak English, which we read, and live in UTC, as servers do.
func environment(from []string) []string {
	var env []string
	for _, v := range from {
		if !strings.HasPrefix(v, "PG") {
			env = append(env, v)
		}
	}
	return append(env, "LC_ALL=C", "TZ=UTC")
}
