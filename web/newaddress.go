package web

import (
	"errors"
	"net/http"

	"github.com/a-h/templ"

	"github.com/ocsigo/start/accounts"
	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/templates"
)

// newAddressForm asks the user who has followed the link whether he wants the address. Only he may: whoever reads what
// comes to an address that was mistyped gets nothing of his account.
func (a *App) newAddressForm(r *http.Request, link Followed) (page.Content, error) {
	switch {
	case !link.Visitor.Connected():
		page.Say(r.Context(), page.Message{Text: "Log in first. Then the address can be added."})
		return page.Redirect("/login?next=%2Flink")
	case link.OfAnother():
		return a.somebodyElse(r, link)
	}
	return a.account(templates.NewAddressTitle, templates.NewAddress(link.Address, link.Form)), nil
}

// newAddress adds it.
func (a *App) newAddress(r *http.Request, link Followed) (page.Content, error) {
	me, connected := link.Visitor.User()
	if !connected || link.OfAnother() {
		return a.newAddressForm(r, link)
	}
	err := a.Accounts.ConfirmAddress(r.Context(), link.Token, me)
	if errors.Is(err, accounts.ErrEmailTaken) { // its field is not in this form
		link.Form.Wrong("", "This address belongs to another account by now.")
	}
	if err != nil {
		return a.refused(err, link.Form, templates.NewAddressTitle, func(form *page.Form) templ.Component {
			return templates.NewAddress(link.Address, form)
		})
	}
	return done(r, "The address "+link.Address+" is yours now.", "/settings")
}
