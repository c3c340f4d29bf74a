package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"time"
)

// child is a server in a process of its own.
type child struct {
	name    string
	address string

	command *exec.Cmd
	orders  io.WriteCloser
	reports *json.Decoder

	logins []login
	opened int // tabs, in all
}

// start starts a server, with a user for each of so many tabs.
func start(ctx context.Context, name string, users int, words ...string) (*child, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	c := &child{name: name, command: exec.CommandContext(ctx, program, append([]string{serveWord, name}, words...)...)}
	c.command.Stderr = os.Stderr
	c.command.WaitDelay = time.Second
	if c.orders, err = c.command.StdinPipe(); err != nil {
		return nil, err
	}
	reports, err := c.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	c.reports = json.NewDecoder(reports)
	if err := c.command.Start(); err != nil {
		return nil, err
	}
	first, err := c.report()
	if err == nil {
		c.address = first.Address
		first, err = c.tell(order{Do: doLogIn, Count: users})
		c.logins = first.Logins
	}
	if err != nil {
		return nil, errors.Join(err, c.stop())
	}
	return c, nil
}

// startAll starts one of each.
func startAll(ctx context.Context, users int, names ...string) (all []*child, err error) {
	for _, name := range names {
		c, err := start(ctx, name, users)
		if err != nil {
			return nil, errors.Join(err, stopAll(all))
		}
		all = append(all, c)
	}
	return all, nil
}

func stopAll(all []*child) error {
	var failures []error
	for _, c := range all {
		failures = append(failures, c.stop())
	}
	return errors.Join(failures...)
}

// stop lets the process end by itself, and ends it if it does not. Its error says that it did not end well.
func (c *child) stop() error {
	c.orders.Close()
	overdue := time.AfterFunc(10*time.Second, func() { c.command.Process.Kill() })
	defer overdue.Stop()
	if err := c.command.Wait(); err != nil {
		return fmt.Errorf("server %s: %w", c.name, err)
	}
	return nil
}

// tell gives an order and waits until it is done.
func (c *child) tell(o order) (report, error) {
	text, err := json.Marshal(o)
	if err == nil {
		_, err = c.orders.Write(append(text, '\n'))
	}
	if err != nil {
		return report{}, fmt.Errorf("%s, %s: %w", c.name, o.Do, err)
	}
	return c.report()
}

func (c *child) report() (r report, err error) {
	err = c.reports.Decode(&r)
	if err == nil && r.Error != "" {
		err = errors.New(r.Error)
	}
	if err != nil {
		err = fmt.Errorf("server %s: %w", c.name, err)
	}
	return r, err
}

func (c *child) state() (state, error) {
	r, err := c.tell(order{Do: doState})
	return r.State, err
}

func (c *child) processorTime() (time.Duration, error) { return processorTime(c.command.Process.Pid) }

// open opens a tab of the next user, says its hello and hears the answer. From each address of this machine come a
// few hundred at most, as a server that is on its guard has it.
func (c *child) open(ctx context.Context, dialer net.Dialer) (*tab, error) {
	n := c.opened
	c.opened++
	return c.openAs(ctx, dialer, n)
}

func (c *child) openAs(ctx context.Context, dialer net.Dialer, n int) (*tab, error) {
	const perAddress = 400
	from := n / perAddress % 200
	dialer.LocalAddr = &net.TCPAddr{IP: net.IPv4(127, 0, 1, byte(from+1))}
	one := c.logins[n%len(c.logins)]
	t, err := dial(ctx, dialer, c.address, one.Cookies)
	if err != nil {
		return nil, err
	}
	if err := t.hello(one); err != nil {
		t.conn.Close()
		return nil, err
	}
	return t, nil
}

// visit opens a tab and closes it.
func (c *child) visit(ctx context.Context) error {
	c.opened++
	return c.visitAs(ctx, c.opened)
}

func (c *child) visitAs(ctx context.Context, n int) error {
	t, err := c.openAs(ctx, net.Dialer{}, n)
	if err != nil {
		return err
	}
	return t.bye()
}
