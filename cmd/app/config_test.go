package main

import (
	"fmt"
	"log/slog"
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
		{"production", map[string]string{"DATABASE_URL": "postgres://db", "PUBLIC_URL": "https://example.com",
			"SMTP_URL": "smtps://mail.example.com", "MAIL_FROM": "site@example.com"}, "https://example.com"},
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

// TestMailSettings: both in production, both or none in development; what is wrong is said without the password.
func TestMailSettings(t *testing.T) {
	for _, test := range []struct {
		database, server, from string
		want                   string // what the error says
	}{
		{"", "", "", ""},
		{"", "", "Example <site@example.com>", ""},
		{"", "smtp://localhost:1025?tls=off", "site@example.com", ""},
		{"", "smtp://localhost:1025?tls=off", "", "set MAIL_FROM"},
		{"", "smtp://ada:secret@mail.example.com?tls=off", "site@example.com", "SMTP_URL is wrong"},
		{"", "smtp://ada:sec%ret@mail.example.com", "site@example.com", "SMTP_URL is wrong"},
		{"", "", "nobody", "MAIL_FROM"},
		{"postgres://db", "smtp://ada:secret@mail.example.com", "Example <site@example.com>", ""},
		{"postgres://db", "smtp://ada:secret@mail.example.com", "", "set SMTP_URL"},
		{"postgres://db", "", "site@example.com", "set SMTP_URL"},
		{"postgres://db", "", "", "set SMTP_URL"},
	} {
		c, err := configFrom(func(name string) string {
			return map[string]string{
				"DATABASE_URL": test.database, "PUBLIC_URL": "https://example.com", "SMTP_URL": test.server, "MAIL_FROM": test.from,
			}[name]
		})
		said := ""
		if err != nil {
			said = err.Error()
		}
		if !strings.Contains(said, test.want) || test.want == "" && (err != nil || c.MailFrom == "") || strings.Contains(said, "ret@") {
			t.Errorf("%v: %s", test, said)
		}
	}
}

// TestSignUpSetting: it is open unless the operator says closed.
func TestSignUpSetting(t *testing.T) {
	for value, closed := range map[string]bool{"": false, "open": false, "closed": true} {
		c, err := configFrom(func(name string) string { return map[string]string{"SIGN_UP": value}[name] })
		if err != nil || c.SignUpClosed != closed {
			t.Errorf("%q: %v, %v", value, c.SignUpClosed, err)
		}
	}
}

// TestTrustedProxies: as the operator may write them.
func TestTrustedProxies(t *testing.T) {
	for list, want := range map[string]string{
		"":                              "[]",
		" , ":                           "[]",
		"10.0.0.7":                      "[10.0.0.7/32]",
		"10.0.0.0/8, fd00::/8,":         "[10.0.0.0/8 fd00::/8]",
		"10.1.2.3/8":                    "[10.0.0.0/8]",
		"::1":                           "[::1/128]",
		"fe80::1%eth0":                  "[fe80::1/128]",
		"::ffff:10.0.0.7":               "[10.0.0.7/32]",
		"::ffff:10.0.0.0/104":           "[10.0.0.0/8]",
		"0.0.0.0/0":                     "[0.0.0.0/0]",
		"front.example.com":             `"front.example.com" is no address`,
		"10.0.0.7 10.0.0.8":             `"10.0.0.7 10.0.0.8" is no address`,
		"10.0.0.0/33":                   `"10.0.0.0/33" is no address`,
		"10.0.0.7:8080":                 `"10.0.0.7:8080" is no address`,
		"10.0.0.7,fd00::/8,10.0.0.7/99": `"10.0.0.7/99" is no address`,
	} {
		c, err := configFrom(func(name string) string { return map[string]string{"TRUSTED_PROXIES": list}[name] })
		got := fmt.Sprint(c.TrustedProxies)
		if err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, want) {
			t.Errorf("%q: %s, want %s", list, got, want)
		}
	}
}

// TestWarnings: the operator hears of settings that are hardly meant.
func TestWarnings(t *testing.T) {
	proxies := "10.0.0.7"
	for _, test := range []struct {
		public, database, proxies string
		want                      string // "" is for no warning
	}{
		{"http://localhost:8080", "", "", ""},
		{"https://example.com", "", "", "nobody can reach the site"},
		{"https://example.com", "postgres://db", "", "nobody can reach the site"},
		{"https://example.com", "postgres://db", proxies, ""},
		{"http://example.com", "postgres://db", "", "PUBLIC_URL is http"},
		{"http://example.com", "postgres://db", proxies, "PUBLIC_URL is http"},
	} {
		c, err := configFrom(func(name string) string {
			return map[string]string{
				"PUBLIC_URL": test.public, "DATABASE_URL": test.database, "TRUSTED_PROXIES": test.proxies,
				"SMTP_URL": "smtps://mail.example.com", "MAIL_FROM": "site@example.com",
			}[name]
		})
		if err != nil {
			t.Fatal(err)
		}
		var log strings.Builder
		warn(slog.New(slog.NewTextHandler(&log, nil)), c, c.address(nil))
		if got := log.String(); !strings.Contains(got, test.want) || strings.Count(got, "\n") != min(len(test.want), 1) {
			t.Errorf("%v: %s", test, got)
		}
	}
}
