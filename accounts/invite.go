package accounts

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/mail"
)

// invitation is what its link knows: who invites, and into which groups the new user comes.
type invitation struct {
	By     session.UserID  `json:"by"`
	Groups []session.Group `json:"groups"`
}

// invited is what a letter is asked for with.
type invited struct {
	Address string `json:"address"`
	invitation
}

// giveInvited gives groups, unless who invited was disabled or has gone meanwhile.
const giveInvited = `INSERT INTO user_groups (user_id, name) SELECT $1, unnest($2::text[])
	WHERE EXISTS (SELECT FROM users WHERE id = $3 AND disabled IS NULL) ON CONFLICT DO NOTHING`

// Invite has a letter written to somebody who shall make an account, also while nobody else can, and then be in these
// groups. ErrBadEmail; ErrEmailTaken when he has an account; ErrBadGroup; TooManyTries when there were too many letters to
// the address, or in all.
func (a *Accounts) Invite(ctx context.Context, by session.UserID, address string, groups ...session.Group) error {
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
	return pgx.BeginFunc(ctx, a.db, func(tx pgx.Tx) error {
		if err := a.countLetterTo(ctx, tx, address); err != nil {
			return err
		}
		return a.letters.invitation.Send(ctx, tx, invited{address, invitation{by, groups}})
	})
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

// giveGroups puts the new user into the groups he was invited to.
func (i invitation) giveGroups(ctx context.Context, tx pgx.Tx, user session.UserID) error {
	_, err := tx.Exec(ctx, giveInvited, user, i.Groups, i.By)
	return err
}
