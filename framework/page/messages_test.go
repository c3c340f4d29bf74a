package page_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/session"
)

const messagesCookie = "dev-messages"

// withMessages is a layout that says what there is to say.
func withMessages(_ *http.Request, _ session.Visitor, body templ.Component) (templ.Component, error) {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		for _, m := range page.Messages(ctx) {
			fmt.Fprintf(w, "[%s: %s]", m.Level, templ.EscapeString(m.Text))
		}
		return body.Render(ctx, w)
	}), nil
}

// newTalkingSite has a form /say that says its field "what", as often as "times" and as its "level", and does what "then"
// says.
func newTalkingSite(t *testing.T, sessions *session.Manager) *site {
	s := newSiteOf(t, sessions, page.Config{Layout: withMessages, ErrorPage: errorPage})
	s.handle("/say", page.Opt(func(r *http.Request, _ session.Visitor) (page.Content, error) {
		r.ParseForm()
		ctx, form := r.Context(), r.Form
		say := func() {
			times, _ := strconv.Atoi(form.Get("times"))
			for i := range max(1, times) {
				what := strings.ReplaceAll(form.Get("what"), "#", strconv.Itoa(i))
				if err := page.Say(ctx, page.Message{Level: page.Level(form.Get("level")), Text: what}); err != nil {
					t.Error(err)
				}
			}
		}
		if form.Has("first") {
			say()
		}
		var err error
		switch form.Get("then") {
		case "log out":
			err = session.Disconnect(ctx)
		case "log in":
			err = session.Connect(ctx, 8)
		}
		if !form.Has("first") || form.Has("again") {
			say()
		}
		switch {
		case err != nil:
			return page.Content{}, err
		case form.Get("then") == "fail":
			return page.Content{}, errSecret
		case form.Get("then") == "refuse":
			return page.Content{}, session.ErrNotConnected
		case form.Has("here"):
			return page.Body("Here", text("here"))
		}
		return page.Redirect("/")
	}, page.AnyIdentity()))
	return s
}

func newSessions() *session.Manager {
	return session.New(&session.MemoryStore{}, session.Options{Development: true, Build: "test"})
}

// heard is what a page says, in the order of its messages.
func heard(p processtest.Page) (all []string) {
	_, body, _ := strings.Cut(p.Body, "<body>")
	for strings.HasPrefix(body, "[") {
		var one string
		one, body, _ = strings.Cut(body[1:], "]")
		all = append(all, one)
	}
	return all
}

func wantHeard(t *testing.T, what string, p processtest.Page, want ...string) {
	t.Helper()
	if got := heard(p); !slices.Equal(got, want) {
		t.Errorf("%s (%d): %q was said, want %q", what, p.Status, got, want)
	}
}

// words is a form that says something.
func words(what string, more ...string) url.Values {
	form := url.Values{"what": {what}}
	for i := 0; i < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	return form
}

// TestSay: what is said is shown by the next page, in place or not, once.
func TestSay(t *testing.T) {
	s := newTalkingSite(t, newSessions())
	for _, user := range []session.UserID{0, 7} {
		b := s.browser(user)
		tab := b.Open("/")
		inPlace := func(path string) processtest.Page { return s.inPlace(b, tab, 0, path, nil) }
		for _, posted := range []struct {
			how    string
			post   func(url.Values) processtest.Page
			status int
		}{
			{"a document", func(form url.Values) processtest.Page { return b.Post("/say", form) }, 303},
			{"in place", func(form url.Values) processtest.Page { return s.inPlace(b, tab, 0, "/say", form) }, 204},
			{"a link", func(form url.Values) processtest.Page { return b.Get("/say?" + form.Encode()) }, 303},
			{"a link in place", func(form url.Values) processtest.Page { return inPlace("/say?" + form.Encode()) }, 204},
		} {
			for next, get := range map[string]func(string) processtest.Page{"a document": b.Get, "in place": inPlace} {
				what := fmt.Sprintf("user %d, said by %s, then %s", user, posted.how, next)
				if p := posted.post(words("Done <b>é</b>.", "level", "success")); p.Status != posted.status {
					t.Fatalf("%s: %d %s", what, p.Status, p.Body)
				}
				p := get("/")
				wantHeard(t, what, p, "success: Done &lt;b&gt;é&lt;/b&gt;.")
				wantHeaders(t, p, map[string]string{"Cache-Control": "no-store"})
				wantHeard(t, what+", once more", get("/"))
			}
			if p := posted.post(words("At once.", "here", "yes")); p.Header.Get("Set-Cookie") != "" || p.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("a document was answered: %v", p.Header)
			} else {
				wantHeard(t, posted.how, p, "info: At once.")
			}
			wantHeard(t, "after it", b.Get("/"))
		}
	}
}

