package page_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing/fstest"
	"time"

	"github.com/a-h/templ"

	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/session"
)

// A whole site: one page for everybody, and one for users.
func Example() {
	home := func(r *http.Request, visitor session.Visitor) (page.Content, error) {
		return page.Body("Welcome", say("Good to see you."))
	}
	settings := func(r *http.Request, me session.UserID) (page.Content, error) {
		return page.Body("Settings", say("You are user %d.", me))
	}

	sessions := session.New(&session.MemoryStore{}, session.Options{})
	defer sessions.Close()
	site := page.New(sessions, page.Config{
		URL:  &url.URL{Scheme: "http", Host: "localhost:8080"},
		Name: "My site",
	})
	routes := http.NewServeMux()
	routes.Handle("GET /{$}", page.Opt(home))
	routes.Handle("GET /settings", page.Connected(settings))
	handler := site.Middleware(routes) // for http.ListenAndServe

	for _, path := range []string{"/", "/settings"} {
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, httptest.NewRequest("GET", "http://localhost:8080"+path, nil))
		fmt.Println(path, answer.Code)
		if to := answer.Header().Get("Location"); to != "" {
			fmt.Println("go to", to)
		}
	}
	// Output:
	// / 200
	// /settings 303
	// go to /login?next=%2Fsettings
}

// A form that is taken leads on; one that cannot be taken is shown again.
func ExampleInvalid() {
	rename := func(r *http.Request, _ session.Visitor) (page.Content, error) {
		name := r.PostFormValue("name")
		if name == "" {
			return page.Invalid("Your name", templ.Join(page.Identity(), say("It must not be empty.")))
		}
		return page.Redirect("/settings")
	}
	show := func(*http.Request, session.Visitor) (page.Content, error) {
		return page.Body("Your name", page.Identity())
	}

	routes := http.NewServeMux()
	routes.Handle("GET /name", page.Opt(show))
	routes.Handle("POST /name", page.Opt(rename))
	b := visit(routes)

	fmt.Println(b.submit("/name", "name=").Code)
	fmt.Println(b.submit("/name", "name=Ada").Code)
	// Output:
	// 422
	// 303
}

// A form without the tag of page.Identity is refused, unless it is said that anybody may send it.
func ExampleAnyIdentity() {
	done := func(*http.Request, session.Visitor) (page.Content, error) { return page.Redirect("/") }

	routes := http.NewServeMux()
	routes.Handle("POST /buy", page.Opt(done))
	routes.Handle("POST /logout", page.Opt(done, page.AnyIdentity()))
	b := visit(routes)

	fmt.Println(b.post("/buy", "what=book").Code)
	fmt.Println(b.post("/logout", "").Code)
	// Output:
	// 409
	// 303
}

// What a form has done is said on the page that it leads to, once. The layout shows it.
func ExampleSay() {
	home := func(*http.Request, session.Visitor) (page.Content, error) {
		return page.Body("Home", say("the main page"))
	}
	logOut := func(r *http.Request, _ session.Visitor) (page.Content, error) {
		if err := session.Disconnect(r.Context()); err != nil {
			return page.Content{}, err
		}
		page.Say(r.Context(), page.Message{Level: page.Success, Text: "You are logged out."})
		return page.Redirect("/")
	}
	layout := func(r *http.Request, _ session.Visitor, body templ.Component) (templ.Component, error) {
		for _, m := range page.Messages(r.Context()) {
			fmt.Println(m.Level+":", m.Text)
		}
		return body, nil
	}

	routes := http.NewServeMux()
	routes.Handle("GET /", page.Opt(home))
	routes.Handle("POST /logout", page.Opt(logOut, page.AnyIdentity()))
	b := visitWith(routes, session.Options{}, page.Config{Layout: layout})

	b.post("/logout", "")
	b.get("/")
	b.get("/")
	// Output: success: You are logged out.
}

