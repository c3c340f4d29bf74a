package accounts

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/mail"
)

// notice is a letter that tells a user what has happened to his account, in case that it was not he.
type notice struct {
	To      string       `json:"to"`      // his main address when it happened
	What    whatHappened `json:"what"`    // one of those below
	Address string       `json:"address"` // that it is about; "": none
}

// whatHappened is the reason of a notice. They stand in jobs under these words.
type whatHappened string

const (
	browserNotice  whatHappened = "new-browser"
	passwordNotice whatHappened = "password"
	addedNotice    whatHappened = "address-added"
	removedNotice  whatHappened = "address-removed"
	mainNotice     whatHappened = "main-address"
	leavesNotice   whatHappened = "leaves"
	staysNotice    whatHappened = "stays"
	deletedNotice  whatHappened = "deleted"
	disabledNotice whatHappened = "disabled"
	closedNotice   whatHappened = "wrong-passwords"
)

// subjects of the notices; the site's name stands for %s.
var subjects = map[whatHappened]string{
	browserNotice:  "You have logged in to %s in another browser",
	passwordNotice: "Your password for %s was changed",
	addedNotice:    "An address was added to your account at %s",
	removedNotice:  "An address was removed from your account at %s",
	mainNotice:     "Another address is the main one of your account at %s",
	leavesNotice:   "Your account at %s will be deleted",
	staysNotice:    "Your account at %s is not deleted",
	deletedNotice:  "Your account at %s was deleted",
	disabledNotice: "Your account at %s was disabled",
	closedNotice:   "Many wrong passwords were typed for your account at %s",
}

const findMain = `SELECT address FROM addresses WHERE user_id = $1 AND main`

// tell sends a notice to a user's main address, if what happened does: in its transaction.
func (a *Accounts) tell(ctx context.Context, tx pgx.Tx, user session.UserID, n notice) error {
	to, err := value[string](ctx, tx, findMain, user)
	if err != nil {
		return err
	}
	n.To = to
	return a.letters.notice.Send(ctx, tx, n)
}

func (a *Accounts) writeNotice(_ context.Context, _ pgx.Tx, n notice) (mail.Message, error) {
	subject, known := subjects[n.What]
	if !known {
		return mail.Message{}, fmt.Errorf("nobody knows how to say %q", n.What)
	}
	return a.letter(n.To, subject, a.noticeLetter(n)), nil
}
