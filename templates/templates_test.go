package templates

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"github.com/ocsigo/start/accounts"
	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/session"
)

var pages = []Link{
	{Path: "/notes", Label: "Notes"}, {Path: "/mine", Label: "Mine", Connected: true}, {Path: "/ours", Label: "Ours", Group: "editors"},
}

var ada = accounts.User{ID: 17, Email: `"<ada>"@example.com`}

var adas = Sessions{
	Now:  time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC),
	Idle: 14 * 24 * time.Hour, Lifetime: 30 * 24 * time.Hour, AtMost: 100,
	All: []session.Info{
		{
			ID: 7, User: 17, Here: true, Agent: "Firefox on Linux",
			Created: time.Date(2026, 1, 1, 9, 30, 0, 0, time.UTC), Seen: time.Date(2026, 1, 31, 11, 59, 0, 0, time.UTC),
		},
		{
			ID: 8, User: 17, Tabs: 3, Agent: `<b>`, Network: "192.0.2.0/24",
			Created: time.Date(2026, 1, 2, 9, 30, 0, 0, time.UTC), Seen: time.Date(2026, 1, 30, 9, 30, 0, 0, time.UTC),
		},
	},
}

// Every form that changes something says for whom it was made.
func TestFormsCarryTheIdentity(t *testing.T) {
	for name, body := range map[string]templ.Component{
		"Layout":   Layout("/", pages, &ada, templ.NopComponent),
		"SignUp":   SignUp(new(page.Form)),
		"Waiting":  WaitingList(new(page.Form)),
		"Complete": Complete("ada@example.com", new(page.Form)),
		"LogIn":    LogIn(new(page.Form)),
		"Link":     LogInLink("ada@example.com", false, new(page.Form)),
		"Confirm":  LogInLink("ada@example.com", true, new(page.Form)),
		"Forgot":   Forgot(new(page.Form)),
		"Password": NewPassword("ada@example.com", new(page.Form)),
		"Address":  NewAddress("ada@example.com", new(page.Form)),
		"Another":  SomebodyElse("ada@example.com"),
		"Settings": Settings(adasSettings),
		"Users":    Users(UsersPage{Waiting: []accounts.Waiting{{}}, Form: new(page.Form)}),
		"User": User(UserPage{
			Detail:   accounts.Detail{User: accounts.User{Groups: []session.Group{"editors"}}},
			Sessions: adas.All, Form: new(page.Form),
		}),
	} {
		formsCarryTheIdentity(t, name, render(t, body))
	}
}

func formsCarryTheIdentity(t *testing.T, name, html string) {
	t.Helper()
	forms := regexp.MustCompile(`<form method="post"[^>]*>`).FindAllStringIndex(html, -1)
	if len(forms) == 0 {
		t.Errorf("%s has no form", name)
	}
	for _, form := range forms {
		if !strings.HasPrefix(html[form[1]:], `<input type="hidden" name="_identity"`) {
			t.Errorf("%s: %s does not begin with the identity", name, html[form[0]:form[1]])
		}
	}
}

// A form that was refused shows what was entered and what is wrong, each at its field.
func TestFormsKeepWhatWasEntered(t *testing.T) {
	for name, test := range map[string]struct {
		wrong string
		body  func(*page.Form) templ.Component
	}{"SignUp": {"email", SignUp}, "WaitingList": {"email", WaitingList}, "LogIn": {"password", LogIn}} {
		form := new(page.Form)
		form.Set("email", `"><script>`)
		form.Set("password", "secret")
		form.Set("next", "/settings?a=1&b=2")
		form.Wrong(test.wrong, "It is wrong.")
		html := render(t, test.body(form))
		contains(t, name, html, []string{
			`value="&#34;&gt;&lt;script&gt;"`,
			`name="next" value="/settings?a=1&amp;b=2"`,
			`?next=%2Fsettings%3Fa%3D1%26b%3D2" id="`, // of the form: its page is found again
			`?next=%2Fsettings%3Fa%3D1%26b%3D2">`,     // of the link to the other page
			`id="` + test.wrong + `-error">It is wrong.<`,
			`aria-describedby="` + test.wrong + `-error"`,
		})
		if strings.Count(html, `aria-invalid="true"`) != 1 || strings.Count(html, " autofocus") != 1 {
			t.Errorf("%s: not one field alone is marked:\n%s", name, html)
		}
		if strings.Contains(html, "secret") {
			t.Errorf("%s shows the password", name)
		}
	}
}

func TestFormsWithNothingWrong(t *testing.T) {
	form := new(page.Form)
	form.Set("next", "//evil.example")
	html := render(t, LogIn(form))
	for _, unwanted := range []string{"aria-invalid", "aria-describedby", "autofocus", "checked", `name="next"`, "?next=", "alert"} {
		if strings.Contains(html, unwanted) {
			t.Errorf("a fresh form has %s", unwanted)
		}
	}
	form.Set("keep", "yes")
	contains(t, "LogIn", render(t, LogIn(form)), []string{"checked"})
}

// What a visitor has begun to fill in is kept under the form's id.
func TestFormsToFillInHaveAnID(t *testing.T) {
	formsHaveAnID(t, "SignUp", render(t, SignUp(new(page.Form))))
	formsHaveAnID(t, "LogIn", render(t, LogIn(new(page.Form))))
	formsHaveAnID(t, "Forgot", render(t, Forgot(new(page.Form))))
	formsHaveAnID(t, "Complete", render(t, Complete("ada@example.com", new(page.Form))))
	formsHaveAnID(t, "NewPassword", render(t, NewPassword("ada@example.com", new(page.Form))))
}