// TestSayOnTheWay: what a page says joins what was said before it, and an error page shows both.
func TestSayOnTheWay(t *testing.T) {
	s := newTalkingSite(t, newSessions())
	b := s.browser(7)
	b.Post("/say", words("One."))
	b.Post("/say", words("Two.", "level", "warning"))
	wantHeard(t, "a document that says more", b.Get("/say?here=yes&what=Three."), "info: One.", "warning: Two.", "info: Three.")
	b.Post("/say", words("One."))
	wantHeard(t, "a page that is not there", b.Get("/say?then=fail&what=Four."), "info: One.", "info: Four.")
	wantHeard(t, "then", b.Get("/"))
	b.Post("/say", words("Odd.", "level", "shouting"))
	wantHeard(t, "another level", b.Get("/"), "info: Odd.")

	nobody := s.browser(0)
	if p := nobody.Get("/say?then=refuse&what=Log+in+first."); p.Header.Get("Location") == "" {
		t.Errorf("%d %v", p.Status, p.Header)
	}
	wantHeard(t, "the page to log in", nobody.Get("/login"), "info: Log in first.")
}

// TestMessagesCookie: it is short-lived, and no script can read it.
func TestMessagesCookie(t *testing.T) {
	s := newTalkingSite(t, newSessions())
	p := s.browser(0).Post("/say", words("Done."))
	set := p.Header.Values("Set-Cookie")
	if line := set[len(set)-1]; !strings.HasPrefix(line, messagesCookie+"=") || !strings.HasSuffix(line, "; Path=/; Max-Age=300; HttpOnly; SameSite=Lax") {
		t.Errorf("%q", line)
	}
}

// TestMessagesOfNobodyElse: what did not come from this site, in this browser, is not shown, and is taken away.
func TestMessagesOfNobodyElse(t *testing.T) {
	s := newTalkingSite(t, newSessions())
	said := func(b *processtest.Browser) string {
		b.Post("/say", words("Send your password to us.", "level", "problem"))
		return waitingIn(b)
	}
	own := func(b *processtest.Browser) string { return said(b) }
	for name, planted := range map[string]func(b *processtest.Browser) string{
		"of another browser":         func(*processtest.Browser) string { return own(s.browser(0)) },
		"of the user, in another":    func(*processtest.Browser) string { return own(s.browser(7)) },
		"with another text":          func(b *processtest.Browser) string { return "W10" + strings.TrimLeft(own(b), "W") },
		"with a seal that is no one": func(b *processtest.Browser) string { text, _, _ := strings.Cut(own(b), "."); return text + ".AAAA" },
		"without a seal":             func(b *processtest.Browser) string { text, _, _ := strings.Cut(own(b), "."); return text },
		"with the seal of a form": func(b *processtest.Browser) string {
			text, _, _ := strings.Cut(own(b), ".")
			return text + "." + b.Get("/").IdentityTag()
		},
		"made up": func(*processtest.Browser) string {
			return base64.RawURLEncoding.EncodeToString([]byte(`[{"level":"info","text":"hello","at":9999999999}]`)) + ".AAAA"
		},
		"empty":    func(*processtest.Browser) string { return "" },
		"too much": func(*processtest.Browser) string { return strings.Repeat("A", 4000) },
	} {
		t.Run(name, func(t *testing.T) {
			b := s.browser(7)
			value := planted(b)
			plant(t, b, value)
			p := b.Get("/")
			wantHeard(t, name, p)
			if got := waitingIn(b); got != "" {
				t.Errorf("it is kept: %q", got)
			}
		})
	}
	t.Run("a second one", func(t *testing.T) {
		b := s.browser(7)
		header := map[string]string{"Cookie": messagesCookie + "=" + own(b)} // it comes first
		plant(t, b, own(s.browser(7)))
		p := s.send(b, http.MethodGet, "/", header, "")
		wantHeard(t, "two", p)
	})
}

// waitingIn is the value of a browser's cookie of messages; "" for none.
func waitingIn(b *processtest.Browser) string {
	u, _ := url.Parse(b.URL)
	for _, c := range b.Client.Jar.Cookies(u) {
		if c.Name == messagesCookie {
			return c.Value
		}
	}
	return ""
}

func plant(t *testing.T, b *processtest.Browser, value string) {
	b.Client.Jar.SetCookies(address(t, b.URL), []*http.Cookie{{Name: messagesCookie, Value: value, Path: "/"}})
}

