package authcheck

import (
	"regexp"
	"runtime"
	"testing"
	"time"
)

// mutants say which check catches which fault, and what it sees.
var mutants = []struct {
	name, caught, saw string
	make              func() fault
}{
	// Links.
	{"a link is used up by looking", "link-get-does-nothing", `sees /link`, usedByGet},
	{"the page of a link sends itself", "link-get-does-nothing", `script that sends forms`, sendsItself},
	{"a link that is not whole is told apart", "link-bad-ones-alike", `answered differently`, toldApart},
	{"the page of a link may be kept", "link-leaves-the-address", `Cache-Control ""`, dropHeader("Cache-Control")},
	{"the address of a link is told to others", "link-leaves-the-address", `Referrer-Policy ""`, dropHeader("Referrer-Policy")},
	{"scripts read the token of a link", "link-leaves-the-address", `dev-`, cookiesWithout("; HttpOnly")},
	{"letters lead to X-Forwarded-Host", "link-host", `speaks of evil`, poisoned},
	{"a letter has a code instead", "link-no-codes", `holds "123456"`, letterSays("Follow this link", "Type 123456")},
	{"the link makes no account", "link-post-logs-in", `does not lead to a page|do not show`, does("/link", "", "/")},
	{"a link does what it says for all who post it at once", "password-reset-at-once", `have set a password`, doneForAll},
	{"a link leads anywhere", "link-return-elsewhere", `next="//evil.example"`, leadsAnywhere},
	{"a link for an address is lost by who logs in first", "address-link-whose", `not back to the link|to log in, for nobody`, forgetsLink},

	{"a link works again", "link-works-once", `a second post`, worksAgain},
	{"and for several", "link-works-once-at-once", `who used it at once are logged in`, worksAgain},
	{"a link to log in works again", "link-log-in", `it logs in twice`, worksAgain},
	{"and so for several", "link-log-in-at-once", `who used it at once are logged in`, worksAgain},
	{"an older link to log in works", "link-log-in-newer", `the older link logs in`, worksAgain},
	{"a link for a new password says twice that it is set", "password-reset-once", `the second time`, worksAgain},
	{"and after an address was removed", "password-reset-of-removed", `See Other`, worksAgain},
	{"tokens begin alike", "link-cannot-be-guessed", `share eight characters`, prefixed},

	// Sign-up.
	{"who signs up does not find where to log in", "signup-page", `has no link to /login`, replacedAll(`href="/login"`, `href="/"`)},
	{"who claims an address keeps it from its owner", "address-claim-blocks-nobody", `letter 2 to`, claimBlocks},
	{"sign-up says who has an account", "signup-tells-nobody", `answers differ`, saysTaken},
	{"sign-up leads elsewhere who has an account", "signup-tells-nobody", `answers differ`, leadsTaken},
	{"sign-up does not say that a letter comes", "signup-sends-one-link", `says nothing of a letter`, page200("/sent", "<main>Done.</main>")},
	{"what is no address is taken", "signup-bad-address", `See Other`, takesAll},
	{"users are asked to sign up", "signup-connected", `and not to /`, asNobody("/signup")},
	{"forms of other sites are taken", "signup-foreign-form", `is taken`, originIgnored},
	{"other sites change the settings", "settings-foreign-form", `letters to|has changed`, originIgnored},
	{"programs get letters too", "signup-trap", `1 letters`, replacedAt("/signup", `name="website"`, `name="site"`)},
	{"addresses with spaces are others", "signup-address-spelling", `did not come`, spacesCount},

	// Log-in.
	{"the password is shown again", "login-failures-alike", `password is shown`, echoed},
	{"who has an account is told by a header", "letter-forgot-tells-nobody", `X-Known`, knownHeader("/forgot")},
	{"and where links to log in are sent", "letter-log-in-tells-nobody", `X-Known`, knownHeader("/login")},
	{"nobody finds the page for a new password", "login-page", `no link to /forgot`, replaced(`href="/forgot"`, `href="/"`)},
	{"log-in leads anywhere", "login-return-elsewhere", `next=`, leadsAnywhere},
	{"who proves who he is is led anywhere", "reauthenticate-return", `next=`, leadsAnywhere},
	{"other sites log in", "login-of-another-site", `another site`, originIgnored},
	{"a log-in forgets where to", "login-return", `who asked for`, leadsHome},
	{"a password is shown after a log-in that failed", "login-no-hints", `password is shown`, echoed},
	{"users are asked to log in", "login-connected", `and not to /`, asNobody("/login")},
	{"there is an account for everybody", "login-default-accounts", `logs in with`, forEverybody},
	{"the site breaks when many log in", "limit-hashing", `Internal Server Error`, breaks},

	{"users do not find their settings", "login-works", `has no link to /settings`, replacedAll(`href="/settings"`, `href="/"`)},
	{"a log-in leads back to a form", "login-return-of-posts", `after the log-in`,
		does("/settings", "", "/login?next=%2Fsettings%3Fauthcheck%3D1")},

	// Passwords.
	{"a password that is refused is shown again", "password-length", `password is shown`, echoed},
	{"bad passwords break the site", "password-guessable", `the site is broken`, breaksAt("password123456")},
	{"no reason is given for a password that is refused", "password-guessable", `stands no reason`, replacedAll("password-error", "")},
	{"of a password 72 bytes count", "password-whole", `the first 72 log in`, passwordsAs(first72)},
	{"spaces of passwords are dropped", "password-as-typed", `lacks spaces`, passwordsAs(trimmed)},
	{"digits are asked for", "password-any-characters", `is refused`, digitsAskedFor},
	{"password managers are kept out", "password-fields", `autocomplete="off"`, replaced(`autocomplete="current-password"`, `autocomplete="off"`)},
	{"and from new passwords", "password-fields", `/settings has autocomplete`,
		replacedAt("/settings", `autocomplete="new-password"`, `autocomplete="off"`)},

	// Sessions.
	{"the session is the browser's from before", "session-is-new", `before the log-in|no cookie`, fixed},
	{"scripts read cookies", "session-cookie", `dev-`, cookiesWithout("; HttpOnly")},
	{"other sites send cookies", "session-cookie", `dev-`, cookiesWithout("; SameSite=Lax")},
	{"no session is kept", "login-keep", `keep=true`, cookiesWithout("; Max-Age=")},
	{"caches keep a user's pages", "session-pages-not-kept", `Cache-Control ""`, dropHeader("Cache-Control")},
	{"a picture logs out", "logout-get", `GET /logout`, logOutByGetToo},
	{"a log-out only drops the cookie", "logout", `cookies from before`, logOutHere},
	{"a log-out leaves the cookie", "logout", `keeps the cookie`, keepsCookies("/logout")},
	{"a log-out ends all sessions", "logout-only-here", `the other one: false`, logsOutEverywhere},
	{"nobody is logged out everywhere else", "session-others-end", `another browser is logged in`,
		does("/settings", "log-out-others", "/settings")},
	{"nobody is logged out everywhere", "session-all-end", `a browser is logged in`, does("/settings", "log-out-everywhere", "/")},
	{"a session cannot be ended", "session-list", `ending the other session`, does("/settings", "end-session", "/settings")},
	{"the list does not say which session is this", "session-list", `does not say which`, replacedAll("This browser", "A browser")},

	{"a log-out of nobody ends nowhere", "logout-nobody", `/logout answered`, page200("/logout", "")},
	{"the cookies of a session may be changed", "session-tampered", `whichever cookie`, anyCookies},
	{"tabs go on after a log-out", "socket-log-out", `is open`, does("/logout", "", "/")},
	{"and are answered", "socket-call-after-log-out", `the call is answered`, does("/logout", "", "/")},
	{"tabs of others go on after a new password", "socket-password", `is open`, does("/settings", "password", "/settings")},
	{"tabs of others go on", "socket-everywhere", `is open`, does("/settings", "log-out-others", "/settings")},
	{"cookies from before a new password stay good", "password-change-stolen", `the end of the cookies`,
		does("/settings", "password", "/settings")},

	// Guards.
	{"nobody sees the settings", "guard-pages", `for nobody`, unguarded},
	{"nobody changes the settings", "guard-posts", `for nobody`, page200("/settings", "Changed.")},
	{"everybody is an administrator", "guard-admin", `/admin answered OK`, openAdmin},
	{"every password proves who one is", "reauthenticate-wrong", `a wrong password`, does("/reauthenticate", "", "/")},
	{"the download holds the password's hash", "download-is-mine", `not the user's`, replaced(`{`, `{"hash": "$argon2id$v=19$",`)},
	{"the tabs' socket takes every origin", "socket-origin", `it is opened`, originIgnored},

	// Settings.
	{"an address is not removed", "address-removed", `does not`, does("/settings", "remove-address", "/settings")},
	{"the main address stays", "address-main", `the new main address did not`, does("/settings", "make-main", "/settings")},
	{"an address is not asked to be confirmed", "address-add", `a letter with a link`, does("/settings", "add-address", "/settings")},
	{"a link for an address says twice that it is added", "address-link-once", `the second time`, worksAgain},
	{"users hear who has an address", "address-refused", `X-Known`, knownHeader("/settings")},
	{"a password is not changed", "password-change", `another browser|token that it had`, does("/settings", "password", "/settings")},
	{"a changed password leaves the token", "password-change", `token that it had`, keepsCookies("/settings")},
	{"nobody is told of a new password", "password-reset", `about the password did not`, letterSays("was changed", "is fine")},
	{"a new password leads to the main page", "password-reset", `does not lead to /login`, leadsTo("/link", "/")},
	{"nobody is told that his account goes", "account-deleted", `about the deletion did not`, letterSays("will be deleted", "is fine")},

	// Letters.
	{"nobody is told of a new browser", "letter-notices", `about the new browser did not`,
		letterSays("You have logged in", "Greetings", "another browser", "here")},
	{"a letter holds the password", "letter-holds-one-token", `holds a password|holds \(`, mailsPasswords},
	{"a name is a link in a letter", "letter-names-harmless", `holds the name|leads to`, mailsNames},
	{"a line break adds a recipient", "letter-header-injection", `got "`, addsRecipient},

	// Administrators.
	{"a disabled account goes on", "admin-disable", `the end of the sessions`, does("/admin/users/", "disable", "/admin")},
	{"who is out of a group stays in it", "admin-groups", `the end of the group's effect`, does("/admin/users/", "remove-group", "/admin")},
	{"users see each other as administrators do", "admin-groups", `no administrator`, page200("/admin/users/", "A user.")},
	{"names are HTML", "admin-search-escaped", `as it is`, replacedAll("&lt;script&gt;", "<script>")},

	// Limits.
	{"a limit for an address is told", "limit-letters-to-address", `has not asked for much`, limitedAfter("/forgot", 4)},
	{"one network is as good as many", "limit-log-in-network", `wrong passwords from one network`, everElsewhere},
	{"one network may have all letters sent", "limit-sign-up-network", `from one network`, everElsewhere},
	{"X-Forwarded-For is believed", "limit-forwarded", `from one network`, believed},
	{"passwords may be tried without end", "limit-log-in-account", `after six wrong`, notLimited},
	{"nobody may log in", "limit-log-in-account", `the first wrong password`, limitedAtOnce},
	{"users are locked out", "limit-log-in-no-lockout", `is locked out of the browser`, limited("/login")},
	{"a new password does not help who is locked out", "limit-log-in-reset", `Too Many`, limited("/login")},

	// Time.
	{"no password is hashed for who has no account", "time-log-in", `once more`, notHashed},
	{"a letter takes longer for who has an account", "time-forgot", `once more`, slowForSome("/forgot")},
}

