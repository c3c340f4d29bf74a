package mail

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"

	"github.com/jackc/pgx/v5"
)

// ErrNobody is returned by the function of a kind when nothing is to be sent any more. What it did in its transaction
// is rolled back, and the job is done.
var ErrNobody = errors.New("there is nobody to write to any more")

// Kind is one of the messages that a site sends.
type Kind[In any] struct {
	post *Post
	name string
}

// write is the function of a kind, its input not read yet.
type write func(ctx context.Context, tx pgx.Tx, in []byte) (Message, error)

// kindName is short, for it stands in each job and in the log.
var kindName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,39}$`)

// Register adds a kind of messages, before Start. In is kept as JSON until the message goes out: ids rather than
// what they stand for, and no secrets. The function writes the message, in a transaction that commits when the
// message was accepted; it may be called several times for one message, each time in a new transaction. It has
// no more than a minute together with the sending, and does nothing that a rollback does not undo. What it locks stays
// locked until the server has accepted, so it updates and deletes no rows that pages want to write.
//
// Jobs outlive the program, so a name keeps its meaning: when In changes in a way that old JSON does not fit, take
// another. It panics when the name is taken, or not of small letters, digits and hyphens.
func Register[In any](p *Post, name string, f func(ctx context.Context, tx pgx.Tx, in In) (Message, error)) *Kind[In] {
	_, taken := p.kinds[name]
	switch {
	case !kindName.MatchString(name):
		panic(fmt.Sprintf("mail.Register: %q is no name such as password-reset", name))
	case taken:
		panic(fmt.Sprintf("mail.Register: %q is registered twice", name))
	case p.workers != nil:
		panic(fmt.Sprintf("mail.Register: %q comes after Start", name))
	}
	p.kinds[name] = func(ctx context.Context, tx pgx.Tx, kept []byte) (Message, error) {
		var in In
		if err := json.Unmarshal(kept, &in); err != nil {
			return Message{}, fmt.Errorf("what was asked for does not fit %T any more: %w", in, err)
		}
		return f(ctx, tx, in)
	}
	return &Kind[In]{p, name}
}

// Send hands a message in. It goes out when the transaction commits, soon after; if it does not commit, never.
func (k *Kind[In]) Send(ctx context.Context, tx pgx.Tx, in In) error {
	kept, err := json.Marshal(in)
	if err != nil {
		return fmt.Errorf("mail %s: %w", k.name, err)
	}
	if _, err := k.post.jobs.InsertTx(ctx, tx, letter{k.name, kept}, nil); err != nil {
		return fmt.Errorf("mail %s: %w", k.name, err)
	}
	return nil
}
