package session_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/ocsigo/start/framework/session"
)

// theme is one value for each user, in the database.
var theme = session.NewStoredRef("theme", session.PerUser, "light")

func ExampleStoredRef() {
	store := &session.MemoryStore{} // a site has pgstore
	sessions := session.New(store, session.Options{})
	defer sessions.Close()

	logIn := session.Wrap(func(ctx context.Context, _ http.ResponseWriter) (struct{}, error) {
		return struct{}{}, session.Connect(ctx, 7)
	})
	show := session.Wrap(func(ctx context.Context, _ http.ResponseWriter) (struct{}, error) {
		name, err := theme.Get(ctx)
		fmt.Println(name)
		return struct{}{}, err
	})
	dark := session.Wrap(func(ctx context.Context, _ http.ResponseWriter) (struct{}, error) {
		return struct{}{}, theme.Set(ctx, "dark")
	})

	server := serve(sessions, map[string]handler{"/": show, "/in": logIn, "/dark": dark})
	defer server.Close()
	visit(server, "/in", "/", "/dark") // one browser of the user
	visit(server, "/in", "/")          // another
	// Output:
	// light
	// dark
}

var errSoldOut = errors.New("sold out")

// tickets is how many each browser may still have.
var tickets = session.NewStoredRef("tickets", session.PerBrowserUserIndep, 2)

// An update that fails changes nothing.
func ExampleStoredRef_Update() {
	sessions := session.New(&session.MemoryStore{}, session.Options{})
	defer sessions.Close()

	buy := session.Wrap(func(ctx context.Context, _ http.ResponseWriter) (struct{}, error) {
		left, err := tickets.Update(ctx, func(n int) (int, error) {
			if n == 0 {
				return 0, errSoldOut
			}
			return n - 1, nil
		})
		if err == nil {
			fmt.Println("bought one, left:", left)
		}
		return struct{}{}, err
	})

	server := serve(sessions, map[string]handler{"/": buy})
	defer server.Close()
	visit(server, "/", "/", "/")
	// Output:
	// bought one, left: 1
	// bought one, left: 0
	// /: sold out
}

// warnings are those that a user has still to see.
var warnings = session.NewStoredRefFunc("warnings", session.PerUser, func() []string { return nil })

// An administrator, or a job, writes what a user then reads.
func ExampleManager_InUser() {
	sessions := session.New(&session.MemoryStore{}, session.Options{})
	defer sessions.Close()

	warn := func(user session.UserID, text string) error {
		return sessions.InUser(context.Background(), user, func(ctx context.Context) error {
			_, err := warnings.Update(ctx, func(all []string) ([]string, error) { return append(all, text), nil })
			return err
		})
	}
	fmt.Println(warn(7, "your mailbox is nearly full"))

	logIn := session.Wrap(func(ctx context.Context, _ http.ResponseWriter) (struct{}, error) {
		return struct{}{}, session.Connect(ctx, 7)
	})
	home := session.Wrap(func(ctx context.Context, _ http.ResponseWriter) (struct{}, error) {
		all, err := warnings.Get(ctx)
		fmt.Println(all)
		return struct{}{}, err
	})
	server := serve(sessions, map[string]handler{"/": home, "/in": logIn})
	defer server.Close()
	visit(server, "/in", "/")
	visit(server, "/")
	// Output:
	// <nil>
	// [your mailbox is nearly full]
	// []
}

// An administrator looks into each session of a user.
func ExampleManager_InSession() {
	sessions := session.New(&session.MemoryStore{}, session.Options{})
	defer sessions.Close()

	logIn := session.Wrap(func(ctx context.Context, _ http.ResponseWriter) (struct{}, error) {
		return struct{}{}, session.Connect(ctx, 7)
	})
	click := session.Wrap(func(ctx context.Context, _ http.ResponseWriter) (struct{}, error) {
		clicks.Update(ctx, func(n int) int { return n + 1 })
		return struct{}{}, nil
	})
	server := serve(sessions, map[string]handler{"/": click, "/in": logIn})
	defer server.Close()
	visit(server, "/in", "/", "/", "/")

	ctx := context.Background()
	all, err := sessions.SessionsOf(ctx, 7)
	for _, one := range all {
		err = sessions.InSession(ctx, one.ID, func(ctx context.Context) error {
			fmt.Println("clicks:", clicks.Get(ctx))
			clicks.Unset(ctx)
			return nil
		})
	}
	fmt.Println(err)
	// Output:
	// clicks: 3
	// <nil>
}
