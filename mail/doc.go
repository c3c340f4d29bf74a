// Package mail writes to people: when a transaction commits, and only then.
//
//	post, err := mail.New(db, mail.Options{From: "Site <site@example.com>", SMTP: server})
//
//	// before Start: what kinds of messages there are, and who writes them
//	resets := mail.Register(post, "password-reset", func(ctx context.Context, tx pgx.Tx, in Reset) (mail.Message, error) {
//		link, to, err := newLink(ctx, tx, in.User) // the hash of its token goes into the database, with tx
//		return mail.Message{To: to, Subject: "Your new password", HTML: templates.ResetMail(link)}, err
//	})
//	err = post.Start(ctx)
//	defer post.Stop()
//
//	// in a handler, together with whatever else the transaction does
//	err = resets.Send(ctx, tx, Reset{User: user})
//
// # When it is written
//
// Send keeps what was asked for as a job, a row of the caller's transaction: rolled back, there never was one. The
// letter is written when it goes out, in a transaction of the job's own: the function is called, the SMTP server
// accepts, the transaction commits. So a token that is made for a link is in the message and, as a hash, in your
// table, and nowhere else; what Send is given is JSON in a row that anybody with the database can read, and holds
// no secret. When the server refuses, all that the function did is rolled back, and the next attempt writes anew.
//
// The function may find that nothing is to be sent any more: the user is gone, or has confirmed meanwhile. It
// returns ErrNobody, alone or wrapped, and the job is done.
//
// # What can be relied on
//
// A message goes out at least once after its transaction has committed, whatever ends the program: a job that was
// running when it was killed is taken up again after two minutes, by any copy of the site. At most one message that
// a server has accepted has a token that works. It may happen that a server accepts a message and the commit after
// it fails, for the database was lost at that moment, or that the answer of the server is: the message is
// sent once more with another token, and the link of the first is dead. It works as one that was replaced by a newer.
//
// A job is locked by its transaction while it is sent, so two copies of the site never send it at once.
//
// # When it fails
//
// What may pass is tried again after 5 and 30 seconds, 2, 10 and 30 minutes, 1, 2, 4, 8 and 8 hours: eleven times in
// a day. A server that refuses the recipient or the message for good (55x to RCPT or DATA) is believed at once, and so
// is an address that is none; other refusals, such as a wrong password of ours, are ours to mend, and are tried again.
// What was given up is logged, and its job kept for a week; one that is done, for an hour.
//
// # In development
//
// A Mailbox keeps the last messages in memory, as they went out or would have:
//
//	box := mail.NewMailbox()
//	post, err := mail.New(db, mail.Options{From: "Site <site@localhost>", Mailbox: box})
//	all := box.All() // the newest first
//
// The tests of your site read it too.
package mail
