package web

import (
	"context"
	"net/http"
	"net/mail"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/go-chi/chi/v5"

	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/rpc"
	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/templates"
)

// The demo "Team form": a form whose fields say what is wrong with them while somebody fills it in. The same Go code looks
// at what is typed and at what is sent.

// teamForm adds all of the demo: its page, and the server function that looks at what is typed.
func (a *App) teamForm(r chi.Router) {
	f := &teamForm{App: a}
	a.pages = append(a.pages, templates.Link{Path: "/team-form", Label: "Team form"})
	r.Get("/team-form", page.Opt(f.show))
	r.Post("/team-form", page.Opt(f.send))
	// Looks at a team while it is filled in. bad_team: its fields say what is wrong.
	rpc.Handle(a.api, "team.check", f.check)
}

type teamForm struct {
	*App
	mu    sync.Mutex
	taken []string // names of teams that were entered, the oldest first; protected by mu
}

// takenAtMost is how many names are remembered: it is a demo, and anybody may send it. After so many others, a name is free
// again.
const takenAtMost = 100

// Team is the form as it was filled in, well or not.
type Team struct {
	Name    string `json:"name"`
	Email   string `json:"email"`
	Players string `json:"players"`
	Day     string `json:"day"`
}

// wrong is what is wrong with one field.
type wrong struct{ field, message string }

// problems looks at a team. What is wrong comes in the order of the fields.
func (f *teamForm) problems(t Team, now time.Time) []wrong {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.problemsLocked(t, now)
}

func (f *teamForm) problemsLocked(t Team, now time.Time) []wrong {
	all := []wrong{
		{"name", wrongName(t.Name, f.taken)},
		{"email", wrongEmail(t.Email)},
		{"players", wrongPlayers(t.Players)},
		{"day", wrongDay(t.Day, now)},
	}
	return slices.DeleteFunc(all, func(w wrong) bool { return w.message == "" })
}

func wrongName(name string, taken []string) string {
	switch {
	case strings.TrimSpace(name) == "":
		return "A team needs a name."
	case utf8.RuneCountInString(name) > 30:
		return "This is longer than 30 characters."
	case !utf8.ValidString(name), !strings.ContainsFunc(name, unicode.IsLetter), strings.ContainsFunc(name, unicode.IsControl):
		return "This is no name."
	case isTaken(strings.TrimSpace(name), taken):
		return "There is a team of this name already."
	}
	return ""
}

// isTaken says whether there is such a team. The one that the page tells of is always there.
func isTaken(name string, taken []string) bool {
	same := func(other string) bool { return strings.EqualFold(other, name) }
	return same(templates.FirstTeam) || slices.ContainsFunc(taken, same)
}

func wrongEmail(email string) string {
	address, err := mail.ParseAddress(email)
	switch {
	case email == "":
		return "Whom shall we write to?"
	case err != nil, address.Address != email, len(email) > 160:
		return "This does not look like an e-mail address."
	}
	return ""
}

func wrongPlayers(players string) string {
	switch n, err := strconv.Atoi(players); {
	case err != nil:
		return "How many players? Write a number."
	case n < 2:
		return "One is no team yet."
	case n > 11:
		return "There is room for 11 in a team."
	}
	return ""
}

// wrongDay knows only the time, not which day it is where the visitor is. So it says nothing that is not true everywhere,
// from 12 hours behind UTC to 14 hours before it.
func wrongDay(text string, now time.Time) string {
	const day = 24 * time.Hour
	earliest, latest := now.UTC().Add(-12*time.Hour).Truncate(day), now.UTC().Add(14*time.Hour).Truncate(day)
	switch chosen, err := time.Parse(time.DateOnly, text); {
	case err != nil:
		return "Choose the day on which you play."
	case chosen.Before(earliest):
		return "This day is over."
	case chosen.After(latest.AddDate(1, 0, 0)):
		return "This is more than a year from now."
	}
	return ""
}

// check says what is wrong with a team that somebody fills in, and takes nothing.
func (f *teamForm) check(_ context.Context, t Team) (struct{}, error) {
	found := f.problems(t, time.Now())
	if len(found) == 0 {
		return struct{}{}, nil
	}
	fields := map[string]string{}
	for _, w := range found {
		fields[w.field] = w.message
	}
	return struct{}{}, &rpc.Error{Kind: "bad_team", Message: "Look at the fields that are marked.", Fields: fields}
}

// enter looks at a team, and takes it when nothing is wrong: both at once, so that no name is taken twice.
func (f *teamForm) enter(t Team, now time.Time) []wrong {
	f.mu.Lock()
	defer f.mu.Unlock()
	found := f.problemsLocked(t, now)
	if len(found) == 0 {
		f.taken = append(f.taken, strings.TrimSpace(t.Name))
		f.taken = slices.Clone(f.taken[max(0, len(f.taken)-takenAtMost):])
	}
	return found
}

func (f *teamForm) show(r *http.Request, _ session.Visitor) (page.Content, error) {
	return f.page(page.ReadForm(r)), nil
}

// send takes a team, or shows the form again with what is wrong with it.
func (f *teamForm) send(r *http.Request, _ session.Visitor) (page.Content, error) {
	form := page.ReadForm(r)
	team := Team{form.Value("name"), form.Value("email"), form.Value("players"), form.Value("day")}
	for _, w := range f.enter(team, time.Now()) {
		form.Wrong(w.field, w.message)
	}
	if form.OK() {
		return done(r, "Your team is entered.", "/team-form")
	}
	return f.page(form), nil
}

func (f *teamForm) page(form *page.Form) page.Content {
	content := page.Content{
		Title: "Team form",
		Head:  templates.Script(f.assets.URL("js/teamform.js")),
		Body:  templates.TeamForm(form),
	}
	if !form.OK() {
		content.Status = http.StatusUnprocessableEntity
	}
	return content
}
