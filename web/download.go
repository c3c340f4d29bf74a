package web

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"github.com/ocsigo/start/accounts"
	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/framework/session/pgstore"
)

// Kept is all that the site keeps about a user.
type Kept struct {
	Account    accounts.Kept        `json:"account"`
	Sessions   []KeptSession        `json:"sessions"`
	Remembered []pgstore.Remembered `json:"remembered"` // by stored references
	Features   map[string]any       `json:"features"`   // by name, what each keeps in tables of its own
}

// keeper returns what a feature keeps about a user, as JSON can say it. He sees it in the file that he downloads.
type keeper func(ctx context.Context, me session.UserID) (any, error)

// KeptSession is what is kept of where a user is logged in.
type KeptSession struct {
	LoggedIn time.Time `json:"loggedIn"`
	Proved   time.Time `json:"proved"` // when he last showed that it is he
	Seen     time.Time `json:"seen"`
	Ends     time.Time `json:"ends"`
	Browser  string    `json:"browser"` // what it calls itself
	Network  string    `json:"network"`
}

// download is a file with it, for who has proved lately who he is. The others are led back to the settings then, and not
// here: a file leaves the page that was before it as it is, so that would go on asking for the password.
func (a *App) download(r *http.Request, me session.UserID) (page.Content, error) {
	if !recently(r.Context()) {
		return page.Redirect("/reauthenticate?next=" + url.QueryEscape("/settings#download"))
	}
	kept, err := a.keptAbout(r.Context(), me)
	if err != nil {
		return page.Content{}, err
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false) // people read it, and no page has it
	if err := encoder.Encode(kept); err != nil {
		return page.Content{}, err
	}
	return page.File("my-data.json", "application/json", text.Bytes())
}

func (a *App) keptAbout(ctx context.Context, me session.UserID) (kept Kept, err error) {
	if kept.Account, err = a.Accounts.Download(ctx, me); err != nil {
		return Kept{}, err
	}
	sessions, err := session.Sessions(ctx)
	if err != nil {
		return Kept{}, err
	}
	for _, s := range sessions {
		kept.Sessions = append(kept.Sessions, KeptSession{s.Created, s.SignedIn, s.Seen, s.Ends, s.Agent, s.Network})
	}
	if kept.Remembered, err = pgstore.RememberedOf(ctx, a.DB, me); err != nil {
		return Kept{}, err
	}
	kept.Features = map[string]any{}
	for feature, keep := range a.keeps {
		if kept.Features[feature], err = keep(ctx, me); err != nil {
			return Kept{}, err
		}
	}
	return kept, nil
}
