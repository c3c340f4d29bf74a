package web

import (
	"embed"
	"io/fs"
	"log/slog"
	"net/netip"
	"net/url"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ocsigo/start/accounts"
	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/rpc"
	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/mail"
	"github.com/ocsigo/start/templates"
)

// App is what the site's handlers may use. Add what yours need.
type App struct {
	DB          *pgxpool.Pool // for what a feature keeps; its tables are in migrations
	Accounts    *accounts.Accounts
	Sessions    *session.Manager
	Tabs        *process.Hub
	Post        *mail.Post     // for the letters of a feature: see "Links in letters" in doc.go
	Mailbox     *mail.Mailbox  // what the site has sent, for its developer; nil in production
	URL         *url.URL       // the site's public address
	Proxies     []netip.Prefix // before this server, that are trusted: see page.Config
	Development bool

	// SignUpClosed lets people make accounts by invitation alone: who wants one gets on the waiting list.
	SignUpClosed bool

	Log *slog.Logger // default slog.Default()

	api    *rpc.API             // the site's server functions
	told   *process.Event[Told] // what is said in open tabs
	assets *page.Assets         // what browsers load from static

	pages []templates.Link     // in the header, for everybody to find; features add theirs
	links map[string]linkPages // by the purpose of the link: see OnLink
	keeps map[string]keeper    // what a feature keeps about a user; features add theirs, under their names
}

//go:embed static
var static embed.FS

// New makes the app of its parts. Each of them is used once: hooks and server functions are added to them.
func New(parts App) (*App, error) {
	a := &parts
	if a.Log == nil {
		a.Log = slog.Default()
	}
	files, err := fs.Sub(static, "static")
	if err != nil {
		return nil, err
	}
	if a.assets, err = page.NewAssets("/static/", files); err != nil {
		return nil, err
	}
	a.api = rpc.New(a.Tabs)
	a.links = a.ownLinks()
	a.told = process.NewEvent[Told](a.Tabs, "messages.told")
	a.keeps = map[string]keeper{}
	return a, nil
}

// API has the server functions, once Handler was called: what generates their TypeScript asks it.
func (a *App) API() *rpc.API { return a.api }
