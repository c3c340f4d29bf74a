package web

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"strings"

	"github.com/ocsigo/start/accounts"
	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/templates"
)

// The links in letters. Each leads to /link/{token}, which moves the token from the URL into a cookie at once, so that it
// stands in no history, and in no Referer. The page /link shows what the link is for. Only its form uses the link up:
// programs that look at links before people do, and browsers that fetch ahead, use nothing up.

const (
	linkLife    = 10 * 60 // seconds for which a browser keeps the token of a link that was followed
	linkSeal    = "link"  // the seal's purpose: see templates.LinkTag
	tokenHidden = "/link/…"
)

type tokenKey struct{}

// withoutToken takes the token out of the URL of a request before anything else has seen it: what fails is logged with
// its URL. What asks another host is sent on to this one, with the token.
func (a *App) withoutToken(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, found := strings.CutPrefix(r.URL.Path, "/link/")
		if found && strings.EqualFold(r.Host, a.URL.Host) {
			r = r.Clone(context.WithValue(r.Context(), tokenKey{}, token))
			r.URL.Path, r.URL.RawPath, r.RequestURI = tokenHidden, "", tokenHidden
		}
		next.ServeHTTP(w, r)
	})
}

// mayBeToken is what a cookie can carry, and no longer than a token.
var mayBeToken = regexp.MustCompile(`^[A-Za-z0-9_-]{1,43}$`)

// follow lets the browser keep the token, and leads on.
func (a *App) follow(r *http.Request, _ session.Visitor) (page.Content, error) {
	token, _ := r.Context().Value(tokenKey{}).(string)
	if !mayBeToken.MatchString(token) {
		token = ""
	}
	content, err := page.Redirect("/link")
	content = a.keepToken(content, token)
	content.Header.Set("Referrer-Policy", "no-referrer")
	return content, err
}

// showLink shows the page of the link that was followed.
func (a *App) showLink(r *http.Request, visitor session.Visitor) (page.Content, error) {
	return a.onLink(r, visitor, new(page.Form), func(p linkPages) LinkPage { return p.show })
}

// useLink does what its form says.
func (a *App) useLink(r *http.Request, visitor session.Visitor) (page.Content, error) {
	return a.onLink(r, visitor, page.ReadForm(r), func(p linkPages) LinkPage { return p.use })
}

// onLink shows one of the pages of the link that was followed; for all links that do not work it is the same.
func (a *App) onLink(r *http.Request, visitor session.Visitor, form *page.Form, which func(linkPages) LinkPage) (page.Content, error) {
	link, err := a.followed(r, visitor, form)
	if errors.Is(err, errOtherLink) {
		page.Say(r.Context(), page.Message{Level: page.Warning, Text: "You have followed another link meanwhile: this is its page. Nothing was done."})
		content, err := page.Redirect("/link")
		return hidden(content), err
	}
	var content page.Content
	if err == nil {
		content, err = which(a.links[link.Purpose])(r, link)
	}
	switch {
	case errors.Is(err, accounts.ErrBadLink), errors.Is(err, session.ErrNoUser): // whose it is may have gone meanwhile
		return a.keepToken(badLink(), ""), nil
	case err == nil && r.Method == http.MethodPost && content.Status < http.StatusBadRequest && !a.works(r, link):
		content = a.keepToken(content, "")
	}
	return hidden(content), err
}

// errOtherLink says that a form was made for another link than the one that was followed last.
var errOtherLink = errors.New("the form is another link's")

// followed finds the link that the visitor has followed. accounts.ErrBadLink, errOtherLink.
func (a *App) followed(r *http.Request, visitor session.Visitor, form *page.Form) (Followed, error) {
	ctx := r.Context()
	cookie, err := r.Cookie(a.linkCookie())
	if err != nil {
		return Followed{}, accounts.ErrBadLink
	}
	link, err := a.Accounts.Look(ctx, cookie.Value)
	if _, known := a.links[link.Purpose]; err == nil && !known {
		err = accounts.ErrBadLink
	}
	if err != nil {
		return Followed{}, err
	}
	if tag := form.Value(templates.LinkField); tag != "" && !session.Sealed(ctx, linkSeal, cookie.Value, tag) {
		return Followed{}, errOtherLink
	}
	tag, err := session.Seal(ctx, linkSeal, cookie.Value)
	form.Set(templates.LinkField, tag)
	return Followed{Link: link, Token: cookie.Value, Visitor: visitor, Form: form}, err
}

// works reports whether a link still works.
func (a *App) works(r *http.Request, link Followed) bool {
	_, err := a.Accounts.Look(r.Context(), link.Token)
	return !errors.Is(err, accounts.ErrBadLink)
}

// badLink is the page of all links that do not work, whatever the reason: it tells nobody more about one.
func badLink() page.Content {
	return page.Content{Title: templates.BadLinkTitle, Body: templates.BadLink(), Status: http.StatusNotFound}
}

// somebodyElse refuses a link that is not for the user who is connected here. It still works.
func (a *App) somebodyElse(r *http.Request, link Followed) (page.Content, error) {
	me, err := a.user(r, link.Visitor)
	if err != nil {
		return page.Content{}, err
	}
	return page.Content{Title: templates.SomebodyElseTitle, Body: templates.SomebodyElse(me.Email), Status: http.StatusForbidden}, nil
}

// keepToken lets the browser keep a token; it drops the one it has where token is "".
func (a *App) keepToken(content page.Content, token string) page.Content {
	content = hidden(content)
	cookie := http.Cookie{
		Name: a.linkCookie(), Value: token, Path: "/", MaxAge: linkLife,
		Secure: a.overHTTPS(), HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
	if token == "" {
		cookie.MaxAge = -1
	}
	content.Header.Add("Set-Cookie", cookie.String())
	return content
}

// hidden is an answer that nobody keeps. Other sites do not hear of it; its own form says where it comes from.
func hidden(content page.Content) page.Content {
	content.Header = content.Header.Clone()
	if content.Header == nil {
		content.Header = http.Header{}
	}
	content.Header.Set("Cache-Control", "no-store")
	content.Header.Set("Referrer-Policy", "same-origin")
	return content
}

// linkCookie is the cookie's name, with the prefix of the session's own.
func (a *App) linkCookie() string {
	if a.overHTTPS() {
		return "__Host-link"
	}
	return "dev-link"
}

func (a *App) overHTTPS() bool { return a.URL.Scheme == "https" }
