package web

import (
	"fmt"
	"net/http"

	"github.com/ocsigo/start/accounts"
	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/session"
)

// Followed is a link that a visitor has followed, and that works. Nothing of it is used up yet.
type Followed struct {
	accounts.Link
	Token   string // for Purpose.Use; it must stand in no page
	Visitor session.Visitor
	Form    *page.Form // what he has posted; empty at first
}

// OfAnother reports whether another user is connected than the one whose link it is.
func (f Followed) OfAnother() bool {
	me, connected := f.Visitor.User()
	return connected && me != f.User
}

// LinkPage answers who has followed a link. accounts.ErrBadLink has the page of links that do not work.
type LinkPage func(r *http.Request, link Followed) (page.Content, error)

// linkPages are what /link does for one purpose.
type linkPages struct{ show, use LinkPage }

// OnLink says what /link does with the links of a purpose: show answers GET and uses nothing up, use answers the form of
// that page. Call it before the site serves. It panics when the purpose has its pages already.
func (a *App) OnLink(purpose string, show, use LinkPage) {
	if _, twice := a.links[purpose]; twice {
		panic(fmt.Sprintf("web: the links for %q have their pages already", purpose))
	}
	a.links[purpose] = linkPages{show, use}
}

// ownLinks are the purposes of package accounts.
func (a *App) ownLinks() map[string]linkPages {
	return map[string]linkPages{
		accounts.ForSignUp:      {a.completeForm, a.complete},
		accounts.ForInvitation:  {a.completeForm, a.complete},
		accounts.ForLogIn:       {a.logInLink, a.logInByLink},
		accounts.ForNewPassword: {a.newPasswordForm, a.newPassword},
		accounts.ForNewAddress:  {a.newAddressForm, a.newAddress},
	}
}
