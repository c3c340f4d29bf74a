package main

import (
	"strings"
	"testing"
)

func TestConfig(t *testing.T) {
	for _, c := range []struct {
		name string
		env  map[string]string
		want string // of Public, or what the error says
	}{
		{"development", map[string]string{}, ""},
		{"production", map[string]string{"DATABASE_URL": "postgres://db", "PUBLIC_URL": "https://example.com"}, "https://example.com"},
		{"default port", map[string]string{"PUBLIC_URL": "https://example.com:443/"}, "https://example.com"},
		{"capitals", map[string]string{"PUBLIC_URL": "https://Example.COM"}, "https://example.com"},
		{"no public address", map[string]string{"DATABASE_URL": "postgres://db"}, "set PUBLIC_URL"},
		{"a path", map[string]string{"PUBLIC_URL": "https://example.com/site"}, "is no address"},
		{"another scheme", map[string]string{"PUBLIC_URL": "ftp://example.com"}, "is no address"},
		{"no scheme", map[string]string{"PUBLIC_URL": "example.com"}, "is no address"},
		{"no port", map[string]string{"ADDR": "localhost"}, "is no host:port"},
	} {
		t.Run(c.name, func(t *testing.T) {
			config, err := configFrom(func(name string) string { return c.env[name] })
			got := ""
			switch {
			case err != nil:
				got = err.Error()
			case config.Public != nil:
				got = config.Public.String()
			}
			if !strings.Contains(got, c.want) || c.want == "" && got != "" {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