// TestMutants: each fault is caught by its check, which says what is wrong. Without a fault it finds nothing: TestSite.
func TestMutants(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the proxy tells networks by addresses of 127.0.0.0/8, and only Linux has all of them")
	}
	t.Parallel()
	p, env := newProxy(t)
	email, password := anAdministrator(t, Options{URL: p.url, Mail: p.url + "/dev/mail"}, env)
	o := Options{Samples: 24, Patience: 8 * time.Second, AdminEmail: email, AdminPassword: password}
	t.Run("all", func(t *testing.T) {
		for _, m := range mutants {
			t.Run(m.name, func(t *testing.T) {
				t.Parallel()
				site := p.site(t, o, m.name, m.make())
				r := site.Run(t.Context(), named(t, m.caught))
				if r.Outcome != Failed || !regexp.MustCompile(m.saw).MatchString(r.Saw) {
					t.Errorf("seed %d: %v, and not %q", site.Seed, r, m.saw)
				}
			})
		}
		t.Run("pages show the session's cookie", func(t *testing.T) {
			t.Parallel()
			site := p.site(t, Options{}, "shows", showsCookies())
			site.Run(t.Context(), named(t, "login-works"))
			if r := site.Run(t.Context(), named(t, "nothing-leaks")); r.Outcome != Failed {
				t.Errorf("seed %d: %v", site.Seed, r)
			}
		})
		throughProxy(t, p)
	})
}

// throughProxy: what is caught is the fault and not the proxy, by which networks are told and hosts are named.
func throughProxy(t *testing.T, p *proxy) {
	for _, name := range []string{
		"limit-log-in-network", "limit-forwarded", "limit-sign-up-network", "limit-log-in-account", "limit-log-in-no-lockout",
		"signup-foreign-form", "socket-origin",
	} {
		t.Run("without a fault: "+name, func(t *testing.T) {
			t.Parallel()
			site := p.site(t, Options{}, "", fault{})
			if r := site.Run(t.Context(), named(t, name)); r.Outcome != OK {
				t.Errorf("seed %d: %v", site.Seed, r)
			}
		})
	}
}

// named is the check of a name.
func named(t *testing.T, name string) Check {
	t.Helper()
	for _, c := range All() {
		if c.Name == name {
			return c
		}
	}
	t.Fatalf("there is no check %s", name)
	return Check{}
}
