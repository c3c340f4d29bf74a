package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"

	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/rpc"
	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/templates"
)

// The demo "Chat": rooms in which users talk and everybody listens. What is said is a topic, with a room for its key, and
// who is in a room is a presence.

// chat adds all of the demo: its pages, its server functions, its topic and its presence.
func (a *App) chat(r chi.Router) {
	c := &chat{
		App:  a,
		said: process.NewTopic(a.Tabs, "chat.said", process.Prepare(asHeardBy)),
		here: process.NewPresence[Room](a.Tabs, "chat.here", process.Grace(10*time.Second)),
	}
	a.pages = append(a.pages, templates.Link{Path: "/chat", Label: "Chat"})
	a.keeps["chat"] = c.keptAbout
	r.Get("/chat", page.Opt(func(*http.Request, session.Visitor) (page.Content, error) {
		return page.Redirect(Room("").Values()[0].link().Path)
	}))
	r.Get("/chat/{room}", page.Opt(c.show))
	r.Post("/chat/{room}", page.Connected(c.post))
	// Lets the tab be in a room, and hear what is said there, until it shows another page. stale: read the room, and try again.
	rpc.Handle(a.api, "chat.enter", c.enter)
	// Reads what was said in a room last.
	rpc.Opt(a.api, "chat.read", c.read)
	// Says something in a room. Who is there hears it, and so does the tab that says it. bad_text: it cannot be said;
	// too_soon: not yet, for the user has said much in a short time.
	rpc.Connected(a.api, "chat.say", c.say, rpc.Serial()) // what one tab says comes in the order in which it said it
}

type chat struct {
	*App
	said *process.Topic[Room, templates.Message]
	here *process.Presence[Room]
}

// Room is a room by its name in the URL.
type Room string

// Values are all the rooms there are.
func (Room) Values() []Room { return []Room{"kitchen", "garden", "library"} }

func (room Room) link() templates.Link {
	return templates.Link{Path: "/chat/" + string(room), Label: strings.ToUpper(string(room[:1])) + string(room[1:])}
}

// asHeardBy makes of a message what one recipient hears: his own are marked as his.
func asHeardBy(_ context.Context, to session.Visitor, _ Room, m templates.Message) (templates.Message, bool) {
	me, connected := to.User()
	m.Mine = connected && m.Author == me
	return m, true
}

// Enter says which room a tab enters, and the version of what its page shows of it.
type Enter struct {
	Room    Room            `json:"room"`
	Version process.Version `json:"version"`
}

func (c *chat) enter(ctx context.Context, in Enter) (struct{}, error) {
	if err := c.here.Enter(ctx, in.Room); err != nil {
		return struct{}{}, err
	}
	return struct{}{}, c.said.Listen(ctx, in.Room, in.Version)
}

// Shown is what a page shows of a room, and of when that is.
type Shown struct {
	Version  process.Version     `json:"version"`
	Messages []templates.Message `json:"messages"` // the latest 50, all that are kept, the oldest first
}

// read is what a page shows of a room, and what one reads that is stale.
func (c *chat) read(ctx context.Context, visitor session.Visitor, room Room) (Shown, error) {
	me, _ := visitor.User()
	version := c.said.Version(room) // before reading: what comes in between makes it stale
	found, _ := c.DB.Query(ctx, lastMessages, room, me, keptAtMost)
	messages, err := pgx.CollectRows(found, pgx.RowToStructByName[templates.Message])
	slices.Reverse(messages)
	return Shown{version, messages}, err
}

// keptMessage is one of a user, in the file with all that is kept about him.
type keptMessage struct {
	Room Room      `json:"room"`
	Text string    `json:"text"`
	Said time.Time `json:"said"`
}

// keptAbout returns all messages of a user.
func (c *chat) keptAbout(ctx context.Context, me session.UserID) (any, error) {
	found, _ := c.DB.Query(ctx, messagesOf, me)
	return pgx.CollectRows(found, pgx.RowToStructByPos[keptMessage])
}

// keptAtMost is how many messages a room keeps: what no page shows is deleted.
const keptAtMost = 50

