package main

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
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
	public := getenv("PUBLIC_URL")
	if public == "" {
		if !c.Development() {
			return c, errors.New("set PUBLIC_URL to the address that visitors use, such as https://example.com: it is needed with DATABASE_URL")
		}
		return c, nil
	}
	var err error
	c.Public, err = publicURL(public)
	return c, err
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

// config reads the settings of this program's environment.
func config() (Config, error) { return configFrom(os.Getenv) }
