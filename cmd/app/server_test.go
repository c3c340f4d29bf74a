package main

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestServersLimits: what is too long, or no HTTP, never reaches the site. S184
func TestServersLimits(t *testing.T) {
	reached := 0
	server := httptest.NewUnstartedServer(nil)
	server.Config = newServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		reached++
		w.WriteHeader(http.StatusTeapot)
	}))
	server.Start()
	t.Cleanup(server.Close)
	for name, test := range map[string]struct {
		request string
		status  int
	}{
		"a header that fits":  {"GET / HTTP/1.1\r\nHost: x\r\nCookie: " + strings.Repeat("c", 15<<10) + "\r\n\r\n", 418},
		"a header too long":   {"GET / HTTP/1.1\r\nHost: x\r\nCookie: " + strings.Repeat("c", 30<<10) + "\r\n\r\n", 431},
		"many headers":        {"GET / HTTP/1.1\r\nHost: x\r\n" + strings.Repeat("A: b\r\n", 6<<10) + "\r\n", 431},
		"a URL too long":      {"GET /" + strings.Repeat("a", 30<<10) + " HTTP/1.1\r\nHost: x\r\n\r\n", 431},
		"no HTTP":             {"hello\r\n\r\n", 400},
		"no host":             {"GET / HTTP/1.1\r\n\r\n", 400},
		"options of no path":  {"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 418},
		"another transfer":    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n", 501},
		"two content lengths": {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400},
	} {
		reached = 0
		answer, err := say(t, server.Listener.Addr().String(), test.request)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if answer.StatusCode != test.status || (reached == 1) != (test.status == http.StatusTeapot) {
			t.Errorf("%s: %d, reached %d times", name, answer.StatusCode, reached)
		}
	}
}

// say sends bytes and reads the answer.
func say(t *testing.T, address, bytes string) (*http.Response, error) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	go io.WriteString(conn, bytes) // the server may answer before all is sent
	return http.ReadResponse(bufio.NewReader(conn), nil)
}