// A page may say by itself what those see whom it denies.
func ExampleDenyFunc() {
	join := func(*http.Request, session.Visitor) (page.Content, error) {
		return page.Redirect("/join")
	}
	club := func(*http.Request, session.Visitor) (page.Content, error) {
		return page.Body("The club", say("Members only."))
	}

	routes := http.NewServeMux()
	routes.Handle("GET /club", page.Opt(club, session.Allow("members"), page.DenyFunc(join)))

	fmt.Println(visit(routes).get("/club").Header().Get("Location"))
	// Output: /join
}

// A predicate asks what groups cannot tell: here, whether the book is the visitor's.
func ExamplePredicate() {
	ownerOf := map[string]session.UserID{"1984": 7}
	own := func(r *http.Request, visitor session.Visitor) (bool, error) {
		owner, ok := ownerOf[r.PathValue("book")]
		if !ok {
			return false, page.ErrNotFound
		}
		me, connected := visitor.User()
		return connected && me == owner, nil
	}
	edit := func(*http.Request, session.Visitor) (page.Content, error) {
		return page.Body("Your book", say("Change it as you like."))
	}

	routes := http.NewServeMux()
	routes.Handle("GET /books/{book}/edit", page.Opt(edit, page.Predicate(own)))
	b := visit(routes)

	fmt.Println(b.get("/books/1984/edit").Code)
	fmt.Println(b.get("/books/1985/edit").Code)
	// Output:
	// 403
	// 404
}

// A page may say by itself what those see who do not see it, and what is shown when it fails.
func ExampleFallback() {
	orders := func(*http.Request, session.UserID) (page.Content, error) {
		return page.Body("Your orders", say("None yet."))
	}
	prices := func(*http.Request, session.Visitor) (page.Content, error) {
		return page.Content{}, errors.New("the exchange does not answer")
	}
	instead := page.Fallback(func(_ *http.Request, _ session.Visitor, fault error) (page.Content, error) {
		if errors.Is(fault, session.ErrNotConnected) {
			return page.Body("Your orders", say("Log in to see your orders."))
		}
		return page.Body("Not now", say("The shop is closed for an hour."))
	})

	routes := http.NewServeMux()
	routes.Handle("GET /orders", page.Connected(orders, instead))
	routes.Handle("GET /prices", page.Opt(prices, instead))
	b := visit(routes)

	for _, path := range []string{"/orders", "/prices"} {
		answer := b.get(path)
		fmt.Println(answer.Code, strings.Contains(answer.Body.String(), "Log in to see"), strings.Contains(answer.Body.String(), "closed"))
	}
	// Output:
	// 401 true false
	// 500 false true
}

// What wants a user to have proved lately who he is sends him to a page that asks for his password again. That page
// leads him back.
func ExampleConfig_proveAgain() {
	logIn := func(r *http.Request, _ session.Visitor) (page.Content, error) {
		if err := session.Connect(r.Context(), 7); err != nil {
			return page.Content{}, err
		}
		return page.Redirect("/")
	}
	address := func(*http.Request, session.UserID) (page.Content, error) {
		return page.Body("Your address", say("Change it here."))
	}
	ask := func(*http.Request, session.UserID) (page.Content, error) {
		return page.Body("Is it you?", templ.Join(page.Identity(), say("Your password, please.")))
	}
	prove := func(r *http.Request, _ session.UserID) (page.Content, error) {
		form := page.ReadForm(r)
		if form.Password("password") != "horse" { // the site compares hashes
			return page.Invalid("Is it you?", templ.Join(page.Identity(), say("That is not your password.")))
		}
		if err := session.Reauthenticated(r.Context()); err != nil {
			return page.Content{}, err
		}
		return page.Redirect(page.LocalPath(r.URL.Query().Get("next")))
	}

	routes := http.NewServeMux()
	routes.Handle("POST /login", page.Opt(logIn, page.AnyIdentity()))
	routes.Handle("GET /address", page.Connected(address, session.SignedInWithin(10*time.Minute)))
	routes.Handle("GET /prove", page.Connected(ask))
	routes.Handle("POST /prove", page.Connected(prove))

	now := time.Now()
	clock := func() time.Time { return now }
	b := visitWith(routes, session.Options{Now: clock}, page.Config{ProveAgain: "/prove"})
	b.post("/login", "")
	fmt.Println(b.get("/address").Code)

	now = now.Add(time.Hour)
	to := b.get("/address").Header().Get("Location")
	fmt.Println(to)
	fmt.Println(b.submit(to, "password=donkey").Code)
	fmt.Println(b.submit(to, "password=horse").Header().Get("Location"))
	fmt.Println(b.get("/address").Code)
	// Output:
	// 200
	// /prove?next=%2Faddress
	// 422
	// /address
	// 200
}

