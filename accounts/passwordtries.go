package accounts

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/ocsigo/start/framework/session"
)

// passwordTries says which tries of a password are counted together.
type passwordTries struct {
	of       string         // whose password it is, and who tries
	from     netip.Prefix   // from where; none: there is no limit to that
	stranger session.UserID // whose account somebody tries in a browser that is not known to it; 0: nobody's, or it is known
	row      limit          // to the tries in a row
}

// inARow counts the tries without a right one in between.
func (t passwordTries) inARow() string { return t.of + ", in a row" }

// triesToLogIn are counted for a user or an address that nobody has. A browser that the user knows has its own, so that no
// stranger can lock him out.
//
// Of an address that nobody has no row stays for a year: anybody could make as many as he likes. Two ways to write one are
// counted together if the database takes them for the same, as those of a user are: else who tries both would see whether
// there is an account.
func triesToLogIn(known credentials, address string, from Client) passwordTries {
	switch {
	case known.KnownBrowser:
		return passwordTries{of: passwordsOf(known.ID, from.Browser), row: wrongInARow}
	case known.ID != 0:
		return passwordTries{passwordsOf(known.ID, session.Hash{}), from.Network, known.ID, wrongInARow}
	default:
		of := "passwords of " + cmp.Or(known.Typed, strings.TrimSpace(address))
		return passwordTries{of: of, from: from.Network, row: limit{wrongInARow.most, wrongPasswords.time}}
	}
}

// passwordsOf is what is counted of a user in a browser that he knows, or, without one, in all others.
func passwordsOf(user session.UserID, browser session.Hash) string {
	if browser == (session.Hash{}) {
		return fmt.Sprintf("passwords of user %d", user)
	}
	return fmt.Sprintf("passwords of user %d in browser %v", user, browser)
}

func passwordsFrom(network netip.Prefix) string { return "passwords from " + network.String() }

// begin counts a try before it is made, so that many at once are not more. TooManyTries.
//
// Too many in a row close an account to strangers in silence: each password is wrong for them from then on. If they heard of
// it, they would know that there is an account.
func (a *Accounts) begin(ctx context.Context, tries passwordTries) (closed bool, err error) {
	if tries.from.IsValid() {
		if err := a.look(ctx, passwordsFrom(tries.from), wrongFrom); err != nil {
			return false, err
		}
	}
	if err := a.count(ctx, a.db, tries.of, wrongPasswords); err != nil {
		return false, err
	}
	inARow, err := a.counted(ctx, a.db, tries.inARow(), tries.row)
	switch {
	case err != nil || inARow.Count <= tries.row.most:
		return false, err
	case tries.stranger == 0:
		return false, TooManyTries{inARow.Ends.Sub(a.now())}
	case inARow.Count == tries.row.most+1:
		err = a.closed(ctx, tries.stranger)
	}
	return true, err
}

// closed tells a user that too many wrong passwords were typed for his account.
func (a *Accounts) closed(ctx context.Context, user session.UserID) error {
	a.log(ctx, slog.LevelWarn, "too many wrong passwords in a row", user)
	return pgx.BeginFunc(ctx, a.db, func(tx pgx.Tx) error { return a.tell(ctx, tx, user, notice{What: closedNotice}) })
}

// wrong notes that a try was wrong.
func (a *Accounts) wrong(ctx context.Context, user session.UserID, tries passwordTries) error {
	a.log(ctx, slog.LevelWarn, "wrong password", user, "from", tries.from)
	if !tries.from.IsValid() {
		return ErrWrongPassword
	}
	err := a.count(ctx, a.db, passwordsFrom(tries.from), wrongFrom)
	if _, many := errors.AsType[TooManyTries](err); many || err == nil { // the next one will hear it
		err = ErrWrongPassword
	}
	return err
}

// right notes that a try was right: it is taken back, and what was wrong before it was not in a row with what comes.
func (a *Accounts) right(ctx context.Context, user session.UserID, tries passwordTries) error {
	if err := a.giveBack(ctx, tries.of); err != nil {
		return err
	}
	strangers := passwordTries{of: passwordsOf(user, session.Hash{})}
	return forget(ctx, a.db, tries.inARow(), strangers.inARow())
}
