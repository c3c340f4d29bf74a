// Package accounts knows who the users are: their e-mails, their passwords, their groups.
//
//	people := accounts.New(pool, "The site's name")
//
//	id, err := people.SignUp(ctx, email, password)       // a new user
//	id, err := people.Authenticate(ctx, email, password) // one who comes back
//	user, err := people.User(ctx, id)
//
// Who is connected is not asked here: log the user in with session.Connect(ctx, id). The framework asks
// this package one question only, which groups a user is in:
//
//	session.Options{Groups: people.Groups}
//
// A form that cannot be taken is answered with a FieldError: it says at which field of the form the fault
// is, in words for the user. Every other error is a fault of ours.
//
//	if fault, ok := errors.AsType[accounts.FieldError](err); ok { … }
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
// # Yours to change
//
// To know more about a user, such as a name: a migration adds the column, User the field, and userColumns
// the column's name. A test prepares every statement against the real schema and tells you what you forgot.
//
// To put somebody into a group, whose name then means something to session.Allow and session.Deny:
//
//	INSERT INTO user_groups VALUES (1, 'admin');
//
// It is felt within 30 seconds, and at once when the program says so: sessions.Changed(ctx, 1).
package accounts
