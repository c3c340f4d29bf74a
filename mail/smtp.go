package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	gomail "github.com/wneessen/go-mail"
)

// ParseURL reads the address of an SMTP server:
//
//	smtp://user:password@mail.example.com       port 587; the server must speak STARTTLS
//	smtps://user:password@mail.example.com      port 465; TLS from the first byte
//	smtp://localhost:1025?tls=off               without TLS, which only a server of this machine may be
//
// Without user and password it does not log in. An error does not say the password.
func ParseURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil {
		return nil, errURL // without the text, which holds the password
	}
	return u, checkURL(u)
}

var errURL = errors.New("no address of an SMTP server such as smtp://user:password@mail.example.com:587; what is special in a password is written as %XX")

func checkURL(u *url.URL) error {
	query := u.Query()
	off := u.RawQuery == "tls=off"
	port, err := strconv.ParseUint(portOf(u), 10, 16)
	_, hasPassword := u.User.Password()
	switch {
	case u.Scheme != "smtp" && u.Scheme != "smtps", u.Hostname() == "", err != nil, port == 0,
		u.Path != "" && u.Path != "/", u.Fragment != "", u.Opaque != "",
		len(query) > 0 && !off,
		u.User != nil && (u.User.Username() == "" || !hasPassword):
		return errURL
	case off && (u.Scheme == "smtps" || !loopback(u.Hostname())):
		return fmt.Errorf("%s: tls=off is for a server of this machine, localhost", u.Redacted())
	}
	return nil
}

func loopback(host string) bool { return host == "localhost" || host == "127.0.0.1" || host == "::1" }

func portOf(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "smtps":
		return "465"
	default:
		return "587"
	}
}

// transmit hands a message to the server: when it returns nil, it was accepted.
func transmit(ctx context.Context, server *url.URL, l composed) error {
	ctx, cancel := context.WithTimeout(ctx, smtpTime)
	defer cancel()
	c := &conversation{server: server, until: ctx, left: answersBytes}
	defer c.end()
	if err := c.send(l); err != nil {
		return refusal(server, l, err)
	}
	return nil
}

// answersBytes is what a server may say in all, certificates and keys of TLS included. A line is kept until it ends, so
// one that never does would take all memory.
const answersBytes = 256 << 10

// errTalkative: such a server is broken, or is none.
var errTalkative = errors.New("the server says more than belongs to it")

// conversation is one connection to the server. It is closed when the context ends, in whatever word it is then.
type conversation struct {
	net.Conn // nil until it is connected
	server   *url.URL
	until    context.Context
	left     int    // of answersBytes
	unwatch  func() // waits for what closes the connection with the context
}

// send says all that there is to say. It does not wait for an answer to its farewell: what the server has accepted is
// accepted, and the links in it work only after the commit.
func (c *conversation) send(l composed) error {
	client, err := gomail.NewClient(c.server.Hostname(), c.options(l)...)
	if err != nil {
		return err
	}
	connected, err := client.DialToSMTPClientWithContext(c.until)
	if err != nil {
		return err
	}
	defer connected.Text.Cmd("QUIT")
	if utf8, _ := connected.Extension("SMTPUTF8"); !utf8 && !ascii(l.to) {
		return errNotASCII
	}
	err = client.SendWithSMTPClient(connected, l.msg)
	switch {
	case l.msg.IsDelivered():
		return nil // whatever came after it
	case err == nil:
		return errors.New("the server has not said that it accepts")
	default:
		return err
	}
}

// errNotASCII: the server cannot name this recipient, and will not learn it today.
var errNotASCII = fmt.Errorf("%w: its name has other letters than ASCII, and the mail server knows no SMTPUTF8", ErrAddress)

func (c *conversation) options(l composed) []gomail.Option {
	port, _ := strconv.Atoi(portOf(c.server)) // it was checked
	policy := gomail.TLSMandatory
	if c.server.RawQuery == "tls=off" {
		policy = gomail.NoTLS
	}
	options := []gomail.Option{
		gomail.WithPort(port), gomail.WithTimeout(smtpTime), gomail.WithDialContextFunc(c.dial), gomail.WithTLSPolicy(policy),
		gomail.WithTLSConfig(c.tls()), gomail.WithoutNoop(), gomail.WithoutRset(),
	}
	if ascii(l.to) {
		options = append(options, gomail.WithoutSMTPUTF8()) // what asks for it without need does not reach servers without it
	}
	if c.server.Scheme == "smtps" {
		options = append(options, gomail.WithSSL())
	}
	if c.server.User != nil {
		password, _ := c.server.User.Password()
		options = append(options, gomail.WithUsername(c.server.User.Username()), gomail.WithPassword(password),
			gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin))
	}
	return options
}

// roots are who is believed to know the server; nil: those whom this machine believes.
var roots *x509.CertPool

func (c *conversation) tls() *tls.Config {
	return &tls.Config{ServerName: c.server.Hostname(), MinVersion: tls.VersionTLS12, RootCAs: roots}
}

// dial connects; its own context ends when the server has greeted.
func (c *conversation) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	closed := make(chan struct{})
	stop := context.AfterFunc(c.until, func() {
		conn.Close()
		close(closed)
	})
	c.Conn, c.unwatch = conn, func() {
		if !stop() {
			<-closed
		}
	}
	if c.server.Scheme == "smtps" {
		return tls.Client(c, c.tls()), nil
	}
	return c, nil
}

// Read reads what the server says, as long as it does not say too much.
func (c *conversation) Read(b []byte) (int, error) {
	if c.left == 0 {
		return 0, errTalkative
	}
	n, err := c.Conn.Read(b[:min(len(b), c.left)])
	c.left -= n
	return n, err
}

// end closes the connection, and leaves nothing that runs.
func (c *conversation) end() {
	if c.Conn != nil {
		c.unwatch()
		c.Conn.Close()
	}
}

// refused says that a server did not accept, and why, for the log.
type refused struct {
	text  string
	final bool // it will not take this message, or this recipient, later either
}

func (e refused) Error() string { return e.text }

// permanent: no later attempt will do better.
func permanent(err error) bool {
	answer, ok := errors.AsType[refused](err)
	return ok && answer.final || errors.Is(err, ErrAddress)
}

// refusal says what happened, without whom it was for, and never our password.
func refusal(server *url.URL, l composed, err error) error {
	text, final := err.Error(), errors.Is(err, ErrAddress)
	if sent, ok := errors.AsType[*gomail.SendError](err); ok {
		final = sent.ErrorCode()/10 == 55 && slices.Contains(ofTheMessage, sent.Reason)
		text, _, _ = strings.Cut(text, ", affected ")
	}
	if password, has := server.User.Password(); has {
		for _, secret := range []string{password, "\x00" + server.User.Username() + "\x00" + password} {
			text = strings.ReplaceAll(text, secret, "…")
			text = strings.ReplaceAll(text, base64.StdEncoding.EncodeToString([]byte(secret)), "…")
		}
	}
	return refused{shortened(strings.ReplaceAll(oneLine(text), l.to, "the recipient")), final}
}

// ofTheMessage are the moments at which a server may judge this message and its recipient, and not us. It does so with
// 55x: 50x is about how we speak, 53x about who we are, and many servers say these no sooner.
var ofTheMessage = []gomail.SendErrReason{gomail.ErrSMTPRcptTo, gomail.ErrSMTPData, gomail.ErrSMTPDataClose}
