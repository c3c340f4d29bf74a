package accounts

import (
	"context"
	"log/slog"
	"net/url"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/mail"
)

// Options say which site it is.
type Options struct {
	// Site is the site's name, as its letters say it. No password may be made of it.
	Site string

	// URL is the site's public address: all links in letters begin with it, whatever a request said.
	URL *url.URL

	// Log hears who logs in or fails to, and who changes what (log.go), and when sweeping fails. Default: slog.Default().
	Log *slog.Logger
}

// Accounts are the users in a database. All methods may be called at once.
type Accounts struct {
	db        *pgxpool.Pool
	options   Options
	passwords hasher
	letters   letters
	purposes  map[string]bool
	now       func() time.Time // the one clock: the database's is not asked

	signUps, logIns, newPasswords, newAddresses *Purpose[nothing]
	invitations                                 *Purpose[invitation]
}

// New returns the accounts of a database in which the site's migrations have run. It registers its letters with the post,
// so it comes before post.Start.
func New(db *pgxpool.Pool, post *mail.Post, options Options) *Accounts {
	if options.Log == nil {
		options.Log = slog.Default()
	}
	a := &Accounts{db: db, options: options, passwords: newHasher(), purposes: map[string]bool{}, now: time.Now}
	a.signUps = Register[nothing](a, ForSignUp, signUpLife)
	a.invitations = Register[invitation](a, ForInvitation, invitationLife)
	a.logIns = Register[nothing](a, ForLogIn, logInLife)
	a.newPasswords = Register[nothing](a, ForNewPassword, newPasswordLife)
	a.newAddresses = Register[nothing](a, ForNewAddress, newAddressLife)
	a.letters = a.register(post)
	return a
}

const findGroups = `SELECT ARRAY(SELECT name FROM user_groups WHERE user_id = users.id AND name = ANY($2))
	FROM users WHERE id = $1 AND disabled IS NULL`

// Groups returns in which of these groups the user is; session.ErrNoUser when the account is gone or disabled, which
// ends its sessions. It is made for session.Options.Groups.
func (a *Accounts) Groups(ctx context.Context, id session.UserID, of []session.Group) ([]session.Group, error) {
	return value[[]session.Group](ctx, a.db, findGroups, id, of)
}
