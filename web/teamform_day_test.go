package web

import (
	"testing"
	"time"
)

// TestDaysOfTeams: today is a day on which they may play, wherever it is today, and a year from it is one too.
func TestDaysOfTeams(t *testing.T) {
	const over, far = "This day is over.", "This is more than a year from now."
	for _, test := range []struct{ now, day, want string }{
		{"2026-03-10T11:59:00Z", "2026-03-09", ""}, // still in the far west
		{"2026-03-10T12:00:00Z", "2026-03-09", over},
		{"2026-03-10T12:00:00Z", "2026-03-10", ""},
		{"2026-03-10T09:59:00Z", "2027-03-10", ""},
		{"2026-03-10T09:59:00Z", "2027-03-11", far},
		{"2026-03-10T10:00:00Z", "2027-03-11", ""}, // tomorrow already in the far east
		{"2026-03-10T10:00:00Z", "2027-03-12", far},
		{"2028-02-29T06:00:00Z", "2029-03-01", ""},
		{"2028-02-29T06:00:00Z", "2029-03-02", far},
	} {
		now, err := time.Parse(time.RFC3339, test.now)
		if err != nil {
			t.Fatal(err)
		}
		if got := wrongDay(test.day, now); got != test.want {
			t.Errorf("at %s the day %s: %q instead of %q", test.now, test.day, got, test.want)
		}
	}
}
