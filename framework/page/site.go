package page

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"

	"github.com/a-h/templ"

	"github.com/ocsigo/start/framework/session"
)

// Config says how a site's pages look and where the site is. URL is required.
type Config struct {
	// URL is the site's public address, without a path or a default port: https://example.com. Requests to
	// other hosts are redirected to it; forms from other origins are refused.
	URL *url.URL

	// Proxies are those before this server that are trusted to say, in X-Forwarded-Proto and X-Forwarded-For, how and
	// from where they were asked: IPv4 and IPv6, as they are. A proxy that ends TLS must be among them, or its
	// requests count as plain HTTP and are refused where URL is https. Of its X-Forwarded-Proto, "https", "wss" or
	// nothing is https, and anything else plain HTTP. It must pass on the header Host as well, or visitors are
	// redirected for ever. Default none.
	Proxies []netip.Prefix

	// Name stands behind each page's title.
	Name string

	// Language of the pages, as in <html lang>. Default "en".
	Language string

	// Head has the elements of <head> that every page needs: stylesheets and scripts.
	Head templ.Component

	// Layout puts a page's body into what all pages share: header, user box, footer. Default: the body alone.
	Layout func(r *http.Request, visitor session.Visitor, body templ.Component) (templ.Component, error)

	// ErrorPage makes the page of a failure. Default: its status in words.
	ErrorPage func(r *http.Request, failure Failure) Content

	// LogIn is the path to which nobody is sent who asks for a page of connected users. Default "/login".
	LogIn string

	// ProveAgain is the path to which a user is sent who asks for what wants him to have proved lately who he is
	// (session.SignedInWithin): a page that asks for his password again, calls session.Reauthenticated, and leads him
	// back to the parameter next. Default none: he gets 403.
	ProveAgain string

	// ProvePage asks a user for his password who has posted such a thing, on a page that carries what he has posted and
	// posts it once more; see Held. Its status is 403, and 422 once a password was wrong. Default none: he gets the error
	// page for 403, and what he has posted is lost.
	ProvePage func(r *http.Request, me session.UserID, form *Held) (Content, error)

	// Prove checks the password that he types there. NotProved says that it is wrong, and the page is shown again; any
	// other error is the request's. If there is none, the session is Reauthenticated and the request goes on. Whoever
	// posts a password with a form is asked so: limit how often. Set it with ProvePage.
	Prove func(r *http.Request, me session.UserID, password string) error

	// OnlyBrowsers refuses forms that do not say where they come from, in Sec-Fetch-Site or Origin. All browsers
	// say it. Default: other programs, which carry nobody's cookies unknowingly, may send forms too.
	OnlyBrowsers bool

	// Socket is the path of the tabs' websocket. Default "/process".
	Socket string

	Log *slog.Logger // default slog.Default()
}

// Site is what all pages of a site share.
type Site struct {
	sessions *session.Manager
	config   Config
	unknown  warnings // of proxies that are not trusted
	misled   warnings // of trusted ones that ask for another host
}

// New returns a site over its visitors.
func New(sessions *session.Manager, config Config) *Site {
	if config.Language == "" {
		config.Language = "en"
	}
	if config.Layout == nil {
		config.Layout = func(_ *http.Request, _ session.Visitor, body templ.Component) (templ.Component, error) {
			return body, nil
		}
	}
	if config.ErrorPage == nil {
		config.ErrorPage = plainErrorPage
	}
	if config.LogIn == "" {
		config.LogIn = "/login"
	}
	if config.Socket == "" {
		config.Socket = "/process"
	}
	if config.Log == nil {
		config.Log = slog.Default()
	}
	return &Site{sessions: sessions, config: config}
}

func plainErrorPage(_ *http.Request, f Failure) Content {
	text := http.StatusText(f.Status)
	return Content{Title: text, Body: templ.Raw(templ.EscapeString(text))}
}

func (s *Site) title(c Content) string {
	if c.Title == "" || s.config.Name == "" {
		return c.Title + s.config.Name
	}
	return c.Title + " · " + s.config.Name
}

type siteKey struct{}

func siteOf(ctx context.Context) *Site {
	s, _ := ctx.Value(siteKey{}).(*Site)
	return s
}
