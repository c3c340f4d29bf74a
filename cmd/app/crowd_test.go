package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/ocsigo/start/framework/process/processtest"
)

// BenchmarkLogInsAtOnce: two hundred people log in at once at the real program, each with his own account and in a browser
// that it does not know, so that each is sent a notice as well. Somebody reads the main page meanwhile.
//
// It says how many log-ins a second are answered, when the last one is, how many hear that they should come back later; how
// long the main page takes while nothing else happens and meanwhile; and the memory that the program took at most, before
// and during it.
func BenchmarkLogInsAtOnce(b *testing.B) {
	const people = 200
	data := filepath.Join(folder(b), "postgres")
	p := start(b, data)
	addresses := make([]string, people)
	for i := range addresses {
		addresses[i] = fmt.Sprintf("person%d@example.com", i)
	}
	users(b, data, addresses...)
	quiet := p.reads(func(read int) bool { return read < 500 })
	before := p.mostMemory(b)
	var in, later int
	var last, meanwhile []time.Duration
	for b.Loop() {
		forms := p.logInForms(addresses)
		var over atomic.Bool
		var reader sync.WaitGroup
		reader.Go(func() { meanwhile = append(meanwhile, p.reads(func(int) bool { return !over.Load() })...) })
		statuses, took := sendAll(forms)
		over.Store(true)
		reader.Wait()
		for _, status := range statuses {
			switch status {
			case http.StatusSeeOther:
				in++
			case http.StatusServiceUnavailable, http.StatusTooManyRequests:
				later++
			default:
				b.Fatalf("a log-in is answered with %d", status)
			}
		}
		last = append(last, took)
	}
	b.ReportMetric(float64(in)/sum(last).Seconds(), "log-ins/s")
	b.ReportMetric(milliseconds(percentile(last, 50)), "last-ms")
	b.ReportMetric(float64(later)/float64(b.N), "later/op")
	b.ReportMetric(milliseconds(percentile(quiet, 50)), "page-p50-ms")
	b.ReportMetric(milliseconds(percentile(quiet, 99)), "page-p99-ms")
	b.ReportMetric(milliseconds(percentile(meanwhile, 50)), "meanwhile-p50-ms")
	b.ReportMetric(milliseconds(percentile(meanwhile, 99)), "meanwhile-p99-ms")
	b.ReportMetric(before, "before-MiB")
	b.ReportMetric(p.mostMemory(b), "most-MiB")
	if err := p.end(os.Interrupt); err != nil {
		b.Error(err, &p.stderr)
	}
}

// BenchmarkSignUpToMail is the time from when somebody asks for an account until a mail server has accepted the message.
func BenchmarkSignUpToMail(b *testing.B) {
	accepted := make(chan struct{}, 1)
	office := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return inbox{accepted}, nil }))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() { office.Serve(listener) })
	defer serving.Wait()
	defer office.Close()
	p := start(b, filepath.Join(folder(b), "postgres"), "SMTP_URL=smtp://"+listener.Addr().String()+"?tls=off", "MAIL_FROM=site@example.com")
	var took []time.Duration
	for n := 0; b.Loop(); n++ {
		b.StopTimer()
		visitor := processtest.NewBrowser(b, p.URL)
		network := net.TCPAddr{IP: net.IPv4(127, 9, byte(1+n/250), byte(1+n%250))} // one may ask for a few only
		visitor.Client.Transport = &http.Transport{DialContext: (&net.Dialer{LocalAddr: &network}).DialContext}
		defer visitor.Client.CloseIdleConnections()
		email, identity := fmt.Sprintf("person%d@example.com", n), visitor.Get("/signup").IdentityTag()
		b.StartTimer()
		began := time.Now()
		answer := visitor.Post("/signup", url.Values{"email": {email}, "_identity": {identity}})
		if answer.Status != http.StatusSeeOther {
			b.Fatalf("the sign-up is answered with %d", answer.Status)
		}
		<-accepted
		took = append(took, time.Since(began))
	}
	b.ReportMetric(milliseconds(percentile(took, 50)), "p50-ms")
	b.ReportMetric(milliseconds(percentile(took, 99)), "p99-ms")
	if err := p.end(os.Interrupt); err != nil {
		b.Error(err, &p.stderr)
	}
}

// inbox is a mail server's that takes every message.
type inbox struct{ accepted chan<- struct{} }

func (inbox) Mail(string, *smtp.MailOptions) error { return nil }
func (inbox) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (inbox) Reset()                               {}
func (inbox) Logout() error                        { return nil }

func (i inbox) Data(r io.Reader) error {
	if _, err := io.Copy(io.Discard, r); err != nil {
		return err
	}
	i.accepted <- struct{}{}
	return nil
}

// logInForms has everybody open the form, each in a browser of his own. What it returns send them.
func (p *program) logInForms(addresses []string) []func() processtest.Page {
	forms := make([]func() processtest.Page, len(addresses))
	for i, email := range addresses {
		b := processtest.NewBrowser(p.t, p.URL)
		form := url.Values{"email": {email}, "password": {password}, "_identity": {b.Get("/login").IdentityTag()}}
		forms[i] = func() processtest.Page { return b.Post("/login", form) }
	}
	return forms
}

// sendAll sends all forms at once, and returns the statuses of the answers, and when the last one came.
func sendAll(forms []func() processtest.Page) (statuses []int, took time.Duration) {
	statuses = make([]int, len(forms))
	began := time.Now()
	var all sync.WaitGroup
	for i, send := range forms {
		all.Go(func() { statuses[i] = send().Status })
	}
	all.Wait()
	return statuses, time.Since(began)
}

// reads reads the main page again and again, as long as goOn says, and returns how long each took.
func (p *program) reads(goOn func(read int) bool) (took []time.Duration) {
	b := processtest.NewBrowser(p.t, p.URL)
	for goOn(len(took)) {
		began := time.Now()
		if answer := b.Get("/"); answer.Status != http.StatusOK {
			p.t.Errorf("the main page is answered with %d", answer.Status)
			return took
		}
		took = append(took, time.Since(began))
	}
	return took
}

// mostMemory is the resident memory that the program has had at most, in MiB; 0 where the system does not say it.
func (p *program) mostMemory(b *testing.B) float64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	_, line, _ := strings.Cut(string(status), "VmHWM:")
	kilobytes, err := strconv.ParseFloat(strings.Fields(line)[0], 64)
	if err != nil {
		b.Error(err)
	}
	return kilobytes / 1024
}

func sum(all []time.Duration) (whole time.Duration) {
	for _, d := range all {
		whole += d
	}
	return whole
}

func percentile(of []time.Duration, percent int) time.Duration {
	slices.Sort(of)
	return of[(len(of)-1)*percent/100]
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
