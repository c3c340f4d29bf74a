// Package accounts knows who the users are: their addresses, their passwords, their groups.
//
//	people := accounts.New(pool, post, accounts.Options{Site: "Example", URL: public}) // before post.Start
//	go people.Run(ctx)                                                                 // and wait for it at the end
//
// Who is connected is not asked here: log a user in with session.Connect(ctx, id). The framework asks this package one
// question only, which groups a user is in:
//
//	session.Options{Groups: people.Groups}
//
// A form that cannot be taken is answered with a FieldError: it says at which field of the form the fault is, in words for
// the user. TooManyTries says when it may be tried again, ErrBusy that it may soon. Every other error that its function does
// not name is a fault of ours.
//
//	if fault, ok := errors.AsType[accounts.FieldError](err); ok { … }
//
// # An account begins with a letter
//
// An address belongs to who has shown that he reads what comes there, and to nobody before: who only claims it has a link
// in a letter and nothing else, which blocks nobody and is gone in seven days.
//
//	err := people.RequestSignUp(ctx, address, from)                    // a letter with a link, or "you have an account already"
//	link, err := people.Look(ctx, token)                               // what the link is for: the page asks, nothing is used up
//	id, err := people.CompleteSignUp(ctx, token, name, password, from) // the page's form
//
// from is an accounts.Client: where somebody asks, for limits. While nobody may sign up, people wait (Wait, Waiting), and are
// invited (Invite), which may put them into groups. Create makes an account without a letter, for tests and commands.
//
// # Log in
//
//	err := people.LogIn(ctx, address, password, from, connect) // each of his addresses will do
//	err := people.RequestLogIn(ctx, address, from)             // or a letter,
//	err := people.LogInByLink(ctx, token, from, connect)       // with a link
//
// connect calls session.Connect. Authenticate asks for the password and connects nobody.
//
// ErrWrongPassword is said in the same words and in the same time whatever was wrong. Wrong passwords are limited for each
// account, or address that has none, and for each network; limits.go has the numbers of everything. The tries are counted in
// the database before a password is looked at. A browser in which the user has logged in before has tries of its own: a
// stranger who guesses locks nobody out. After a hundred wrong ones in a row only a link helps in other browsers: every
// password is wrong there, and the user is told by mail.
//
// # Passwords
//
// CheckPassword says which are taken: 12 characters to 1,024 bytes, of any kind, that a guesser would not try first.
// guess.go says what that is, guessed.txt has the words. Passwords are compared in Unicode's form NFC, and kept as
// argon2id hashes (hasher.go). Hashes of bcrypt, such as those of an Ocsigen Start database, are good as well, and so are
// those of a lower cost: each is replaced when its user logs in.
//
// Hashing takes 19 MiB for each of the runtime's processors (GOMAXPROCS), and up to thrice that until the garbage is
// collected. 256 log-ins wait, each for 5 seconds at most; the others hear ErrBusy, which a page answers with
// page.ErrUnavailable.
//
// # Settings
//
//	people.ChangePassword(ctx, me, old, new, recent, from) // his other sessions end
//	people.RequestNewPassword(ctx, address, from)          // who has forgotten it gets a letter,
//	people.SetNewPassword(ctx, token, password)            // whose link sets another: all his sessions end
//	people.RequestAddress(ctx, me, address)                // a letter to the new address, with a link for
//	people.ConfirmAddress(ctx, token, me)                  // then MakeMain, RemoveAddress
//	people.Leave(ctx, me)                                  // deleted in seven days, unless he logs in: all his sessions end
//	people.Download(ctx, me)                               // all that is kept here
//
// The sessions end in the transaction of what ends them, with session.Together. What should be certain of who sits there asks
// session.SignedInWithin, and lets him show it with Reauthenticate, or with a link to log in.
//
// When an account is deleted, so is in the same transaction what package session keeps of its user: pgstore.ForgetUsers.
//
// # Administrators
//
// Search, Detail, Disable, Enable, AddGroup and RemoveGroup are for them; who may call them, the page says:
// session.Allow("admin"). What changes something is told By whom, and asks once more, in its transaction, whether he may.
// Grant makes the first one. What they change is felt within 30 seconds, and at once when the program says so:
// sessions.Changed(ctx, id).
//
// What they do, who logs in, and what users change stands in the log: log.go.
//
// # Links
//
// A link is https://example.com/link/ and a token of 256 random bits, which stands in the letter and nowhere else; the
// database has its SHA-256. It has a purpose and a life, is used once, even if fifty forms are sent at the same moment, and
// is used up in the transaction of what it does. A newer one for the same replaces it. It is void when the user's password,
// one of his addresses, or whether he is disabled has changed (users.state). What does not work says ErrBadLink, whatever
// the reason. Looking at a link does nothing: mail programs follow links too.
//
// Make your own in the function that writes a letter:
//
//	joins := accounts.Register[Join](people, "join-team", 7*24*time.Hour)
//	url, err := joins.Make(ctx, tx, accounts.Owner{Address: to}, Join{Team: team})
//	err := joins.Use(ctx, token, func(ctx context.Context, tx pgx.Tx, link accounts.Link, in Join) error { … })
//
// # Letters
//
// All letters are jobs of the room mail; their words are in letters.templ. Which one is written, and whether there is one, is
// found out when it goes out: asking does the same for each address, so nobody learns who has an account. They go to the
// address as its user has confirmed it, not as somebody has typed it now.
//
// A user is told by a notice, at his main address, what might have been somebody else: a log-in in a browser that is new to
// him, another password, another address, that his account is deleted, stays or is disabled.
//
// # Yours to change
//
// To know more about a user: a migration adds the column, User the field, and userColumns the column's name; Kept too,
// for what is his to download. A test prepares every statement against the real schema and tells you what you forgot. For
// another kind of letter: a field in letters, a function that writes it, and its words in letters.templ.
package accounts
