package page_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/a-h/templ"

	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/session"
)

// proving is a site whose /note wants to be posted by who has signed in within a minute. The password is "horse".
type proving struct {
	*site
	ahead  atomic.Int64 // of the clock, in nanoseconds
	taken  []url.Values // what /note has taken
	asked  int          // how often a password was checked
	hooked atomic.Int64 // connected requests
}

func newProving(t *testing.T) *proving {
	t.Helper()
	p := &proving{}
	now := func() time.Time { return time.Now().Add(time.Duration(p.ahead.Load())) }
	sessions := session.New(&session.MemoryStore{}, session.Options{Development: true, Build: "test", Now: now})
	p.site = newSiteOf(t, sessions, page.Config{ProveAgain: "/prove", ProvePage: p.ask, Prove: p.check})
	take := func(r *http.Request, _ session.UserID) (page.Content, error) {
		p.taken = append(p.taken, r.PostForm)
		return page.Redirect("/taken")
	}
	p.handle("POST /note", page.Connected(take, session.SignedInWithin(time.Minute)))
	p.handle("POST /any", page.Connected(take, session.SignedInWithin(time.Minute), page.AnyIdentity()))
	p.handle("POST /free", page.Connected(take))
	p.handle("POST /own", page.Connected(func(r *http.Request, me session.UserID) (page.Content, error) {
		if !session.SignedInLately(r.Context(), time.Minute) {
			return page.Content{}, fmt.Errorf("own: %w", session.ErrNotRecent)
		}
		return take(r, me)
	}))
	sessions.OnConnectedRequest(func(context.Context, session.UserID) error { p.hooked.Add(1); return nil })
	return p
}

func (p *proving) ask(_ *http.Request, me session.UserID, form *page.Held) (page.Content, error) {
	files := ""
	if form.Multipart {
		files = "multipart "
	}
	for _, file := range form.Files {
		files += fmt.Sprintf("[%s %s]", file.Field, file.Name)
	}
	return page.Body("Is it you?", templ.Join(say("user %d: %s %s %s", me, form.URL, form.Wrong, files), form.Fields()))
}

func (p *proving) check(_ *http.Request, _ session.UserID, password string) error {
	p.asked++
	switch password {
	case "horse":
		return nil
	case "busy":
		return page.ErrUnavailable
	}
	return page.NotProved("That is not your password.")
}

// old is the browser of a user who has signed in long ago.
func (p *proving) old() *processtest.Browser {
	p.t.Helper()
	b := p.browser(7)
	p.ahead.Add(int64(time.Hour))
	return b
}

var hidden = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)"`)

// held is what a page carries in hidden fields.
func held(p processtest.Page) url.Values {
	all := url.Values{}
	for _, field := range hidden.FindAllStringSubmatch(p.Body, -1) {
		all.Add(html.UnescapeString(field[1]), html.UnescapeString(field[2]))
	}
	return all
}

// TestHeldForm: what was posted is asked a password for, and goes on with it as if it had had it from the start.
func TestHeldForm(t *testing.T) {
	p := newProving(t)
	b := p.old()
	typed := url.Values{
		"text": {"two\r\nlines, \"quoted\" <b>", "another"}, "empty": {""}, "_identity": {b.Get("/").IdentityTag()},
		"new_password": {"gravel hums"}, "cc-number": {"4111"},
	}
	before := p.hooked.Load()
	asks := b.Post("/note?a=b", typed)
	if asks.Status != http.StatusForbidden || !strings.Contains(asks.Body, "user 7: /note?a=b") {
		t.Fatalf("%d %s", asks.Status, asks.Body)
	}
	if strings.Contains(asks.Body, "gravel") || strings.Contains(asks.Body, "4111") {
		t.Errorf("secrets stand in the page: %s", asks.Body)
	}
	carried := held(asks)
	if got := carried["text"]; len(got) != 2 || got[0] != typed["text"][0] || got[1] != "another" || !carried.Has("empty") {
		t.Errorf("the page carries %q", carried)
	}
	if p.hooked.Load() != before || len(p.taken) != 0 {
		t.Error("something has run")
	}

	carried.Set(page.ProofField, "donkey")
	wrong := b.Post("/note?a=b", carried)
	if wrong.Status != http.StatusUnprocessableEntity || !strings.Contains(wrong.Body, "That is not your password.") || strings.Contains(wrong.Body, "donkey") {
		t.Errorf("a wrong password: %d %s", wrong.Status, wrong.Body)
	}
	if p.who(b) != "user 7" || len(p.taken) != 0 {
		t.Errorf("a wrong password has changed something: %s", p.who(b))
	}

	carried = held(wrong)
	carried.Set(page.ProofField, "horse")
	before = p.hooked.Load()
	done := b.Post("/note?a=b", carried)
	if done.Status != http.StatusSeeOther || done.Header.Get("Location") != "/taken" || p.hooked.Load() != before+1 {
		t.Fatalf("the right one: %d %s", done.Status, done.Body)
	}
	if got := p.taken[0]; got.Has(page.ProofField) || got.Get("text") != typed.Get("text") || len(got["text"]) != 2 {
		t.Errorf("it took %q", got)
	}
	if again := b.Post("/note", typed); again.Status != http.StatusSeeOther {
		t.Errorf("the next one: %d", again.Status)
	}
}

