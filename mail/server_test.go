package mail

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"math/big"
	"net"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// server is an SMTP server that does what a test wants.
type server struct {
	URL *url.URL

	// What it says to the nth command of its kind; nil: it takes everything. Data is asked when the message has come.
	onRcpt, onData func(n int) error

	mu          sync.Mutex
	rcpts, data int
	passwords   int // that it was told
	accepted    []envelope
}

// envelope is a message that was accepted.
type envelope struct {
	from string
	to   []string
	text string
}

// newServer starts one on this machine, without TLS.
func newServer(t *testing.T) *server {
	s := &server{}
	s.serve(t, listen(t), nil)
	return s
}

// newTLSServer starts one that knows the user ada with the password "open:sesame/%": with TLS from the first byte, or by
// STARTTLS. Tests with it are not parallel.
func newTLSServer(t *testing.T, scheme string) *server {
	certificate, known := selfSigned(t)
	roots = known
	t.Cleanup(func() { roots = nil })
	s, config := &server{}, &tls.Config{Certificates: []tls.Certificate{certificate}}
	listener := listen(t)
	if scheme == "smtps" {
		listener = tls.NewListener(listener, config)
	}
	s.serve(t, listener, config)
	s.URL.Scheme, s.URL.RawQuery, s.URL.User = scheme, "", url.UserPassword("ada", "open:sesame/%")
	return s
}

func listen(t *testing.T) net.Listener {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return listener
}

func (s *server) serve(t *testing.T, listener net.Listener, config *tls.Config) {
	made := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &conn{server: s}, nil }))
	made.ErrorLog = log.New(io.Discard, "", 0)
	made.TLSConfig, made.Domain, made.EnableSMTPUTF8 = config, "mail.example.com", true
	s.URL = &url.URL{Scheme: "smtp", Host: listener.Addr().String(), RawQuery: "tls=off"}
	var serving sync.WaitGroup
	serving.Go(func() { made.Serve(listener) })
	t.Cleanup(func() {
		made.Close()
		serving.Wait()
	})
}

// all returns what was accepted.
func (s *server) all() []envelope {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.accepted)
}

// tries returns how often it was told a password.
func (s *server) tries() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.passwords
}

// conn is one conversation.
type conn struct {
	server   *server
	envelope envelope
}

func (c *conn) Reset()        { c.envelope = envelope{} }
func (c *conn) Logout() error { return nil }

func (c *conn) AuthMechanisms() []string { return []string{sasl.Plain} }

func (c *conn) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		c.server.mu.Lock()
		c.server.passwords++
		c.server.mu.Unlock()
		if user != "ada" || password != "open:sesame/%" {
			return &smtp.SMTPError{Code: 535, Message: "not " + password}
		}
		return nil
	}), nil
}

func (c *conn) Mail(from string, _ *smtp.MailOptions) error {
	c.envelope.from = from
	return nil
}

func (c *conn) Rcpt(to string, _ *smtp.RcptOptions) error {
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	c.server.rcpts++
	if c.server.onRcpt != nil {
		if err := c.server.onRcpt(c.server.rcpts); err != nil {
			return err
		}
	}
	c.envelope.to = append(c.envelope.to, to)
	return nil
}

func (c *conn) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	c.server.mu.Lock()
	c.server.data++
	n := c.server.data
	c.server.mu.Unlock()
	if c.server.onData != nil {
		if err := c.server.onData(n); err != nil {
			return err
		}
	}
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	c.envelope.text = string(text)
	c.server.accepted = append(c.server.accepted, c.envelope)
	return nil
}

// says is an answer of a server.
func says(code int) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 1, 1}, Message: "so be it"}
}

func selfSigned(t *testing.T) (tls.Certificate, *x509.CertPool) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	known, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(known)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}
