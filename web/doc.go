// Package web is what the site does: a file per feature, and every route on one screen (routes.go).
//
// # To add a feature
//
// Write a file of this folder. Its functions get the request and the visitor, and return a page.Content; what
// it looks like stands in a file of templates. Then add a line to routes.go:
//
//	r.Get("/notes", page.Connected(a.notes))
//
// The options of page.Connected and page.Opt say who may see a page, and what the others see instead:
//
//	session.Allow("editors")               // a group; accounts/doc.go says how somebody becomes a member
//	session.SignedInWithin(Recently)       // who has logged in lately, or is asked for his password now: see below
//	page.Predicate(a.ownsNote)             // whatever else there is to ask, such as whose the note is
//	page.Fallback(a.noNote)                // a page of its own for all who do not see this one
//
// What handlers may use is in App: the accounts, the tabs, and the database, which is pgx's:
//
//	found, _ := a.DB.Query(r.Context(), `SELECT id, text FROM notes WHERE owner = $1`, me)
//	notes, err := pgx.CollectRows(found, pgx.RowToStructByName[Note])
//
// What is one value for each user or browser needs no table: a StoredRef keeps it in the database. What may go with
// the program, or is one for each tab, is a Ref (NewRef):
//
//	var theme = session.NewStoredRef("theme", session.PerUser, "light")
//	err := theme.Set(r.Context(), "dark")
//
// Who administers finds the sessions of any user, and ends them:
//
//	all, err := a.Sessions.SessionsOf(r.Context(), user)
//	err = a.Sessions.DisconnectSession(r.Context(), all[0].ID) // or all: DisconnectAll(ctx, session.OfUser(user))
//
// Messages to people are handed in with a transaction, and go out when it commits: package mail. In development they
// are read at /dev/mail (mailbox.go), by tests in App.Mailbox.
//
// A page that visitors shall find in the header is added to App.pages; one for connected users alone, or for the members
// of a group, says so there.
//
// # Forms
//
// page.ReadForm reads what was entered, the fields in templates/fields.templ show it, and what is wrong with it:
// page.Invalid answers with the form once more, and status 422. A page with a head of its own says so itself, as in
// page.Content{Title: …, Head: …, Body: …, Status: http.StatusUnprocessableEntity}. Give
// each form that people fill in an id: should the page have to be loaded again, what they have typed is offered back.
//
// # A word to the visitor
//
// What was done is said on the page that a redirect leads to, once (messages.go; page.Say for other kinds than success):
//
//	return done(r, "Your note is kept.", "/notes")
//
// It is said to who is connected then: so log in or out first. What happens while a page is open is said there, from
// anywhere in the program:
//
//	err := a.Tell(process.User(user), page.Message{Level: page.Warning, Text: "Your disk is nearly full."})
//
// templates/messages.templ shows both below the header, and client/messages.ts has them announced to screen readers.
// They stay until they are closed; what came with a page goes with it at the latest. Five are shown at once.
//
// # Server functions and events
//
// They are registered before serving, in the feature's own file:
//
//	rpc.Connected(a.api, "notes.add", a.addNote)                    // server.notes.add(…) in the browser
//	changed := process.NewEvent[Note](a.Tabs, "notes.changed")      // events.notes.changed(…)
//	err := changed.Send(process.User(me), note)                     // to every tab of a user; or process.Sharing, Everyone
//
// A function that has more than one thing to say streams them (rpc.ConnectedStream). What is wrong with single fields of
// an input goes into the Fields of an rpc.Error. Tabs that ask to hear of one thing among many listen to a topic, as below,
// and a presence knows who is there (process.NewPresence). All of these reach the tabs of this running copy of the site.
//
// A feature that has several of these is one function that adds its routes, functions, events and hooks, and is one
// line in routes.go.
//
// # The browser's side
//
// Each file of client is a script; client/server.gen.ts has the typed server functions and events. main.ts is
// loaded by all pages. A page brings a script of its own in its head:
//
//	page.Content{Title: "Notes", Head: templates.Script(a.assets.URL("js/notes.js")), Body: …}
//
// Links and forms inside the site change the page and keep the document, so such a script runs once and its page
// may come and go. What belongs to the page stands in onPage; the signal ends it when the page is left:
//
//	onPage("#notes", (list, { signal }) => {
//		events.notes.changed((note) => show(list, note), { signal })
//		server.notes.all({ signal }).then((notes) => notes.forEach((note) => show(list, note)), problem)
//	})
//
// A tab hears the events that are sent after its hello. So a page listens first, then asks once for how things
// are; what is rendered with the page can be read without JavaScript too. framework/browser/runtime.ts has the rest:
// what to write in the markup where a link shall load a document, an element outlive its page, or a form not be kept.
//
// # What changes while a page shows it
//
// A topic tells of one thing under its key, to the tabs that listen to that:
//
//	edited := process.NewTopic[NoteID, Note](a.Tabs, "notes.edited")
//
//	version := edited.Version(id)                // who reads a note: first this, and then the note
//	err := edited.Listen(ctx, in.ID, in.Version) // the function notes.listen, which asks first whether he may
//	err := edited.Notify(id, note)               // who writes a note: first that, and then this
//
//	events.notes.edited(({ key, value }) => key === id && show(value), page)
//
// The page carries the version of what it shows, and its script listens with that. When something has come since then, the
// error is stale. Then the script listens first, without a version, which is never stale, and reads after that:
//
//	async function follow(id: NoteID, version: Version, page: Page): Promise<void> {
//		try {
//			return await server.notes.listen({ id, version }, page)
//		} catch (error) {
//			if (!(error instanceof CallError && error.kind === "stale")) throw error
//		}
//		await server.notes.listen({ id, version: "" }, page)
//		show(await server.notes.read(id, page))
//	}
//
// So a page that is not stale reads nothing twice, and nothing slips through, however much comes all the time. (Who reads
// first may be stale again and again.) But a notice may tell what the page shows already, and when it was stale, come
// before what is read. All tabs hear the notices of a key in the same order; but two who write at once may Notify in
// another order than they wrote. So let what is told have a number that grows with each writing: show drops a note
// that is older than the one it shows, and puts a line into its place in a list. Or tell only that something has
// changed, and let the script read.
//
// # What nobody shall do who has only found the browser open
//
// Protect it with session.SignedInWithin(Recently), pages, forms and server functions alike:
//
//	r.Post("/keys", page.Connected(a.addKey, session.SignedInWithin(Recently)))
//	rpc.Connected(a.api, "keys.all", a.allKeys, session.SignedInWithin(Recently))
//
// That is all: a user who has logged in longer ago is asked for his password, and goes on where he was, with all that he has
// typed. In the browser a dialog asks, and then the same call or form is sent again. A call whose user says no fails as
// reauthenticate, and its form stays as it is. Without JavaScript a page asks (reauthenticate.go): before a page that he
// wants to see, and after he has sent a form; that page carries what he has typed, but for passwords, and files have to be
// chosen again. To end sessions is never protected so: who fears a thief must be fast.
//
// # Links in letters
//
// A link in a letter works once, and for a time; its page is /link (link.go). For links of its own a feature registers a
// purpose, with what such a link needs to know, and says what the page shows and what its form does:
//
//	a.joins = accounts.Register[Join](a.Accounts, "join-team", 7*24*time.Hour)
//	a.OnLink("join-team", a.askToJoin, a.join)
//
//	func (a *App) askToJoin(r *http.Request, link Followed) (page.Content, error) {
//		join, err := a.joins.Data(link.Link)
//		if err != nil {
//			return page.Content{}, err
//		}
//		return page.Body("Join a team", templates.Join(join.Team, link.Form))
//	}
//
//	func (a *App) join(r *http.Request, link Followed) (page.Content, error) {
//		err := a.joins.Use(r.Context(), link.Token, func(ctx context.Context, tx pgx.Tx, link accounts.Link, join Join) error {
//			_, err := tx.Exec(ctx, `INSERT INTO members VALUES ($1, $2)`, join.Team, link.User)
//			return err
//		})
//		if err != nil {
//			return page.Content{}, err
//		}
//		return done(r, "You are in the team.", "/teams")
//	}
//
// The form of that page posts to /link, and begins with @page.Identity() and @LinkTag(form). Whether its user is the one
// who is connected only the feature knows: Followed.OfAnother, and somebodyElse for an answer. (Where a link is of an
// address alone, each user is another.)
//
// The letter is a kind of its own. The function that writes it makes the link, and templates has its words, a document of
// HTML:
//
//	a.joinLetters = mail.Register(a.Post, "join-team", a.writeJoin)
//
//	func (a *App) writeJoin(ctx context.Context, tx pgx.Tx, in Asked) (mail.Message, error) {
//		user, err := a.Accounts.User(ctx, in.User)
//		if err != nil {
//			return mail.Message{}, err
//		}
//		url, err := a.joins.Make(ctx, tx, accounts.Owner{User: in.User}, Join{in.Team})
//		return mail.Message{To: user.Email, Subject: "Join a team", HTML: templates.JoinLetter(url)}, err
//	}
//
//	err := a.joinLetters.Send(ctx, tx, Asked{User: user, Team: team}) // goes out when tx commits
//
// How many such letters somebody may have sent is for the feature to limit.
//
// # The settings
//
// Each section is a template of templates/settings.templ. Its buttons say in the field "do" what they do, and changes in
// settings.go has a function for each. That leads back to the section with a word, or says what is wrong, and the section
// shows it. For one that is sensitive it is enough to say recent:
//
//	"public-key": {change: changePublicKey, recent: true},
//
// So it is done wherever a part of a function wants its user to have proved lately who he is: the function asks recently,
// and returns session.ErrNotRecent before it has done anything.
//
// A feature that keeps something about users in a table says it to those who download their data (download.go); what stored
// references remember is there anyway:
//
//	a.keeps["notes"] = func(ctx context.Context, me session.UserID) (any, error) { … }
//
// What it keeps goes with the account when its table says REFERENCES users ON DELETE CASCADE, and when a stored reference
// of session.PerUser keeps it.
//
// # Tests
//
// newSite in main_test.go starts the whole site over a database of its own. site.user makes an account, and
// letters.signUp makes one as people do, by the letter in the mailbox. site.open opens a page in a real browser (package
// browsertest), site.logIn logs in there, and barrierFree looks for what keeps people out; site.visitor is a client
// without a browser (package processtest). A script that fills in a page says so in its markup, as data-filled, so that a
// test can wait for it.
package web
