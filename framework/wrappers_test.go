package framework_test

import (
	"slices"
	"strings"
	"testing"
)

// wrapper is one that a site registers, each field a word of its program: which wrapper it is, what its function
// does, and the options, "" where one is not given.
type wrapper struct {
	door, does, allow, deny, force, own string
}

// row is one of the table: who asks what.
type row struct {
	wrapper
	visitor string
}

// visitors are named after the groups they are in. The number of a user is his place here.
var visitors = []string{"nobody", "admin", "banned", "both", "neither"}

// table is every wrapper in every room, with all that can be said to it, asked by everybody.
func table() []row {
	rows := every([]row{{}}, func(r *row) *string { return &r.door },
		"session.Connected", "session.Opt", "session.Wrap", "rpc.Connected", "rpc.Opt", "rpc.Handle",
		"GET page.Connected", "GET page.Opt", "POST page.Connected", "POST page.Opt")
	rows = every(rows, func(r *row) *string { return &r.does }, "answers", "denies")
	rows = every(rows, func(r *row) *string { return &r.allow }, "", `Allow("admin")`, "Allow()")
	rows = every(rows, func(r *row) *string { return &r.deny }, "", `Deny("banned")`)
	rows = every(rows, func(r *row) *string { return &r.own }, "", "DenyFunc")
	forced := every(rows, func(r *row) *string { return &r.force }, "ForceUnconnected()")
	for _, r := range forced {
		if !r.forUsers() { // there it panics: see TestWrapperForcedForUsers
			rows = append(rows, r)
		}
	}
	return every(rows, func(r *row) *string { return &r.visitor }, visitors...)
}

// every returns each row once with each of these words in a field.
func every(rows []row, field func(*row) *string, words ...string) (all []row) {
	for _, r := range rows {
		for _, word := range words {
			*field(&r) = word
			all = append(all, r)
		}
	}
	return all
}

func (w wrapper) forUsers() bool { return strings.HasSuffix(w.door, ".Connected") }

// words are the options that are given.
func (w wrapper) words() []string {
	return slices.DeleteFunc([]string{w.allow, w.deny, w.force, w.own}, func(word string) bool { return word == "" })
}

// String is what stands in a program: rpc.Opt(answers, Allow()).
func (w wrapper) String() string {
	return w.door + "(" + strings.Join(append([]string{w.does}, w.words()...), ", ") + ")"
}

func (r row) String() string { return r.visitor + ": " + r.wrapper.String() }

// How a request ends.
const (
	answered     = "answered"
	notConnected = "not connected"
	denied       = "denied"
	deniedOwnWay = "denied by a deny function of one's own"
)

// rules say what runs, in which order, and how it ends: visitor, OnRequest, groups, then OnDeniedRequest and the deny
// function, or OnConnectedRequest or OnUnconnectedRequest and the function.
func (r row) rules() (runs []string, end string) {
	who, when := r.visitor, "OnConnectedRequest "+r.visitor
	if who == "nobody" || r.force != "" { // nobody is looked for
		who, when = "nobody", "OnUnconnectedRequest"
	}
	admin, banned := who == "admin" || who == "both", who == "banned" || who == "both"
	keptOut := r.deny != "" && banned                                         // deny wins; nobody is in no group
	notLetIn := r.allow == "Allow()" || r.allow == `Allow("admin")` && !admin // Allow() lets no one in
	runs = []string{"OnRequest " + who}
	if !keptOut && !notLetIn {
		runs = append(runs, when)
		if who == "nobody" && r.forUsers() {
			return runs, notConnected
		}
		runs = append(runs, "function "+who)
		if r.does == "answers" {
			return runs, answered
		}
	}
	runs = append(runs, "OnDeniedRequest "+who)
	if r.own == "" {
		return runs, denied
	}
	return append(runs, "deny function "+who), deniedOwnWay
}

// says is how each room tells the end.
var says = map[string]map[string]string{
	"session": {
		answered: "the answer", notConnected: "ErrNotConnected",
		denied: "ErrPermissionDenied", deniedOwnWay: "own answer",
	},
	"rpc": {
		answered: "the answer", notConnected: "not_connected",
		denied: "permission_denied", deniedOwnWay: "own_answer",
	},
	"GET page": {
		answered: "200 the answer", notConnected: "303 to log in and back",
		denied: "403", deniedOwnWay: "403 own answer",
	},
	"POST page": {
		answered: "200 the answer", notConnected: "401",
		denied: "403", deniedOwnWay: "403 own answer",
	},
}

// want is a whole line of the table by the rules.
func (r row) want() string {
	runs, end := r.rules()
	room, _, _ := strings.Cut(r.door, ".")
	if end == denied && strings.Contains(room, "page") && r.visitor == "nobody" && r.force == "" {
		end = notConnected // the default deny function of pages: who can help it by logging in is sent there
	}
	return line(says[room][end], runs)
}

