package accounts

import (
	"context"
	"errors"
	"fmt"

	"github.com/a-h/templ"
	"github.com/jackc/pgx/v5"

	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/mail"
)

// letters are the kinds of letters that people ask for, and the notices. Which letter is written, and whether there is
// one, is decided when it goes out: until then the same is done for every address, so that nobody learns whose is known.
type letters struct {
	signUp, logIn, newPassword, waiting *mail.Kind[asked]
	newAddress                          *mail.Kind[askedBy]
	invitation                          *mail.Kind[invited]
	notice                              *mail.Kind[notice]
}

// asked is what somebody typed who wants a letter.
type asked struct {
	Address string `json:"address"`
}

// askedBy is what a user typed.
type askedBy struct {
	Address string         `json:"address"`
	User    session.UserID `json:"user"`
}

func (a *Accounts) register(post *mail.Post) letters {
	return letters{
		signUp:      mail.Register(post, "sign-up", a.writeSignUp),
		logIn:       mail.Register(post, "log-in", a.writeLogIn),
		newPassword: mail.Register(post, "new-password", a.writeNewPassword),
		newAddress:  mail.Register(post, "new-address", a.writeNewAddress),
		invitation:  mail.Register(post, "invitation", a.writeInvitation),
		waiting:     mail.Register(post, "waiting", a.writeWaiting),
		notice:      mail.Register(post, "notice", a.writeNotice),
	}
}

// holder is the user whom an address belongs to.
type holder struct {
	ID       session.UserID
	Address  string // as it was typed when it was shown to be his; another may be the same in small letters only
	Disabled bool
}

const findHolder = `SELECT users.id, address, disabled IS NOT NULL AS disabled
	FROM users JOIN addresses ON addresses.user_id = users.id WHERE lower(address) = lower($1)`

// holderOf returns whose address it is; nil when it is nobody's.
func holderOf(ctx context.Context, db database, address string) (*holder, error) {
	found, err := row[holder](ctx, db, findHolder, address)
	if errors.Is(err, session.ErrNoUser) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &found, nil
}

// writeSignUp writes to who wants an account, or to who has one already.
func (a *Accounts) writeSignUp(ctx context.Context, tx pgx.Tx, in asked) (mail.Message, error) {
	known, err := holderOf(ctx, tx, in.Address)
	if err != nil {
		return mail.Message{}, err
	}
	if known != nil {
		return a.letter(known.Address, "You have an account at %s already", a.knownLetter()), nil
	}
	link, err := a.signUps.Make(ctx, tx, Owner{Address: in.Address}, nothing{})
	if err != nil {
		return mail.Message{}, err
	}
	return a.letter(in.Address, "Your account at %s", a.signUpLetter(link)), nil
}

// writeLogIn writes to a user who wants to log in.
func (a *Accounts) writeLogIn(ctx context.Context, tx pgx.Tx, in asked) (mail.Message, error) {
	return a.writeToUser(ctx, tx, in, a.logIns, "Log in at %s", a.logInLetter)
}

// writeNewPassword writes to a user who has forgotten his password.
func (a *Accounts) writeNewPassword(ctx context.Context, tx pgx.Tx, in asked) (mail.Message, error) {
	return a.writeToUser(ctx, tx, in, a.newPasswords, "A new password for %s", a.newPasswordLetter)
}

// writeToUser writes a letter with a link to a user, at the one of his addresses that was typed.
func (a *Accounts) writeToUser(ctx context.Context, tx pgx.Tx, in asked, purpose *Purpose[nothing], subject string,
	body func(link string) templ.Component) (mail.Message, error) {
	known, err := holderOf(ctx, tx, in.Address)
	if err != nil {
		return mail.Message{}, err
	}
	if known == nil || known.Disabled {
		return mail.Message{}, mail.ErrNobody
	}
	link, err := purpose.Make(ctx, tx, Owner{known.ID, known.Address}, nothing{})
	if err != nil {
		return mail.Message{}, err
	}
	return a.letter(known.Address, subject, body(link)), nil
}

// writeNewAddress writes to an address that a user wants to add.
func (a *Accounts) writeNewAddress(ctx context.Context, tx pgx.Tx, in askedBy) (mail.Message, error) {
	known, err := holderOf(ctx, tx, in.Address)
	if err != nil {
		return mail.Message{}, err
	}
	if known != nil && known.ID == in.User { // he has confirmed it meanwhile
		return mail.Message{}, mail.ErrNobody
	}
	if known != nil {
		return a.letter(known.Address, "You have an account at %s already", a.knownLetter()), nil
	}
	link, err := a.newAddresses.Make(ctx, tx, Owner{in.User, in.Address}, nothing{})
	if err != nil {
		return mail.Message{}, err
	}
	return a.letter(in.Address, "Your address at %s", a.newAddressLetter(link)), nil
}

// letter is one to an address. The site's name stands in its subject for %s.
func (a *Accounts) letter(to, subject string, body templ.Component) mail.Message {
	subject = fmt.Sprintf(subject, a.options.Site)
	return mail.Message{To: to, Subject: subject, HTML: document(subject, body)}
}

// page is the URL of one of the site's pages.
func (a *Accounts) page(path string) string { return a.options.URL.JoinPath(path).String() }