func formsHaveAnID(t *testing.T, name, html string) {
	t.Helper()
	for _, form := range regexp.MustCompile(`(?s)<form method="post"([^>]*)>(.*?)</form>`).FindAllStringSubmatch(html, -1) {
		if strings.Contains(form[2], "<label") && !strings.Contains(form[1], ` id="`) {
			t.Errorf("%s: this form has no id: %s", name, form[1])
		}
	}
}

func TestLayoutKnowsWho(t *testing.T) {
	connected := render(t, Layout("/settings", pages, &ada, templ.Raw("<p>body</p>")))
	contains(t, "connected", connected, []string{
		`&lt;ada&gt;`, `action="/logout"`, `href="/settings" aria-current="page"`, "<p>body</p>",
	})
	nobody := render(t, Layout("/", pages, nil, templ.NopComponent))
	contains(t, "nobody", nobody, []string{`href="/login"`, `href="/signup"`, `href="/" aria-current="page"`})
	if strings.Contains(nobody, "/logout") || strings.Contains(nobody, "/settings") {
		t.Error("nobody is offered what only users have")
	}
}

// The header has those pages alone that are for the visitor.
func TestLayoutFindsPages(t *testing.T) {
	member := ada
	member.Groups = []session.Group{"admin", "editors"}
	for _, test := range []struct {
		me   *accounts.User
		want string
	}{{nil, "/notes"}, {&ada, "/notes /mine"}, {&member, "/notes /mine /ours"}} {
		var links []string
		html := render(t, Layout("/", pages, test.me, templ.NopComponent))
		for _, page := range pages {
			if strings.Contains(html, `href="`+page.Path+`"`) {
				links = append(links, page.Path)
			}
		}
		if got := strings.Join(links, " "); got != test.want {
			t.Errorf("%v finds %s, want %s", test.me, got, test.want)
		}
	}
}

func TestErrorPage(t *testing.T) {
	const secret = "the database's password is xyz"
	for _, status := range []int{400, 401, 403, 404, 405, 409, 413, 500, 503} {
		failure := page.Failure{Status: status, ID: "K7QXM2WD", Err: errors.New(secret)}
		if _, ok := failures[status]; !ok {
			t.Errorf("there are no words for %d", status)
		}
		html := render(t, ErrorPage(failure, false))
		contains(t, "ErrorPage", html, []string{templ.EscapeString(ErrorTitle(failure)), failure.ID, `href="/"`})
		if strings.Contains(html, "password") {
			t.Errorf("the page for %d tells the error to everybody", status)
		}
		contains(t, "in development", render(t, ErrorPage(failure, true)), []string{templ.EscapeString(secret)})
	}
	if title := ErrorTitle(page.Failure{Status: 599}); title != failures[500].title {
		t.Errorf("an unknown failure is called %q", title)
	}
}

// The content security policy lets no style or script stand in a page, and what the stylesheet does not
// know is a slip of the pen.
func TestTheStylesheetHasEverything(t *testing.T) {
	stylesheet, err := os.ReadFile("../web/static/style.css")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("*.templ")
	if err != nil || len(files) == 0 {
		t.Fatal("no templates", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if found := regexp.MustCompile(`\s(style|on[a-z]+)=`).Find(text); found != nil {
			t.Errorf("%s: the policy forbids%s", file, found)
		}
		for _, class := range regexp.MustCompile(`class="([^"]*)"`).FindAllSubmatch(text, -1) {
			for _, name := range strings.Fields(string(class[1])) {
				if !regexp.MustCompile(`\.` + regexp.QuoteMeta(name) + `\b`).Match(stylesheet) {
					t.Errorf("%s: the stylesheet has no .%s", file, name)
				}
			}
		}
	}
}

// What the browser's half of the framework makes and says stands in no template.
func TestTheStylesheetKnowsTheRuntime(t *testing.T) {
	stylesheet, err := os.ReadFile("../web/static/style.css")
	if err != nil {
		t.Fatal(err)
	}
	contains(t, "the stylesheet", string(stylesheet), []string{
		`:root[data-process="restarting"] > body`, `:root[data-process="ready"]`, `[data-process="lost"]`,
		`:root[data-loading]`, `[aria-busy="true"] button[aria-disabled="true"]`,
		".process-status", ".notices", ".notice", ".visually-hidden", "button.small", "body > .message",
	})
}

// render renders a component as part of the answer to a request, which the forms' identity comes from.
func render(t *testing.T, c templ.Component) string {
	t.Helper()
	sessions := session.New(new(session.MemoryStore), session.Options{})
	defer sessions.Close()
	answer := httptest.NewRecorder()
	sessions.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := c.Render(r.Context(), w); err != nil {
			t.Error(err)
		}
	})).ServeHTTP(answer, httptest.NewRequest("GET", "/", nil))
	return answer.Body.String()
}

func contains(t *testing.T, name, html string, wanted []string) {
	t.Helper()
	for _, part := range wanted {
		if !strings.Contains(html, part) {
			t.Errorf("%s lacks %s:\n%s", name, part, html)
		}
	}
}
