package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/jackc/pgx/v5"

	"github.com/ocsigo/start/accounts"
	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/web"
)

// join is what a link to join a team knows.
type join struct{ Team string }

// teams is a feature with links of its own.
type teams struct {
	joins  *accounts.Purpose[join]
	joined []string
}

// add adds the feature to a site.
func (f *teams) add(app *web.App) {
	f.joins = accounts.Register[join](app.Accounts, "join-team", time.Hour)
	app.OnLink("join-team",
		func(_ *http.Request, link web.Followed) (page.Content, error) {
			data, err := f.joins.Data(link.Link)
			if err != nil {
				return page.Content{}, err
			}
			return page.Body("Join a team", templ.Raw("<h1>Join the "+templ.EscapeString(data.Team)+"?</h1>"))
		},
		func(r *http.Request, link web.Followed) (page.Content, error) {
			err := f.joins.Use(r.Context(), link.Token, func(_ context.Context, _ pgx.Tx, link accounts.Link, data join) error {
				f.joined = append(f.joined, link.Address+" "+data.Team)
				return nil
			})
			if err != nil {
				return page.Content{}, err
			}
			return page.Redirect("/?team=" + url.QueryEscape(link.Form.Value("as")))
		})
}

// TestOwnLinks: a feature shows and uses links of its own, once each.
func TestOwnLinks(t *testing.T) {
	var f teams
	s := newSiteAs(t, setup{parts: f.add})
	link := linkTo(s, f.joins, accounts.Owner{Address: "ada@example.com"}, join{"Otters"})
	b := s.visitor()
	if p := follow(t, b, link); p.Status != http.StatusOK || !strings.Contains(p.Body, "Join the Otters?") || p.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%d %s", p.Status, p.Body)
	}
	form := url.Values{"_identity": {b.Get("/").IdentityTag()}, "as": {"goalkeeper"}}
	if p := b.Post("/link", form); p.Status != http.StatusSeeOther || p.Header.Get("Location") != "/?team=goalkeeper" || cookie(p, "dev-link") == nil {
		t.Errorf("%d %q", p.Status, p.Header.Get("Location"))
	}
	follow(t, b, link)
	if p := b.Post("/link", form); p.Status != http.StatusNotFound {
		t.Errorf("again: %d", p.Status)
	}
	if len(f.joined) != 1 || f.joined[0] != "ada@example.com Otters" {
		t.Errorf("joined: %q", f.joined)
	}
}

// TestOneFeatureForAPurpose: two would not know of each other.
func TestOneFeatureForAPurpose(t *testing.T) {
	newSiteAs(t, setup{parts: func(app *web.App) {
		defer func() {
			if recover() == nil {
				t.Error("the links to sign up have other pages now")
			}
		}()
		app.OnLink(accounts.ForSignUp, nil, nil)
	}})
}

// TestLinkOfAFeatureThatIsGone does not work.
func TestLinkOfAFeatureThatIsGone(t *testing.T) {
	s := newSite(t)
	joins := accounts.Register[join](accountsOf(t, s.db), "join-team", time.Hour)
	link := linkTo(s, joins, accounts.Owner{Address: "ada@example.com"}, join{"Otters"})
	link = link[strings.Index(link, "/link/"):]
	if p := follow(t, s.visitor(), link); p.Status != http.StatusNotFound {
		t.Errorf("%d %s", p.Status, p.Body)
	}
}
