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
	client, err := gomail.NewClient(server.Hostname(), conversation{server, ctx}.options()...)
	if err != nil {
		return err
	}
	err = client.DialAndSendWithContext(ctx, l.msg)
	if l.msg.IsDelivered() {
		return nil // whatever came after it, such as a farewell that was not answered
	}
	if err == nil {
		err = errors.New("the server has not said that it accepts")
	}
	return refusal(server, l, err)
}

// conversation is one connection to the server. It is closed when the context ends, in whatever word it is then.
type conversation struct {
	server *url.URL
	until  context.Context
}

func (c conversation) options() []gomail.Option {
	port, _ := strconv.Atoi(portOf(c.server)) // it was checked
	policy := gomail.TLSMandatory
	if c.server.RawQuery == "tls=off" {
		policy = gomail.NoTLS
	}
	options := []gomail.Option{
		gomail.WithPort(port), gomail.WithTimeout(smtpTime), gomail.WithDialContextFunc(c.dial), gomail.WithTLSPolicy(policy),
		gomail.WithTLSConfig(c.tls()), gomail.WithoutNoop(), gomail.WithoutRset(),
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

func (c conversation) tls() *tls.Config {
	return &tls.Config{ServerName: c.server.Hostname(), MinVersion: tls.VersionTLS12, RootCAs: roots}
}

// dial connects; its own context ends when the server has greeted.
func (c conversation) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	context.AfterFunc(c.until, func() { conn.Close() })
	if c.server.Scheme == "smtps" {
		return tls.Client(conn, c.tls()), nil
	}
	return conn, nil
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
	text, final := err.Error(), false
	if sent, ok := errors.AsType[*gomail.SendError](err); ok {
		final = sent.ErrorCode() >= 500 && slices.Contains(ofTheMessage, sent.Reason)
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

// ofTheMessage are the moments at which a server judges this message and its recipient, and not us.
var ofTheMessage = []gomail.SendErrReason{gomail.ErrSMTPRcptTo, gomail.ErrSMTPData, gomail.ErrSMTPDataClose}