// TestTooMuchIsSaid: what was said first gives way, and what is long is cut. The cookie never becomes too large for a
// browser.
func TestTooMuchIsSaid(t *testing.T) {
	s := newTalkingSite(t, newSessions())
	b := s.browser(0)
	b.Post("/say", words("#", "times", "7"))
	wantHeard(t, "seven at once", b.Get("/"), "info: 2", "info: 3", "info: 4", "info: 5", "info: 6")
	for i := range 7 {
		b.Post("/say", words(strconv.Itoa(i)))
	}
	wantHeard(t, "seven in a row", b.Get("/"), "info: 2", "info: 3", "info: 4", "info: 5", "info: 6")
	for _, char := range []string{"x", "é", "本", "🙂", "<", "\x01", "\u2028", "\xff"} {
		b.Post("/say", words("#"+strings.Repeat(char, 400), "times", "5"))
		if size := len(messagesCookie) + len(waitingIn(b)); size < 500 || size > 4000 {
			t.Errorf("%q: the cookie has %d bytes", char, size)
		}
		got := heard(b.Get("/"))
		if len(got) == 0 || !strings.HasPrefix(got[len(got)-1], "info: 4") || !strings.HasSuffix(got[len(got)-1], "…") {
			t.Errorf("%q: %q", char, got)
		}
		if char == "x" && len(got[0]) != len("info: ")+299+len("…") {
			t.Errorf("it has %d bytes", len(got[0]))
		}
	}
}

// TestMessagesGetOld: whatever the browser does, what was said five minutes ago is not shown.
func TestMessagesGetOld(t *testing.T) {
	var past time.Duration
	s := newTalkingSite(t, session.New(&session.MemoryStore{}, session.Options{
		Development: true, Build: "test", Now: func() time.Time { return time.Now().Add(past) },
	}))
	b := s.browser(7)
	b.Post("/say", words("Old."))
	past = 3 * time.Minute
	b.Post("/say", words("New."))
	value := waitingIn(b)
	past = 5*time.Minute + time.Second
	wantHeard(t, "five minutes later", b.Get("/"), "info: New.")
	past = 9 * time.Minute
	plant(t, b, value)
	wantHeard(t, "and six", b.Get("/"))
	if waitingIn(b) != "" {
		t.Error("the cookie is kept")
	}
}

// TestMessagesAreNotLost: who does not look at an answer misses nothing by it.
func TestMessagesAreNotLost(t *testing.T) {
	s := newTalkingSite(t, newSessions())
	s.fails("GET /missing", func() error { return page.ErrNotFound })
	s.handle("GET /on", page.Opt(func(*http.Request, session.Visitor) (page.Content, error) { return page.Redirect("/") }))
	b := s.browser(7)
	tab := b.Open("/")
	process := map[string]string{"Ocsigo-Process": tab.ID, "Ocsigo-Identity": "0", "Ocsigo-Purpose": "prefetch", "Sec-Fetch-Dest": "empty"}
	b.Post("/say", words("Done."))
	value := waitingIn(b)
	for _, test := range []struct {
		what, method, path string
		header             map[string]string
	}{
		{"HEAD", http.MethodHead, "/", nil},
		{"a HEAD that says something", http.MethodHead, "/say?what=More.&here=yes", nil},
		{"a HEAD that leads on", http.MethodHead, "/say?what=More.", nil},
		{"a browser's prefetch", http.MethodGet, "/", map[string]string{"Sec-Purpose": "prefetch", "Sec-Fetch-Dest": "document"}},
		{"a prerendered page", http.MethodGet, "/", map[string]string{"Sec-Purpose": "prefetch;prerender", "Sec-Fetch-Dest": "document"}},
		{"a tab's prefetch", http.MethodGet, "/", process},
		{"a prefetch that leads on", http.MethodGet, "/mine", process},
		{"a picture that is not there", http.MethodGet, "/missing", map[string]string{"Sec-Fetch-Dest": "image"}},
		{"the same in an old browser", http.MethodGet, "/missing", map[string]string{"Accept": "image/webp,*/*"}},
		{"what a script fetches", http.MethodGet, "/", map[string]string{"Sec-Fetch-Dest": "empty", "Accept": "*/*"}},
		{"a redirect", http.MethodGet, "/on", nil},
		{"a tab that restarts", http.MethodGet, "/", map[string]string{"Referer": s.URL + "/settings?&ocsigo-restart"}},
		{"one with a query", http.MethodGet, "/", map[string]string{"Referer": s.URL + "/settings?a=b&ocsigo-restart"}},
		{"another site's form", http.MethodPost, "/say", map[string]string{"Origin": "https://evil.example"}},
		{"a tab that is another's", http.MethodGet, "/", map[string]string{"Ocsigo-Process": "foreign"}},
	} {
		p := s.send(b, test.method, test.path, test.header, "")
		if strings.Contains(p.Body, "Done.") || waitingIn(b) != value {
			t.Errorf("%s: it is shown, or lost: %d %s, %v", test.what, p.Status, p.Body, p.Header)
		}
	}
	b.Post("/say", words("More."))
	inPlace := map[string]string{"Ocsigo-Process": tab.ID, "Ocsigo-Identity": "0", "Referer": s.URL + "/?&ocsigo-restart"}
	wantHeard(t, "a page in place, where a restart has brought nothing", s.send(b, http.MethodGet, "/", inPlace, ""), "info: Done.", "info: More.")
}

