package process

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// Here is who is somewhere.
type Here struct {
	Tabs     int              `json:"tabs"`
	Browsers int              `json:"browsers"`
	People   int              `json:"people"` // users, and browsers with nobody connected
	Users    []session.UserID `json:"users"`  // each once, sorted
}

// PresenceChange is what is told: how things are, and which users came and left since that was told last. What a tab hears
// first is only how things are: nobody has come for it, and so not itself. Only one that listened before it entered, or
// in which somebody logs in, hears its own user come.
type PresenceChange struct {
	Here Here             `json:"here"`
	Came []session.UserID `json:"came"`
	Left []Departure      `json:"left"`
}

// Departure is a user who has left, and why: the reason of the last of his tabs.
type Departure struct {
	User session.UserID `json:"user"`
	Why  Leaving        `json:"why"`
}

// Values are all of them: the client knows each.
func (Leaving) Values() []Leaving {
	return []Leaving{LeftPage, Unlistens, TabClosed, TabLost, TabReloads, TabEnded}
}

// place is one key of a presence. It is there as long as there is something to count, or to tell.
type place struct {
	tabs   map[*Process]*presence
	away   []*presence                // who has gone and still counts: who went first in front
	asking map[*Process]bool          // tabs that are to be told how things are: true where they were never told
	why    map[session.UserID]Leaving // of those who have gone since the last change was told

	shown Here      // what was told last
	told  time.Time // when that was
	timer *time.Timer
	due   time.Time // of the timer
}

// presence is one tab at one place, or was.
type presence struct {
	process *Process
	tab     *session.Tab
	browser session.Hash
	who     session.Visitor // whose the tab is, as far as it was known last
	stay    stay
	page    bool // its stay ends with the page

	why   Leaving
	until time.Time // it counts, after its end
}

// look finds out whose the tab is now. When nobody knows, or the tab is just ending, it counts as it was.
func (one *presence) look() error {
	who, err := one.tab.Present()
	if err == nil {
		one.who = who
	}
	return err
}

// welcome counts a tab in the place of one that has gone from the same browser. A browser is one visitor at a time: what it
// was before, as somebody else, is gone now.
func (at *place) welcome(one *presence) {
	before := slices.IndexFunc(at.away, func(other *presence) bool {
		return other.browser == one.browser && other.who == one.who
	})
	if before >= 0 {
		at.away = slices.Delete(at.away, before, before+1)
	}
	at.forget(func(other *presence) bool { return other.browser == one.browser && other.who != one.who })
}

// forget lets those go who only still count.
func (at *place) forget(whose func(*presence) bool) {
	at.away = slices.DeleteFunc(at.away, func(one *presence) bool {
		ends := whose(one)
		if ends {
			at.gone(one)
		}
		return ends
	})
}

func (at *place) gone(one *presence) {
	if user, connected := one.who.User(); connected {
		at.why[user] = one.why
	}
}

// count says who is there.
func (at *place) count() Here {
	type person struct {
		user    session.UserID
		browser session.Hash // of nobody
	}
	browsers, people := map[session.Hash]bool{}, map[person]bool{}
	users := map[session.UserID]bool{}
	add := func(one *presence) {
		browsers[one.browser] = true
		if user, connected := one.who.User(); connected {
			users[user], people[person{user: user}] = true, true
			return
		}
		people[person{browser: one.browser}] = true
	}
	for _, one := range at.tabs {
		one.look()
		add(one)
	}
	for _, one := range at.away {
		add(one)
	}
	return Here{len(at.tabs) + len(at.away), len(browsers), len(people), slices.Sorted(maps.Keys(users))}
}

// change is what to tell when it is so now; false when nothing has changed since.
func (at *place) change(now Here) (change PresenceChange, changed bool) {
	change.Here = now
	for _, user := range now.Users {
		if _, there := slices.BinarySearch(at.shown.Users, user); !there {
			change.Came = append(change.Came, user)
		}
	}
	for _, user := range at.shown.Users {
		if _, there := slices.BinarySearch(now.Users, user); !there {
			change.Left = append(change.Left, Departure{user, cmp.Or(at.why[user], TabEnded)})
		}
	}
	was := at.shown
	changed = now.Tabs != was.Tabs || now.Browsers != was.Browsers || now.People != was.People ||
		!slices.Equal(now.Users, was.Users)
	return change, changed
}

func (at *place) empty() bool {
	return len(at.tabs)+len(at.away)+len(at.asking) == 0 && at.shown.Tabs == 0 && at.timer == nil
}