func line(outcome string, runs []string) string { return outcome + ": " + strings.Join(runs, ", ") }

// TestWrapperTable asks every wrapper of the table, as everybody.
func TestWrapperTable(t *testing.T) {
	rows := table()
	s := newRooms(t)
	ask := map[wrapper]func(guest) string{}
	for _, r := range rows {
		if ask[r.wrapper] == nil {
			ask[r.wrapper] = s.open(r.wrapper)
		}
	}
	guests := s.invite(t)
	for _, r := range rows {
		s.take()
		outcome := ask[r.wrapper](guests[r.visitor])
		if got, want := line(outcome, s.runs()), r.want(); got != want {
			t.Errorf("%s\n  got  %s\n  want %s", r, got, want)
		}
	}
}

// TestWrapperRules compares the rules with lines of the table that were written by hand.
func TestWrapperRules(t *testing.T) {
	want := map[string]string{}
	for _, r := range table() {
		want[r.String()] = r.want()
	}
	for asked, byHand := range linesByHand {
		if got, known := want[asked]; !known {
			t.Errorf("%s: there is no such line", asked)
		} else if got != byHand {
			t.Errorf("%s\n  by the rules %s\n  by hand      %s", asked, got, byHand)
		}
	}
}

// TestWrapperForcedForUsers: a wrapper for users that looks for nobody is a mistake, seen when the site starts.
func TestWrapperForcedForUsers(t *testing.T) {
	s := newRooms(t)
	for _, door := range []string{"session.Connected", "rpc.Connected", "GET page.Connected"} {
		w := wrapper{door: door, does: "answers", force: "ForceUnconnected()"}
		func() {
			defer func() {
				if p := recover(); p != "session: ForceUnconnected makes no sense with Connected" {
					t.Errorf("%s: it panics with %v", w, p)
				}
			}()
			s.open(w)
		}()
	}
}