// post sends a form that was made for who sends it.
func (p *proving) post(b *processtest.Browser, path string, form url.Values) processtest.Page {
	p.t.Helper()
	filled := url.Values{"_identity": {b.Get("/").IdentityTag()}}
	maps.Copy(filled, form)
	return b.Post(path, filled)
}

// who says whose the browser is.
func (p *proving) who(b *processtest.Browser) string {
	return regexp.MustCompile(`user \d+`).FindString(b.Get("/").Body)
}

// TestHeldFormOfAnother: what was posted keeps its identity tag, and a password helps nobody else.
func TestHeldFormOfAnother(t *testing.T) {
	p := newProving(t)
	b := p.old()
	carried := held(b.Post("/note", url.Values{"text": {"x"}, "_identity": {b.Get("/").IdentityTag()}}))
	carried.Set(page.ProofField, "horse")
	b.Post("/logout", nil)
	p.logIn(b, 8)
	p.ahead.Add(int64(time.Hour))
	if stale := b.Post("/note", carried); stale.Status != http.StatusConflict || p.asked != 0 {
		t.Errorf("%d, %d passwords were checked", stale.Status, p.asked)
	}
	delete(carried, "_identity")
	if stale := b.Post("/note", carried); stale.Status != http.StatusConflict || p.asked != 0 {
		t.Errorf("without a tag: %d, %d passwords were checked", stale.Status, p.asked)
	}
	if nobody := p.post(p.browser(0), "/note", url.Values{page.ProofField: {"horse"}}); nobody.Status != http.StatusUnauthorized || p.asked != 0 {
		t.Errorf("nobody: %d, %d passwords were checked", nobody.Status, p.asked)
	}
}

// TestHeldFormElsewhere: a function that says itself that it is too long ago is asked again too, and so is a form that
// anybody may send. What wants no proof gets one nonetheless, and an error that is not about the password is the answer.
func TestHeldFormElsewhere(t *testing.T) {
	for _, path := range []string{"/own", "/any"} {
		p := newProving(t)
		b := p.old()
		asks := p.post(b, path, url.Values{"text": {"x"}})
		carried := held(asks)
		carried.Set(page.ProofField, "horse")
		if done := b.Post(path, carried); asks.Status != http.StatusForbidden || done.Status != http.StatusSeeOther || len(p.taken) != 1 {
			t.Errorf("%s: %d, %d %s", path, asks.Status, done.Status, done.Body)
		}
	}
	p := newProving(t)
	b := p.old()
	for password, want := range map[string]int{"donkey": 422, "busy": 503} {
		if got := p.post(b, "/free", url.Values{page.ProofField: {password}}); got.Status != want || len(p.taken) != 0 {
			t.Errorf("%s: %d %s", password, got.Status, got.Body)
		}
	}
	if done := p.post(b, "/free", url.Values{page.ProofField: {"horse"}}); done.Status != http.StatusSeeOther || p.taken[0].Has(page.ProofField) {
		t.Errorf("%d %q", done.Status, p.taken)
	}
	if now := p.post(b, "/note", nil); now.Status != http.StatusSeeOther {
		t.Errorf("it was no proof: %d", now.Status)
	}
}

