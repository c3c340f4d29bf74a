// Package authcheck tries what strangers try on a site with accounts: it knows the site by its address and its mailbox,
// and by nothing else. It ships with the site, so that who edits the log-in page finds out.
//
//	site, err := authcheck.New(authcheck.Options{URL: "http://localhost:8080", Mail: "http://localhost:8080/dev/mail"})
//	for _, check := range authcheck.All() {
//		result := site.Run(ctx, check) // OK, Failed with what was seen, or Skipped with why
//	}
//
// The command does it with any site that you may test:
//
//	go run ./cmd/authcheck -url http://localhost:8080 -mail http://localhost:8080/dev/mail
//
// # A check
//
// A check is a function over a Site: it makes browsers (Browser: a cookie jar that runs no scripts and follows redirects
// when it is told to), fills in forms and reads letters. Forms are found by what they ask for, fields by their
// autocomplete, type and name, and what is hidden is sent back as it was: nothing of a form's hidden names is known here.
// The first thing that is not as it must be ends the check with what was seen, without passwords, tokens and cookies.
// An answer of 500 fails every check: that something breaks is no refusal. What must be refused is also tried as it must
// work, for a site that refuses everything is not in order either. Everybody in a check is new: addresses are
// check-SEED-NUMBER@authcheck.example, and passwords are made of the seed as well.
//
// Each check has a name, which stays, and numbers: A1 to A100 are a list of what users of accounts may rely on, S001 and
// on one of security. docs/authcheck.md has all of them, and those that cannot be seen from outside with the tests that
// see them: whatever needs a clock, the database or two nodes.
//
// # Limits
//
// A site that is any good stops somebody who does all this from one network. On Linux a site on this machine is asked
// from many addresses of 127.0.0.0/8, each check from its own, and each is a network to the site: then 429 is wrong where
// nothing was tried too often. Elsewhere there is one network only: what the site refuses with 429 is then skipped, and
// the report says so. Run it in parts (-run), some time
// apart; or let the site trust this machine as a proxy and say so (Forwarded), which leaves out the checks that proxies
// cannot lie.
//
// # Timing
//
// Whether two answers take the same time is a question of many samples, taken in turn and compared by their ranks (the tests
// of Mann–Whitney, and of Wilcoxon for pairs): a difference must show in two rounds to fail. No time is fixed, so a slow
// machine proves nothing. With one network the limits leave too few samples, and such a check is skipped.
//
// # What it leaves behind
//
// Accounts at addresses of authcheck.example, which nobody can own; the site's letters to them; and full counters. With
// Options.Leave the accounts ask to be deleted where they are logged in when their check is over, and the report says how
// many have. Do not run it where real letters to such addresses would harm you.
package authcheck