// The client is who a trusted proxy says he is, and not who he says himself.
func ExampleClientAddress() {
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	r := httptest.NewRequest("GET", "http://localhost:8080/", nil)
	r.Header.Set("X-Forwarded-For", "192.0.2.1, 203.0.113.9") // the first is what the client has written

	r.RemoteAddr = "10.0.0.1:4711"
	fmt.Println(page.ClientAddress(r, proxies))
	r.RemoteAddr = "198.51.100.7:4711"
	fmt.Println(page.ClientAddress(r, proxies))
	// Output:
	// 203.0.113.9
	// 198.51.100.7
}

// The next parameter of a log-in page comes from outside.
func ExampleLocalPath() {
	fmt.Println(page.LocalPath("/books?page=2"))
	fmt.Println(page.LocalPath("https://evil.example/"))
	fmt.Println(page.LocalPath(`/\evil.example`))
	// Output:
	// /books?page=2
	// /
	// /
}

// The URL of a file names its content.
func ExampleAssets() {
	assets, err := page.NewAssets("/static/", fstest.MapFS{"style.css": {Data: []byte("body { color: teal }")}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(assets.URL("style.css"))

	answer := httptest.NewRecorder()
	assets.ServeHTTP(answer, httptest.NewRequest("GET", assets.URL("style.css"), nil))
	fmt.Println(answer.Header().Get("Cache-Control"))
	// Output:
	// /static/style.css?v=56728551dac9
	// public, max-age=31536000, immutable
}

// say is a component made of words. Yours are in files of templates.
func say(format string, words ...any) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, templ.EscapeString(fmt.Sprintf(format, words...)))
		return err
	})
}

// visit puts a site around the routes, and returns a browser that looks at it.
func visit(routes http.Handler) *visitorsBrowser {
	return visitWith(routes, session.Options{}, page.Config{Log: slog.New(slog.DiscardHandler)})
}

// visitWith does so with a site that has settings of its own.
func visitWith(routes http.Handler, options session.Options, config page.Config) *visitorsBrowser {
	config.URL = &url.URL{Scheme: "http", Host: "localhost:8080"}
	site := page.New(session.New(&session.MemoryStore{}, options), config)
	return &visitorsBrowser{site: site.Middleware(routes), cookies: map[string]string{}}
}

// visitorsBrowser keeps cookies, and follows no redirect.
type visitorsBrowser struct {
	site    http.Handler
	cookies map[string]string
}

func (b *visitorsBrowser) get(path string) *httptest.ResponseRecorder { return b.do("GET", path, "") }

func (b *visitorsBrowser) post(path, form string) *httptest.ResponseRecorder {
	return b.do("POST", path, form)
}

func (b *visitorsBrowser) submit(path, form string) *httptest.ResponseRecorder {
	_, tag, _ := strings.Cut(b.get(path).Body.String(), `name="_identity" value="`)
	tag, _, _ = strings.Cut(tag, `"`)
	return b.post(path, form+"&_identity="+tag)
}

func (b *visitorsBrowser) do(method, path, form string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://localhost:8080"+path, strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	answer := httptest.NewRecorder()
	b.site.ServeHTTP(answer, r)
	for _, cookie := range answer.Result().Cookies() {
		b.cookies[cookie.Name] = cookie.Value
	}
	return answer
}
