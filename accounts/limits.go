package accounts

import "time"

// How long the links in letters work, from when the letter was written.
const (
	signUpLife      = 7 * 24 * time.Hour
	invitationLife  = 7 * 24 * time.Hour
	newAddressLife  = 24 * time.Hour
	newPasswordLife = 30 * time.Minute
	logInLife       = 15 * time.Minute
)

// How often people may try. What is counted stands in the database, so each limit holds on all nodes together and
// across restarts. It is counted from the first try on, and anew when the time is over.
var (
	// Letters that somebody asks for. Notices, that we send on our own account, are not counted.
	lettersTo   = limit{5, time.Hour}    // one address: whose it is should not be annoyed
	lettersFrom = limit{20, time.Hour}   // one network, or one user who adds addresses
	lettersAll  = limit{1000, time.Hour} // all: nobody uses the site to send mail to the world

	// Letters that tell a user of log-ins in new browsers: more would bury those that tell him of what is done there.
	browserNotices = limit{5, time.Hour}

	// Wrong passwords for one account by browsers that it does not know, or for an address without account; and by each
	// browser that it knows.
	wrongPasswords = limit{5, 5 * time.Minute}

	// Of these for an account, without a right one in between: then only a mailed link helps. (A year, for a row must end
	// some day.)
	wrongInARow = limit{100, 365 * 24 * time.Hour}

	// Wrong passwords from one network, in browsers that the account does not know. It is looked at before a password is
	// hashed and counted after it was wrong: a whole school may log in at once. So those who try at the same moment can be a
	// few more than that.
	wrongFrom = limit{10, time.Minute}
)

// What a user may have, and how long what is over is kept.
const (
	addressesMost = 10                   // of one user
	nameMost      = 100                  // characters; the table has the same
	leaveTime     = 7 * 24 * time.Hour   // from when a user wants to leave until the account is deleted
	browserTime   = 400 * 24 * time.Hour // after a log-in the browser is known; its cookie lives no longer
	browsersMost  = 100                  // that are known of one user: those of his last log-ins
	sweepTime     = 10 * time.Minute     // between two sweeps
	sweepMost     = 100                  // accounts deleted in one transaction
)
