package accounts

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/ocsigo/start/framework/session"
)

// LogInByLink uses up a link that RequestLogIn has sent, and returns whom it logs in. What Authenticate does besides, it
// does too; and tries of passwords are counted anew. ErrBadLink.
func (a *Accounts) LogInByLink(ctx context.Context, token string, from Client) (user session.UserID, err error) {
	err = a.logIns.Use(ctx, token, func(ctx context.Context, tx pgx.Tx, link Link, _ nothing) error {
		user = link.User
		if err := forgetWrong(ctx, tx, user); err != nil {
			return err
		}
		return a.arrivedIn(ctx, tx, user, from)
	})
	return idUnless(err, user)
}

const findBrowsers = `SELECT browser FROM browsers WHERE user_id = $1`

// forgetWrong forgets all wrong passwords of a user, whoever typed them.
func forgetWrong(ctx context.Context, tx pgx.Tx, user session.UserID) error {
	known, err := rows[struct{ Browser []byte }](ctx, tx, findBrowsers, user)
	if err != nil {
		return err
	}
	counted := []passwordTries{{of: passwordsOf(user, session.Hash{})}, triesToProve(user)}
	for _, k := range known {
		counted = append(counted, passwordTries{of: passwordsOf(user, session.Hash(k.Browser))})
	}
	var what []string
	for _, c := range counted {
		what = append(what, c.of, c.inARow())
	}
	return forget(ctx, tx, what...)
}
