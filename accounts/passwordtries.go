package accounts

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/ocsigo/start/framework/session"
)

// passwordTries says which tries of a password are counted together.
type passwordTries struct {
	of   string // whose password it is, and who tries
	from string // from where; "": there is no limit to that
}

// inARow counts the tries without a right one in between.
func (t passwordTries) inARow() string { return t.of + ", in a row" }

// triesToLogIn are counted for a user or an address that nobody has. A browser that the user knows has its own, so that no
// stranger can lock him out.
func triesToLogIn(known credentials, address string, from Client) passwordTries {
	switch {
	case known.KnownBrowser:
		return passwordTries{of: passwordsOf(known.ID, from.Browser)}
	case known.ID != 0:
		return passwordTries{passwordsOf(known.ID, session.Hash{}), passwordsFrom(from)}
	default:
		return passwordTries{"passwords of " + strings.ToLower(cmp.Or(asKept(address), strings.TrimSpace(address))), passwordsFrom(from)}
	}
}

// passwordsOf is what is counted of a user in a browser that he knows, or, without one, in all others.
func passwordsOf(user session.UserID, browser session.Hash) string {
	if browser == (session.Hash{}) {
		return fmt.Sprintf("passwords of user %d", user)
	}
	return fmt.Sprintf("passwords of user %d in browser %v", user, browser)
}

func passwordsFrom(from Client) string {
	if !from.Network.IsValid() {
		return ""
	}
	return "passwords from " + from.Network.String()
}

// begin counts a try before it is made, so that many at once are not more. TooManyTries.
func (a *Accounts) begin(ctx context.Context, tries passwordTries) error {
	if tries.from != "" {
		if err := a.look(ctx, tries.from, wrongFrom); err != nil {
			return err
		}
	}
	if err := a.count(ctx, a.db, tries.of, wrongPasswords); err != nil {
		return err
	}
	return a.count(ctx, a.db, tries.inARow(), wrongInARow)
}

// wrong notes that a try was wrong.
func (a *Accounts) wrong(ctx context.Context, tries passwordTries) error {
	if tries.from == "" {
		return ErrWrongPassword
	}
	err := a.count(ctx, a.db, tries.from, wrongFrom)
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