// TestHeldFormWithoutPassword: who has proved meanwhile in another way who he is sends his form without one. It is no try.
func TestHeldFormWithoutPassword(t *testing.T) {
	p := newProving(t)
	b := p.old()
	carried := held(p.post(b, "/note", url.Values{"text": {"x"}}))
	carried.Set(page.ProofField, "")
	again := b.Post("/note", carried)
	if again.Status != http.StatusForbidden || held(again).Get("text") != "x" || p.asked != 0 {
		t.Errorf("%d %s, %d passwords were checked", again.Status, again.Body, p.asked)
	}
	p.post(b, "/free", url.Values{page.ProofField: {"horse"}})
	if done := b.Post("/note", carried); done.Status != http.StatusSeeOther || p.taken[1].Has(page.ProofField) || p.asked != 1 {
		t.Errorf("%d %q, %d passwords were checked", done.Status, p.taken, p.asked)
	}
}

// TestHeldFormInPlace: the runtime is told that it may ask by itself, but not again for a form with a wrong password.
func TestHeldFormInPlace(t *testing.T) {
	p := newProving(t)
	b := p.old()
	tab := b.Open("/")
	typed := url.Values{"text": {"x"}, "_identity": {tab.Identity}}
	asks := tab.Post("/note", typed)
	if asks.Status != http.StatusForbidden || asks.Header.Get("Ocsigo-Refused") != "reauthenticate" || !strings.Contains(asks.Body, "user 7: /note") {
		t.Errorf("%d %v %s", asks.Status, asks.Header, asks.Body)
	}
	if document := b.Post("/note", typed); document.Header.Get("Ocsigo-Refused") != "" {
		t.Error("a document is told too")
	}
	typed.Set(page.ProofField, "donkey")
	if wrong := tab.Post("/note", typed); wrong.Status != http.StatusUnprocessableEntity || wrong.Header.Get("Ocsigo-Refused") != "" {
		t.Errorf("a wrong password: %d %v", wrong.Status, wrong.Header)
	}
	typed.Set(page.ProofField, "horse")
	if done := tab.Post("/note", typed); done.Status != http.StatusNoContent || done.Header.Get("Ocsigo-Location") != "/taken" {
		t.Errorf("the right one: %d %v", done.Status, done.Header)
	}
	if still := tab.Get("/"); !strings.Contains(still.Body, "user 7") {
		t.Errorf("the tab: %d %s", still.Status, still.Body)
	}
}

// TestHeldFiles are named, for no page can choose them again. What is typed beside them stays.
func TestHeldFiles(t *testing.T) {
	p := newProving(t)
	b := p.old()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	fields := [][2]string{{"_identity", b.Get("/").IdentityTag()}, {"text", "kept"}}
	for _, field := range fields {
		form.WriteField(field[0], field[1])
	}
	for name, content := range map[string]string{"otter.png": "its content", "": ""} { // one was not chosen
		part, err := form.CreateFormFile("picture", name)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(part, content)
	}
	form.Close()
	r, err := http.NewRequest(http.MethodPost, b.URL+"/note", &body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Origin", b.URL)
	answer, err := b.Client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	asks := processtest.Page{Status: answer.StatusCode, Body: string(text)}
	if err != nil || asks.Status != http.StatusForbidden || !strings.Contains(asks.Body, "multipart [picture") ||
		strings.Count(asks.Body, "[picture") != 1 || !strings.Contains(asks.Body, "[picture otter.png]") {
		t.Errorf("%v %d %s", err, asks.Status, asks.Body)
	}
	if got := held(asks); got.Get("text") != "kept" || strings.Contains(asks.Body, "its content") {
		t.Errorf("the page carries %q", got)
	}
}

// TestNotProved is a session.ErrNotRecent with words of its own.
func TestNotProved(t *testing.T) {
	err := fmt.Errorf("wrapped: %w", page.NotProved("No."))
	if !errors.Is(err, session.ErrNotRecent) || errors.Is(err, session.ErrNotConnected) || !strings.Contains(err.Error(), "No.") {
		t.Error(err)
	}
}