// The statements. Nobody is user 0, whom no message is from. The new message is not among those that the deletion sees.
const (
	lastMessages = `SELECT id, author, text, said, author = $2 AS mine FROM chat_messages
		WHERE room = $1 ORDER BY id DESC LIMIT $3`
	messagesOf    = `SELECT room, text, said FROM chat_messages WHERE author = $1 ORDER BY id`
	insertMessage = `WITH deleted AS (
			DELETE FROM chat_messages WHERE room = $1 AND id <=
				(SELECT id FROM chat_messages WHERE room = $1 ORDER BY id DESC OFFSET $4 - 1 LIMIT 1)
		)
		INSERT INTO chat_messages (room, author, text) VALUES ($1, $2, $3)
		RETURNING id, author, text, said, true AS mine`
)

// Say is a text that somebody says in a room.
type Say struct {
	Room Room   `json:"room"`
	Text string `json:"text"`
}

func (c *chat) say(ctx context.Context, me session.UserID, in Say) (struct{}, error) {
	text := strings.TrimSpace(in.Text)
	if wrong := wrongText(text); wrong != "" {
		return struct{}{}, &rpc.Error{Kind: "bad_text", Message: wrong, Fields: map[string]string{"text": wrong}}
	}
	if !maySay(ctx, time.Now()) {
		return struct{}{}, errTooSoon
	}
	found, _ := c.DB.Query(ctx, insertMessage, in.Room, me, text, keptAtMost)
	message, err := pgx.CollectExactlyOneRow(found, pgx.RowToStructByName[templates.Message])
	if err != nil {
		return struct{}{}, err
	}
	if err := c.said.Notify(in.Room, message); err != nil { // it is said all the same
		c.Log.WarnContext(ctx, "message not told", "room", in.Room, "error", err)
	}
	return struct{}{}, nil
}

// wrongText says what keeps a text from being said; "" when nothing does.
func wrongText(text string) string {
	switch {
	case text == "":
		return "Say something."
	case utf8.RuneCountInString(text) > templates.TextAtMost:
		return fmt.Sprintf("This is longer than %d characters.", templates.TextAtMost)
	case !utf8.ValidString(text), strings.ContainsFunc(text, unseen):
		return "Say it in one line of plain text."
	}
	return ""
}

// unseen are characters that nobody sees, but for those that join others: some the database would refuse, others turn
// around what stands behind them.
func unseen(r rune) bool {
	const joiner, nonJoiner = '\u200d', '\u200c'
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) && r != joiner && r != nonJoiner
}

// show shows a room.
func (c *chat) show(r *http.Request, visitor session.Visitor) (page.Content, error) {
	return c.page(r, visitor, new(page.Form))
}

// post says something for a browser without JavaScript.
func (c *chat) post(r *http.Request, me session.UserID) (page.Content, error) {
	room, form := Room(chi.URLParam(r, "room")), page.ReadForm(r)
	if !slices.Contains(room.Values(), room) {
		return page.Content{}, page.ErrNotFound
	}
	_, err := c.say(r.Context(), me, Say{room, form.Value("text")})
	var refused *rpc.Error
	switch {
	case errors.As(err, &refused):
		form.Wrong("text", refused.Message)
		return c.page(r, session.Current(r.Context()), form)
	case err != nil:
		return page.Content{}, err
	}
	return page.Redirect(room.link().Path + "#say")
}

// page is a room with what was said last, and with what is wrong with the form that was sent, if something is.
func (c *chat) page(r *http.Request, visitor session.Visitor, form *page.Form) (page.Content, error) {
	room := Room(chi.URLParam(r, "room"))
	if !slices.Contains(room.Values(), room) {
		return page.Content{}, page.ErrNotFound
	}
	shown, err := c.read(r.Context(), visitor, room)
	if err != nil {
		return page.Content{}, err
	}
	me, _ := visitor.User()
	view := templates.ChatRoom{
		Name: string(room), Link: room.link(), Version: string(shown.Version), Messages: shown.Messages, Me: me,
	}
	for _, other := range room.Values() {
		view.Rooms = append(view.Rooms, other.link())
	}
	content := page.Content{
		Title: view.Link.Label,
		Head:  templates.Script(c.assets.URL("js/chat.js")),
		Body:  templates.Chat(view, form),
	}
	if !form.OK() {
		content.Status = http.StatusUnprocessableEntity
	}
	return content, nil
}