// linesByHand are the lines of the table from which its rules can be learnt.
var linesByHand = map[string]string{
	// Nobody.
	`nobody: GET page.Opt(answers)`:                                 "200 the answer: OnRequest nobody, OnUnconnectedRequest, function nobody",
	`nobody: GET page.Connected(answers)`:                           "303 to log in and back: OnRequest nobody, OnUnconnectedRequest",
	`nobody: POST page.Connected(answers)`:                          "401: OnRequest nobody, OnUnconnectedRequest",
	`nobody: GET page.Connected(answers, DenyFunc)`:                 "303 to log in and back: OnRequest nobody, OnUnconnectedRequest",
	`nobody: session.Connected(denies)`:                             "ErrNotConnected: OnRequest nobody, OnUnconnectedRequest",
	`nobody: rpc.Connected(answers)`:                                "not_connected: OnRequest nobody, OnUnconnectedRequest",
	`nobody: session.Wrap(answers)`:                                 "the answer: OnRequest nobody, OnUnconnectedRequest, function nobody",
	`nobody: rpc.Connected(answers, Deny("banned"))`:                "not_connected: OnRequest nobody, OnUnconnectedRequest",
	`nobody: rpc.Opt(answers, Deny("banned"))`:                      "the answer: OnRequest nobody, OnUnconnectedRequest, function nobody",
	`nobody: GET page.Opt(answers, Allow("admin"))`:                 "303 to log in and back: OnRequest nobody, OnDeniedRequest nobody",
	`nobody: POST page.Opt(answers, Allow("admin"))`:                "401: OnRequest nobody, OnDeniedRequest nobody",
	`nobody: GET page.Connected(answers, Allow("admin"))`:           "303 to log in and back: OnRequest nobody, OnDeniedRequest nobody",
	`nobody: GET page.Connected(answers, Allow("admin"), DenyFunc)`: "403 own answer: OnRequest nobody, OnDeniedRequest nobody, deny function nobody",
	`nobody: rpc.Connected(answers, Allow("admin"))`:                "permission_denied: OnRequest nobody, OnDeniedRequest nobody",
	`nobody: session.Connected(answers, Allow())`:                   "ErrPermissionDenied: OnRequest nobody, OnDeniedRequest nobody",
	`nobody: session.Opt(answers, Allow("admin"), Deny("banned"))`:  "ErrPermissionDenied: OnRequest nobody, OnDeniedRequest nobody",
	`nobody: GET page.Opt(denies)`:                                  "303 to log in and back: OnRequest nobody, OnUnconnectedRequest, function nobody, OnDeniedRequest nobody",
	`nobody: POST page.Opt(denies)`:                                 "401: OnRequest nobody, OnUnconnectedRequest, function nobody, OnDeniedRequest nobody",
	`nobody: POST page.Opt(denies, DenyFunc)`:                       "403 own answer: OnRequest nobody, OnUnconnectedRequest, function nobody, OnDeniedRequest nobody, deny function nobody",
	`nobody: rpc.Handle(denies)`:                                    "permission_denied: OnRequest nobody, OnUnconnectedRequest, function nobody, OnDeniedRequest nobody",

	// Users.
	`neither: GET page.Connected(answers)`:                           "200 the answer: OnRequest neither, OnConnectedRequest neither, function neither",
	`neither: POST page.Opt(answers)`:                                "200 the answer: OnRequest neither, OnConnectedRequest neither, function neither",
	`neither: rpc.Handle(answers, Deny("banned"))`:                   "the answer: OnRequest neither, OnConnectedRequest neither, function neither",
	`neither: GET page.Opt(answers, Allow("admin"))`:                 "403: OnRequest neither, OnDeniedRequest neither",
	`neither: GET page.Connected(answers, Allow("admin"), DenyFunc)`: "403 own answer: OnRequest neither, OnDeniedRequest neither, deny function neither",
	`neither: POST page.Connected(denies)`:                           "403: OnRequest neither, OnConnectedRequest neither, function neither, OnDeniedRequest neither",
	`neither: session.Connected(denies, DenyFunc)`:                   "own answer: OnRequest neither, OnConnectedRequest neither, function neither, OnDeniedRequest neither, deny function neither",
	`neither: rpc.Opt(denies, Allow("admin"), DenyFunc)`:             "own_answer: OnRequest neither, OnDeniedRequest neither, deny function neither",

	// Members.
	`admin: GET page.Connected(answers, Allow("admin"))`:                  "200 the answer: OnRequest admin, OnConnectedRequest admin, function admin",
	`admin: session.Wrap(answers, Allow("admin"), Deny("banned"))`:        "the answer: OnRequest admin, OnConnectedRequest admin, function admin",
	`admin: rpc.Connected(answers, Allow())`:                              "permission_denied: OnRequest admin, OnDeniedRequest admin",
	`admin: GET page.Opt(answers, Allow(), DenyFunc)`:                     "403 own answer: OnRequest admin, OnDeniedRequest admin, deny function admin",
	`admin: rpc.Connected(denies, Allow("admin"))`:                        "permission_denied: OnRequest admin, OnConnectedRequest admin, function admin, OnDeniedRequest admin",
	`admin: rpc.Handle(denies, Allow("admin"), Deny("banned"), DenyFunc)`: "own_answer: OnRequest admin, OnConnectedRequest admin, function admin, OnDeniedRequest admin, deny function admin",
	`banned: session.Opt(answers)`:                                        "the answer: OnRequest banned, OnConnectedRequest banned, function banned",
	`banned: GET page.Opt(answers, Deny("banned"))`:                       "403: OnRequest banned, OnDeniedRequest banned",
	`banned: POST page.Connected(answers, Deny("banned"))`:                "403: OnRequest banned, OnDeniedRequest banned",
	`banned: rpc.Handle(answers, Deny("banned"), DenyFunc)`:               "own_answer: OnRequest banned, OnDeniedRequest banned, deny function banned",
	`both: session.Opt(answers, Allow("admin"))`:                          "the answer: OnRequest both, OnConnectedRequest both, function both",
	`both: session.Opt(answers, Allow("admin"), Deny("banned"))`:          "ErrPermissionDenied: OnRequest both, OnDeniedRequest both",
	`both: GET page.Connected(answers, Allow("admin"), Deny("banned"))`:   "403: OnRequest both, OnDeniedRequest both",
	`both: rpc.Connected(denies, Allow("admin"), Deny("banned"))`:         "permission_denied: OnRequest both, OnDeniedRequest both",

	// Forced: everybody is nobody, and logging in would not help.
	`admin: GET page.Opt(answers, ForceUnconnected())`:                         "200 the answer: OnRequest nobody, OnUnconnectedRequest, function nobody",
	`admin: POST page.Opt(answers, ForceUnconnected())`:                        "200 the answer: OnRequest nobody, OnUnconnectedRequest, function nobody",
	`admin: GET page.Opt(answers, Allow("admin"), ForceUnconnected())`:         "403: OnRequest nobody, OnDeniedRequest nobody",
	`nobody: GET page.Opt(answers, Allow("admin"), ForceUnconnected())`:        "403: OnRequest nobody, OnDeniedRequest nobody",
	`nobody: POST page.Opt(denies, ForceUnconnected())`:                        "403: OnRequest nobody, OnUnconnectedRequest, function nobody, OnDeniedRequest nobody",
	`banned: rpc.Opt(answers, Deny("banned"), ForceUnconnected())`:             "the answer: OnRequest nobody, OnUnconnectedRequest, function nobody",
	`both: session.Wrap(denies, Deny("banned"), ForceUnconnected(), DenyFunc)`: "own answer: OnRequest nobody, OnUnconnectedRequest, function nobody, OnDeniedRequest nobody, deny function nobody",
	`admin: rpc.Handle(answers, Allow("admin"), ForceUnconnected())`:           "permission_denied: OnRequest nobody, OnDeniedRequest nobody",
}
