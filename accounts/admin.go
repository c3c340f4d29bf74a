package accounts

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"
	"golang.org/x/text/unicode/norm"

	"github.com/ocsigo/start/framework/session"
)

// The statements. Searching reads all accounts: for more than some ten thousand, add a trigram index (pg_trgm).
const (
	searchUsers = `SELECT ` + userColumns + ` FROM ` + userTables + `
		WHERE ($2::bigint = 0 OR users.id < $2) AND (strpos(lower(name), lower($1)) > 0 OR EXISTS (
			SELECT FROM addresses AS every WHERE every.user_id = users.id AND strpos(lower(every.address), lower($1)) > 0))
		ORDER BY users.id DESC LIMIT $3`
	disable = `UPDATE users SET disabled = $2, state = state + 1 WHERE id = $1 AND disabled IS NULL`
	enable  = `UPDATE users SET disabled = NULL, state = state + 1 WHERE id = $1 AND disabled IS NOT NULL`
)

// Search returns users who have a text in their name or in one of their addresses, whatever its case: the newest first, and
// no more than limit. "" finds all. before is the last one of those that were found already; 0 for none.
func (a *Accounts) Search(ctx context.Context, text string, before session.UserID, limit int) ([]User, error) {
	return rows[User](ctx, a.db, searchUsers, searchable(text), before, limit)
}

// searchable is a text as names and addresses are kept.
func searchable(text string) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, ""), "\x00", "")
	return norm.NFC.String(strings.TrimSpace(text))
}

// Detail is what an administrator sees of a user.
type Detail struct {
	User
	Addresses []Address
}

// Detail returns it; session.ErrNoUser when the account is gone.
func (a *Accounts) Detail(ctx context.Context, id session.UserID) (Detail, error) {
	user, err := a.User(ctx, id)
	if err != nil {
		return Detail{}, err
	}
	addresses, err := a.Addresses(ctx, id)
	return Detail{user, addresses}, err
}

// Disable lets a user log in no more, until Enable. He is told by mail, and the links that were sent to him are void. The
// caller says so to the sessions, which end: session.Manager.Changed. session.ErrNoUser, session.ErrPermissionDenied.
func (a *Accounts) Disable(ctx context.Context, by By, user session.UserID) error {
	err := a.change(ctx, by, user, func(tx pgx.Tx) error {
		disabled, err := tx.Exec(ctx, disable, user, a.now())
		if err != nil {
			return err
		}
		if disabled.RowsAffected() == 0 { // he is already, or is gone
			_, err := value[string](ctx, tx, findMain, user)
			return err
		}
		return a.tell(ctx, tx, user, notice{What: disabledNotice})
	})
	return a.logged(ctx, err, "user disabled", user, "by", by.User)
}

// Enable lets a user log in again. session.ErrNoUser, session.ErrPermissionDenied.
func (a *Accounts) Enable(ctx context.Context, by By, user session.UserID) error {
	err := a.change(ctx, by, user, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, enable, user); err != nil {
			return err
		}
		_, err := value[string](ctx, tx, findMain, user)
		return err
	})
	return a.logged(ctx, err, "user enabled", user, "by", by.User)
}
