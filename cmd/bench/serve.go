package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"slices"
	"time"

	"github.com/ocsigo/start/framework/process"
)

// serveWord makes this program one of the servers: bench serve ours.
const serveWord = "serve"

// heapWord, behind the name of the server, lets it keep an account of all that it allocates.
const heapWord = "heap"

// The servers.
const (
	oursName  = "ours"
	siteName  = "site" // ours, where a tab may not send as much as it can
	echoName  = "echo"
	codecName = "codec"
)

// server is what a process serves.
type server interface {
	http.Handler // of the websocket
	logIn(n int) ([]login, error)
	push(bytes int) error // to all tabs
	tabs() int
	close()
}

func newServer(name, origin string) (server, error) {
	switch name {
	case oursName:
		return newOurs(origin, process.Limits{Rate: 1 << 30, Burst: 1 << 30}), nil // the load calls as fast as it can
	case siteName:
		return newOurs(origin, process.Limits{}), nil
	case echoName:
		return newBare(echo), nil
	case codecName:
		return newBare(codec), nil
	}
	return nil, fmt.Errorf("no server is named %q", name)
}

// serve is the life of a server's process. It ends with its standard input: when the load is gone, so is it.
func serve(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	if len(args) == 0 {
		return errors.New("which server?")
	}
	if slices.Contains(args[1:], heapWord) {
		runtime.MemProfileRate = 64
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	address := listener.Addr().String()
	s, err := newServer(args[0], originOf(address))
	if err != nil {
		listener.Close()
		return err
	}
	defer s.close()
	mux := http.NewServeMux()
	mux.Handle(socketPath, s)
	// With the time limits of the site.
	web := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 60 * time.Second, IdleTimeout: 120 * time.Second}
	defer web.Close()
	go web.Serve(listener)
	return obey(s, address, in, out)
}

// obey answers orders until there are no more.
func obey(s server, address string, in io.Reader, out io.Writer) error {
	orders, reports := json.NewDecoder(in), json.NewEncoder(out)
	next := report{Address: address}
	for {
		if err := reports.Encode(next); err != nil {
			return err
		}
		var o order
		if err := orders.Decode(&o); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		next = report{}
		if err := do(s, o, &next); err != nil {
			next.Error = err.Error()
		}
	}
}

func do(s server, o order, r *report) (err error) {
	switch o.Do {
	case doLogIn:
		r.Logins, err = s.logIn(o.Count)
	case doPush:
		err = pushOne(s, o)
	case doCollect:
		runtime.GC()
		debug.FreeOSMemory()
	case doState:
		r.State = stateOf(s)
	case doProfile:
		return startProfile(o.File)
	case doProfiled:
		pprof.StopCPUProfile()
	case doHeap:
		return writeHeap(o.File)
	default:
		return fmt.Errorf("no order is named %q", o.Do)
	}
	return err
}

// pushOne reports no sooner than the next push may be ordered.
func pushOne(s server, o order) error {
	next := time.Now().Add(o.Every)
	err := s.push(o.Bytes)
	time.Sleep(time.Until(next))
	return err
}

func stateOf(s server) state {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return state{
		Goroutines: runtime.NumGoroutine(), Tabs: s.tabs(),
		Heap: m.HeapAlloc, Stacks: m.StackInuse, Allocated: m.TotalAlloc, Objects: m.Mallocs,
	}
}

func startProfile(name string) error {
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	return pprof.StartCPUProfile(file) // which has the file until it is stopped, and that is soon before the end
}

func writeHeap(name string) error {
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	runtime.GC()
	return errors.Join(pprof.Lookup("heap").WriteTo(file, 0), file.Close())
}
