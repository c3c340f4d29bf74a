package main

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"strings"

	"github.com/ocsigo/start/mail"
)

// Config says how this program runs. It comes from the environment.
type Config struct {
	// Addr is where the server listens, host:port.
	// ADDR, default localhost:8080.
	Addr string

	// Database is the connection string of a Postgres. Without it this is development: the program runs a
	// Postgres of its own, and is loud about mistakes.
	// DATABASE_URL, default none.
	Database string

	// Data is the folder of the program's own Postgres.
	// DATA, default .data/postgres
	Data string

	// Public is the address that visitors use, such as https://example.com: cookies, redirects and the check
	// of where a form comes from depend on it. Behind a proxy that ends TLS it is the proxy's.
	// PUBLIC_URL, default http://localhost with the port of ADDR; required with DATABASE_URL.
	Public *url.URL // nil: the default, known once the server listens

	// TrustedProxies are the proxies before this server. They are believed when they say, in X-Forwarded-For and
	// X-Forwarded-Proto, for whom they ask and whether he came over https: "https", "wss" or nothing means that he
	// did, anything else that he did not. They must pass on the header Host. The server itself speaks plain HTTP, so
	// with an https address it answers nobody but them.
	// TRUSTED_PROXIES, default none; addresses and prefixes, separated by commas: 10.0.0.7,fd00::/8
	TrustedProxies []netip.Prefix

	// SMTP is the server that takes the site's messages: smtp://user:password@host:587, which must speak STARTTLS, or
	// smtps://user:password@host:465; see mail.ParseURL.
	// SMTP_URL, default none: in development messages go to the mailbox alone; required with DATABASE_URL.
	SMTP *url.URL

	// MailFrom is who the messages are from, such as "Example <site@example.com>".
	// MAIL_FROM, default Ocsigo Start <site@localhost>; required with DATABASE_URL, and with SMTP_URL.
	MailFrom string

	// SignUpClosed lets people make accounts by invitation alone: whoever asks for one gets on the waiting list. Links to
	// sign up that went out before still work.
	// SIGN_UP, open or closed; default open.
	SignUpClosed bool
}

// Development reports whether the program runs for its developer alone.
func (c Config) Development() bool { return c.Database == "" }

// configFrom reads the settings with a function such as os.Getenv.
func configFrom(getenv func(string) string) (Config, error) {
	setting := func(name, otherwise string) string {
		if value := getenv(name); value != "" {
			return value
		}
		return otherwise
	}
	c := Config{
		Addr:     setting("ADDR", "localhost:8080"),
		Database: getenv("DATABASE_URL"),
		Data:     setting("DATA", ".data/postgres"),
	}
	if _, _, err := net.SplitHostPort(c.Addr); err != nil {
		return c, fmt.Errorf("ADDR=%q is no host:port, such as localhost:8080", c.Addr)
	}
	var err error
	if c.TrustedProxies, err = prefixes(getenv("TRUSTED_PROXIES")); err != nil {
		return c, err
	}
	if public := getenv("PUBLIC_URL"); public != "" {
		c.Public, err = publicURL(public)
	} else if !c.Development() {
		err = errors.New("set PUBLIC_URL to the address that visitors use, such as https://example.com: it is needed with DATABASE_URL")
	}
	if err != nil {
		return c, err
	}
	switch signUp := setting("SIGN_UP", "open"); signUp {
	case "open", "closed":
		c.SignUpClosed = signUp == "closed"
	default:
		return c, fmt.Errorf("SIGN_UP=%q is neither open nor closed", signUp)
	}
	return c, c.readMail(getenv("SMTP_URL"), getenv("MAIL_FROM"))
}

// readMail reads who writes, and through which server. What is wrong is said without the server's password.
func (c *Config) readMail(server, from string) (err error) {
	switch {
	case !c.Development() && (server == "" || from == ""):
		return errors.New("set SMTP_URL to the server that takes the site's messages, such as smtp://user:password@mail.example.com:587, " +
			"and MAIL_FROM to who they are from, such as Example <site@example.com>: both are needed with DATABASE_URL")
	case server != "" && from == "":
		return errors.New("set MAIL_FROM to who the site's messages are from, such as Example <site@example.com>: it is needed with SMTP_URL")
	}
	c.MailFrom = cmp.Or(from, "Ocsigo Start <site@localhost>")
	if err := mail.CheckFrom(c.MailFrom); err != nil {
		return fmt.Errorf("MAIL_FROM=%q is no sender such as Example <site@example.com>", from)
	}
	if server == "" {
		return nil
	}
	if c.SMTP, err = mail.ParseURL(server); err != nil {
		return fmt.Errorf("SMTP_URL is wrong: %w", err)
	}
	return nil
}

// address is where visitors find a server that listens.
func (c Config) address(listener net.Listener) *url.URL {
	if c.Public != nil {
		return c.Public
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String()) // a listener's own address has a port
	u := &url.URL{Scheme: "http", Host: "localhost:" + port}
	if port == "80" {
		u.Host = "localhost"
	}
	return u
}

// publicURL accepts scheme and host, and nothing else. A default port is dropped and letters are made small, as
// browsers do it in Origin.
func publicURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" ||
		u.Path != "" && u.Path != "/" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("PUBLIC_URL=%q is no address such as https://example.com", text)
	}
	if u.Port() == map[string]string{"http": "80", "https": "443"}[u.Scheme] {
		u.Host = u.Hostname()
	}
	u.Host, u.Path = strings.ToLower(u.Host), ""
	return u, nil
}

// prefixes reads a list of addresses and prefixes. IPv4 is IPv4, however it is written.
func prefixes(list string) (all []netip.Prefix, err error) {
	for text := range strings.SplitSeq(list, ",") {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		p, err := netip.ParsePrefix(text)
		if a, no := netip.ParseAddr(text); no == nil {
			a = a.Unmap().WithZone("")
			p, err = a.Prefix(a.BitLen())
		}
		if p.Addr().Is4In6() && p.Bits() >= 96 {
			p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
		}
		if err != nil {
			return nil, fmt.Errorf("TRUSTED_PROXIES: %q is no address and no prefix, such as 10.0.0.7 or fd00::/8", text)
		}
		all = append(all, p.Masked())
	}
	return all, nil
}

// config reads the settings of this program's environment.
func config() (Config, error) { return configFrom(os.Getenv) }
