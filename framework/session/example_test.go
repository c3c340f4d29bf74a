package session_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"

	"github.com/ocsigo/start/framework/session"
)

// A whole program: a page that says who asks, and two that change it.
func Example() {
	sessions := session.New(&session.MemoryStore{}, session.Options{})
	defer sessions.Close()

	hello := session.Opt(func(_ context.Context, visitor session.Visitor, w http.ResponseWriter) (struct{}, error) {
		me, connected := visitor.User()
		fmt.Println(me, connected)
		return struct{}{}, nil
	})
	logIn := session.Wrap(func(ctx context.Context, _ http.ResponseWriter) (struct{}, error) {
		return struct{}{}, session.Connect(ctx, 7)
	})
	logOut := session.Wrap(func(ctx context.Context, _ http.ResponseWriter) (struct{}, error) {
		return struct{}{}, session.Disconnect(ctx)
	})

	server := serve(sessions, map[string]handler{"/": hello, "/in": logIn, "/out": logOut})
	defer server.Close()
	visit(server, "/", "/in", "/", "/out", "/")
	// Output:
	// 0 false
	// 7 true
	// 0 false
}

func ExampleAllow() {
	sessions := session.New(&session.MemoryStore{}, session.Options{
		Groups: func(_ context.Context, user session.UserID, of []session.Group) ([]session.Group, error) {
			if user == 1 {
				return of, nil // user 1 is in every group
			}
			return nil, nil
		},
	})
	defer sessions.Close()

	logIn := func(user session.UserID) handler {
		return session.Wrap(func(ctx context.Context, _ http.ResponseWriter) (struct{}, error) {
			return struct{}{}, session.Connect(ctx, user)
		})
	}
	admin := session.Connected(func(_ context.Context, me session.UserID, _ http.ResponseWriter) (struct{}, error) {
		fmt.Println("come in,", me)
		return struct{}{}, nil
	}, session.Allow("admin"))

	server := serve(sessions, map[string]handler{"/in/1": logIn(1), "/in/7": logIn(7), "/admin": admin})
	defer server.Close()
	visit(server, "/admin", "/in/7", "/admin", "/in/1", "/admin")
	// Output:
	// /admin: permission denied
	// /admin: permission denied
	// come in, 1
}

func ExampleManager_OnOpenSession() {
	sessions := session.New(&session.MemoryStore{}, session.Options{})
	defer sessions.Close()
	sessions.OnOpenSession(func(_ context.Context, me session.UserID) error {
		fmt.Println("welcome,", me)
		return nil
	})
	sessions.OnPostCloseSession(func(_ context.Context, closing session.Closing) error {
		fmt.Println("good bye,", closing.User, "-", closing.Reason)
		return nil
	})

	logIn := session.Wrap(func(ctx context.Context, _ http.ResponseWriter) (struct{}, error) {
		return struct{}{}, session.Connect(ctx, 7)
	})
	server := serve(sessions, map[string]handler{"/in": logIn})
	defer server.Close()
	visit(server, "/in", "/in")
	// Output:
	// welcome, 7
	// good bye, 7 - replaced
	// welcome, 7
}

// clicks is one value for each browser and log-in.
var clicks = session.NewRef("clicks", session.PerBrowser, 0)

func ExampleRef() {
	sessions := session.New(&session.MemoryStore{}, session.Options{})
	defer sessions.Close()

	click := session.Wrap(func(ctx context.Context, _ http.ResponseWriter) (struct{}, error) {
		fmt.Println(clicks.Update(ctx, func(n int) int { return n + 1 }))
		return struct{}{}, nil
	})

	server := serve(sessions, map[string]handler{"/": click})
	defer server.Close()
	visit(server, "/", "/") // one browser
	visit(server, "/")      // another
	// Output:
	// 1
	// 2
	// 1
}

// handler is a wrapped function. Sites use page.Connected and page.Opt instead, which answer its error too.
type handler func(context.Context, http.ResponseWriter) (struct{}, error)

func serve(sessions *session.Manager, pages map[string]handler) *httptest.Server {
	mux := http.NewServeMux()
	for path, page := range pages {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			if _, err := page(r.Context(), w); err != nil {
				fmt.Printf("%s: %v\n", path, err)
			}
		})
	}
	return httptest.NewServer(sessions.Middleware(mux))
}

// visit loads pages, one after the other, in a browser of its own.
func visit(server *httptest.Server, paths ...string) {
	cookies, _ := cookiejar.New(nil) // it never fails
	browser := &http.Client{Jar: cookies, Transport: server.Client().Transport}
	for _, path := range paths {
		answer, err := browser.Get(server.URL + path)
		if err != nil {
			fmt.Println(err)
			continue
		}
		answer.Body.Close()
	}
}
