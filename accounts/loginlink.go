package accounts

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/ocsigo/start/framework/session"
)

// LogInByLink uses up a link that RequestLogIn has sent, and connects whom it logs in, as LogIn does. What Authenticate does
// besides, it does too; and tries of passwords are counted anew. ErrBadLink.
func (a *Accounts) LogInByLink(ctx context.Context, token string, from Client, connect func(user session.UserID) error) error {
	var known credentials
	err := a.logIns.Use(ctx, token, func(ctx context.Context, tx pgx.Tx, link Link, _ nothing) (err error) {
		known.ID = link.User
		if known.State, err = value[int64](ctx, tx, findState, link.User); err != nil {
			return err
		}
		if err := forgetWrong(ctx, tx, link.User); err != nil {
			return err
		}
		return a.arrivedIn(ctx, tx, link.User, from)
	})
	if err != nil {
		return err
	}
	return a.loggedIn(ctx, a.connect(ctx, known, connect, ErrBadLink), known.ID, "link", from)
}

const findBrowsers = `SELECT browser FROM browsers WHERE user_id = $1`

// forgetWrong forgets all wrong passwords of a user, whoever typed them.
func forgetWrong(ctx context.Context, tx pgx.Tx, user session.UserID) error {
	known, err := rows[knownBrowser](ctx, tx, findBrowsers, user)
	if err != nil {
		return err
	}
	counted := append(triesIn(user, known), passwordTries{of: passwordsOf(user, session.Hash{})}, triesToProve(user))
	return forgetTried(ctx, tx, counted)
}

// knownBrowser is one in which a user has logged in.
type knownBrowser struct{ Browser []byte }

// triesIn are those in browsers that a user knows.
func triesIn(user session.UserID, known []knownBrowser) (tries []passwordTries) {
	for _, k := range known {
		tries = append(tries, passwordTries{of: passwordsOf(user, session.Hash(k.Browser))})
	}
	return tries
}

func forgetTried(ctx context.Context, tx pgx.Tx, tries []passwordTries) error {
	var what []string
	for _, t := range tries {
		what = append(what, t.of, t.inARow())
	}
	return forget(ctx, tx, what...)
}
