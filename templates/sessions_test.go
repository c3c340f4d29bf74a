package templates

import (
	"strings"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/session"
)

// Each session says where and when; this browser's is marked, and has the button that all pages have.
func TestSessionsInTheSettings(t *testing.T) {
	html := strings.Join(strings.Fields(render(t, Settings(adasSettings))), " ")
	_, list, _ := strings.Cut(html, `id="session-list"`)
	here, other, found := strings.Cut(list, `</li>`)
	other, rest, also := strings.Cut(other, `</li>`)
	if !found || !also {
		t.Fatal("there are no two sessions")
	}
	contains(t, "this browser's", here, []string{
		"Firefox on Linux", "This browser", "1 open tab", "2026-01-31T11:59:00Z", ">now</time>",
		"1 January 2026, 09:30 UTC", `action="/logout"`,
	})
	contains(t, "the other", other, []string{
		"&lt;b&gt;", "192.0.2.0/24", "3 open tabs", "a day ago", `name="session" value="8"`, `value="end-session"`,
	})
	contains(t, "the rest", rest, []string{"14 days", "30 days", "100", `value="log-out-others"`, `value="log-out-everywhere"`})
	if strings.Contains(other, "This browser") || strings.Contains(html, "<b>") || strings.Contains(html, `role="alert"`) {
		t.Errorf("it says too much: %s", html)
	}

	alone := adasSettings
	alone.Sessions.All = adas.All[:1]
	if html := render(t, Settings(alone)); strings.Contains(html, "log-out-others") {
		t.Error("there are no others")
	}

	wrong := adasSettings
	wrong.Sent = new(page.Form)
	wrong.Sent.Set("do", "end-session")
	wrong.Sent.Wrong("", "It has ended.")
	contains(t, "with an error", render(t, Settings(wrong)), []string{`role="alert"`, "It has ended."})
}

func TestLastSeen(t *testing.T) {
	for past, want := range map[time.Duration]string{
		-time.Minute:     "now", // clocks differ
		59 * time.Second: "now",
		time.Minute:      "a minute ago",
		59 * time.Minute: "59 minutes ago",
		time.Hour:        "an hour ago",
		23 * time.Hour:   "23 hours ago",
		24 * time.Hour:   "a day ago",
		50 * time.Hour:   "2 days ago",
	} {
		if got := seen(session.Info{Seen: adas.Now.Add(-past)}, adas.Now); got != want {
			t.Errorf("%v: %s, want %s", past, got, want)
		}
	}
}

func TestOpenTabs(t *testing.T) {
	for want, s := range map[string]session.Info{
		"no open tab": {},
		"1 open tab":  {Here: true},
		"2 open tabs": {Tabs: 2},
	} {
		if got := OpenTabs(s); got != want {
			t.Errorf("%+v: %s, want %s", s, got, want)
		}
	}
}