// TestMessagesOfATabThatGoes: it drops the answer and loads a document, which shows them.
func TestMessagesOfATabThatGoes(t *testing.T) {
	s := newTalkingSite(t, newSessions())
	b := s.browser(7)
	tab := b.Open("/")
	p := s.inPlace(b, tab, 0, "/say", words("Bye.", "then", "log out", "here", "yes"))
	wantHeaders(t, p, map[string]string{"Ocsigo-Load": "document"})
	wantHeard(t, "the answer that is dropped", p)
	wantHeard(t, "the document", b.Get("/"), "info: Bye.")
}

// TestMessagesAreTheirUsers: what was said to one is never shown to the next one in the browser.
func TestMessagesAreTheirUsers(t *testing.T) {
	s := newTalkingSite(t, newSessions())
	for _, test := range []struct {
		name string
		of   session.UserID // who is connected
		form url.Values
		want []string
	}{
		{"said to nobody", 0, words("Word."), []string{"info: Word."}},
		{"said behind the log-out", 7, words("Word.", "then", "log out"), []string{"info: Word."}},
		{"said before it", 7, words("Word.", "then", "log out", "first", ""), nil},
		{"said before it and behind", 7, words("Word.", "then", "log out", "first", "", "again", ""), []string{"info: Word."}},
		{"said behind a log-in", 0, words("Word.", "then", "log in"), []string{"info: Word."}},
		{"said before it", 0, words("Word.", "then", "log in", "first", ""), nil},
		{"said to the next user", 7, words("Word.", "then", "log in"), []string{"info: Word."}},
		{"said to the user before", 7, words("Word.", "then", "log in", "first", ""), nil},
	} {
		for _, inPlace := range []bool{false, true} {
			b := s.browser(test.of)
			tab := b.Open("/")
			b.Post("/say", words("Before."))
			want := test.want
			if test.form.Get("then") == "" {
				want = append([]string{"info: Before."}, want...)
			}
			if inPlace {
				s.inPlace(b, tab, 0, "/say", test.form)
			} else {
				b.Post("/say", test.form)
			}
			wantHeard(t, fmt.Sprintf("%s, user %d, in place: %t", test.name, test.of, inPlace), b.Get("/"), want...)
		}
	}
	b := s.browser(7)
	b.Post("/say", words("To 7."))
	b.Post("/logout", nil)
	if waitingIn(b) != "" {
		t.Error("the log-out leaves it in the browser")
	}
	b = s.browser(7)
	b.Post("/say", words("To 7."))
	if err := s.sessions.DisconnectAll(t.Context(), session.OfUser(7)); err != nil {
		t.Fatal(err)
	}
	wantHeard(t, "his session has ended", b.Get("/"))
	s.logIn(b, 8)
	wantHeard(t, "the next user", b.Get("/"))
}

// TestMessagesWaitForTheirUser: a page that does not know who is connected neither shows them nor takes them away.
func TestMessagesWaitForTheirUser(t *testing.T) {
	store := &outage{}
	now := time.Now()
	s := newTalkingSite(t, session.New(store, session.Options{
		Development: true, Build: "test", Now: func() time.Time { return now },
	}))
	s.handle("GET /forced", page.Opt(who, session.ForceUnconnected()))
	b := s.browser(7)
	b.Post("/say", words("Done."))
	wantHeard(t, "a page for nobody", b.Get("/forced"))
	now = now.Add(time.Minute) // what is held of his session is not believed any more
	store.out.Store(true)
	if p := b.Get("/"); p.Status != http.StatusServiceUnavailable {
		t.Errorf("%d %s", p.Status, p.Body)
	} else {
		wantHeard(t, "a page that fails", p)
	}
	store.out.Store(false)
	wantHeard(t, "his next page", b.Get("/"), "info: Done.")
}

// TestSayOutside: there is nowhere to keep it.
func TestSayOutside(t *testing.T) {
	if err := page.Say(t.Context(), page.Message{Text: "hello"}); !errors.Is(err, session.ErrOutside) {
		t.Error(err)
	}
	if all := page.Messages(t.Context()); all != nil {
		t.Error(all)
	}
}
