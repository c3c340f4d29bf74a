package accounts

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/mail"
)

// invitation is what its link knows: who invites, and into which groups the new user comes.
type invitation struct {
	By
	Groups []session.Group `json:"groups"`
}

// invited is what a letter is asked for with.
type invited struct {
	Address string `json:"address"`
	invitation
}

const giveInvited = `INSERT INTO user_groups (user_id, name) SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING`

// Invite has a letter written to somebody who shall make an account, also while nobody else can, and then be in these
// groups, if who invites may do so still. ErrBadEmail; ErrEmailTaken when he has an account; ErrBadGroup;
// session.ErrPermissionDenied; TooManyTries when there were too many letters to the address, or in all.
func (a *Accounts) Invite(ctx context.Context, by By, address string, groups ...session.Group) error {
	address, err := parseAddress(address)
	if err != nil {
		return err
	}
	for _, group := range groups {
		if err := checkGroup(group); err != nil {
			return err
		}
	}
	known, err := holderOf(ctx, a.db, address)
	if err != nil {
		return err
	}
	if known != nil {
		return ErrEmailTaken
	}
	err = a.change(ctx, by, 0, func(tx pgx.Tx) error {
		if err := a.countLetterTo(ctx, tx, address); err != nil {
			return err
		}
		return a.letters.invitation.Send(ctx, tx, invited{address, invitation{by, groups}})
	})
	return a.logged(ctx, err, "somebody invited", 0, "by", by.User, "groups", groups)
}

func (a *Accounts) writeInvitation(ctx context.Context, tx pgx.Tx, in invited) (mail.Message, error) {
	known, err := holderOf(ctx, tx, in.Address)
	if err != nil {
		return mail.Message{}, err
	}
	if known != nil { // he was faster
		return mail.Message{}, mail.ErrNobody
	}
	link, err := a.invitations.Make(ctx, tx, Owner{Address: in.Address}, in.invitation)
	if err != nil {
		return mail.Message{}, err
	}
	return a.letter(in.Address, "You are invited to %s", a.invitationLetter(link)), nil
}

// giveGroups puts the new user into the groups he was invited to, unless who invited may not do that any more.
func (i invitation) giveGroups(ctx context.Context, tx pgx.Tx, user session.UserID) error {
	may, err := i.may(ctx, tx)
	if err != nil || !may {
		return err
	}
	_, err = tx.Exec(ctx, giveInvited, user, i.Groups)
	return err
}
