package mail

import (
	"encoding/base64"
	"errors"
	"net"
	"net/url"
	"strings"
	"testing"

	"github.com/riverqueue/river"
)

// TestParseURL: what is wrong is said without the password.
func TestParseURL(t *testing.T) {
	for text, good := range map[string]bool{
		"smtp://ada:secret@mail.example.com:587":         true,
		"smtp://ada:secret@mail.example.com":             true,
		"smtps://ada%40x:sec%3Aret@mail.example.com:465": true,
		"smtp://mail.example.com/":                       true,
		"smtp://localhost:1025?tls=off":                  true,
		"smtp://ada:secret@[::1]:1025?tls=off":           true,
		"smtp://ada:secret@mail.example.com?tls=off":     false,
		"smtps://localhost?tls=off":                      false,
		"smtp://localhost?tls=no":                        false,
		"smtp://localhost?tls=off&tls=off":               false,
		"smtp://localhost?starttls=off":                  false,
		"http://ada:secret@mail.example.com":             false,
		"smtp://ada:secret@":                             false,
		"smtp://ada@mail.example.com":                    false,
		"smtp://:secret@mail.example.com":                false,
		"smtp://ada:secret@mail.example.com:0":           false,
		"smtp://ada:secret@mail.example.com:70000":       false,
		"smtp://ada:secret@mail.example.com:port":        false,
		"smtp://ada:secret@mail.example.com/path":        false,
		"smtp://ada:secret@mail.example.com#x":           false,
		"smtp://ada:sec%ret@mail.example.com":            false,
		"smtp://ada:sec ret/secret@mail.example.com":     false,
		"mail.example.com:587":                           false,
		"smtp:secret":                                    false,
		"":                                               false,
	} {
		_, err := ParseURL(text)
		if (err == nil) != good || err != nil && strings.Contains(err.Error(), "ret") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// TestTLS: the password goes to the right server alone, and the message after it.
func TestTLS(t *testing.T) {
	for _, scheme := range []string{"smtp", "smtps"} {
		t.Run(scheme, func(t *testing.T) {
			s := newTLSServer(t, scheme)
			o := newOffice(t, s.URL)
			o.start()
			o.send("ada@example.com")
			o.wait(1)
			if len(s.all()) != 1 {
				t.Errorf("accepted: %v", s.all())
			}
		})
	}
}

// TestNotSentWithoutTLS: neither to a server that cannot STARTTLS, nor to one that nobody vouches for.
func TestNotSentWithoutTLS(t *testing.T) {
	plain := newServer(t)
	plain.URL.RawQuery = ""
	unknown := newTLSServer(t, "smtp")
	roots = nil
	for want, server := range map[string]*server{"STARTTLS": plain, "certificate": unknown} {
		o := newOffice(t, server.URL)
		o.start()
		failed := o.hears(river.EventKindJobFailed)
		o.send("ada@example.com")
		job := failed().Job
		if said := job.Errors[0].Error; !strings.Contains(said, want) {
			t.Errorf("the job says %q, want %s", said, want)
		}
		if len(server.all()) != 0 {
			t.Errorf("%s: it was accepted", want)
		}
		o.Stop()
	}
}

// TestAnotherServersCertificate: who has a certificate that is believed, but for another name, hears nothing of ours.
func TestAnotherServersCertificate(t *testing.T) {
	for _, scheme := range []string{"smtp", "smtps"} {
		s := newTLSServer(t, scheme)
		s.URL.Host = net.JoinHostPort("localhost", s.URL.Port()) // its certificate is for 127.0.0.1
		err := transmit(t.Context(), s.URL, letterTo(t, "ada@example.com"))
		if err == nil || !strings.Contains(err.Error(), "x509") || permanent(err) || s.tries() != 0 || len(s.all()) != 0 {
			t.Errorf("%s: %v, and the password was told %d times", scheme, err, s.tries())
		}
	}
}

// TestNothingSecretIsTold: neither tokens nor the server's password stand in the log or in the jobs, even when a
// server says the password aloud; and a wrong password is ours to mend, so the message waits.
func TestNothingSecretIsTold(t *testing.T) {
	s := newTLSServer(t, "smtp")
	right := s.URL.User
	const wrong = "wrong:sesame/%"
	s.URL.User = url.UserPassword("ada", wrong)
	o := newOffice(t, s.URL)
	o.start()
	failed := o.hears(river.EventKindJobFailed)
	o.send("ada@example.com")
	if job := failed().Job; !strings.Contains(job.Errors[0].Error, "535") {
		t.Errorf("the job says %q", job.Errors[0].Error)
	}
	o.Stop()

	s.URL.User = right
	again := openOffice(t, o.db, s.URL)
	again.start()
	again.wait(1)
	again.Stop()
	var jobs string
	if err := o.db.QueryRow(t.Context(), `SELECT string_agg(river_job::text, '') FROM river_job`).Scan(&jobs); err != nil {
		t.Fatal(err)
	}
	told := o.log.String() + again.log.String() + jobs
	for _, secret := range append(append(o.tokens, again.tokens...), wrong, "open:sesame/%", url.QueryEscape(wrong),
		base64.StdEncoding.EncodeToString([]byte("\x00ada\x00"+wrong))) {
		if strings.Contains(told, secret) {
			t.Errorf("%q is told: %s", secret, told)
		}
	}
	if !strings.Contains(told, "mail sent") || len(o.tokens) == 0 {
		t.Errorf("the log: %s", told)
	}
}

// TestRefusal says no password, in whatever form a server says it.
func TestRefusal(t *testing.T) {
	server, err := url.Parse("smtp://ada:pa%2Fss@mail.example.com")
	if err != nil {
		t.Fatal(err)
	}
	said := refusal(server, composed{to: "bob@example.com"}, errors.New("pa/ss, AGFkYQBwYS9zcw==,\r\ncGEvc3M= of ada for bob@example.com"))
	if said.Error() != "…, …, … of ada for the recipient" {
		t.Errorf("it says %q", said)
	}
}

// TestNobodyListens: a server that is down is no reason to give up.
func TestNobodyListens(t *testing.T) {
	listener := listen(t)
	address := listener.Addr().String()
	listener.Close()
	o := newOffice(t, &url.URL{Scheme: "smtp", Host: address, RawQuery: "tls=off"})
	o.start()
	failed := o.hears(river.EventKindJobFailed)
	o.send("ada@example.com")
	if job := failed().Job; job.State != "available" && job.State != "retryable" {
		t.Errorf("the job is %s", job.State)
	}
}
