package web

import (
	"errors"
	"net/http"

	"github.com/ocsigo/start/accounts"
	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/session"
)

// The addresses in the settings. All of these want a recent proof: who reads what comes to one of them can have a new
// password.

// addAddress sends a letter to an address; its link adds it.
func addAddress(a *App, r *http.Request, me session.UserID, form *page.Form) (page.Content, error) {
	address := form.Value("email")
	err := a.Accounts.RequestAddress(r.Context(), me, address)
	if _, many := errors.AsType[accounts.TooManyTries](err); many {
		form.Wrong("", "You have asked for many letters. Try again in an hour.")
	}
	if err != nil {
		return page.Content{}, err
	}
	return done(r, "We have sent a message to "+address+". Follow its link to add the address.", "/settings#addresses")
}

func makeMain(a *App, r *http.Request, me session.UserID, form *page.Form) (page.Content, error) {
	if err := a.Accounts.MakeMain(r.Context(), me, form.Value("email")); err != nil {
		return page.Content{}, aboveList(err)
	}
	return done(r, "Your main address is "+form.Value("email")+" now.", "/settings#addresses")
}

func removeAddress(a *App, r *http.Request, me session.UserID, form *page.Form) (page.Content, error) {
	if err := a.Accounts.RemoveAddress(r.Context(), me, form.Value("email")); err != nil {
		return page.Content{}, aboveList(err)
	}
	return done(r, form.Value("email")+" is none of your addresses any more.", "/settings#addresses")
}

// aboveList is what is wrong with a button of the list: there is no field to say it at.
func aboveList(err error) error {
	if wrong, about := errors.AsType[accounts.FieldError](err); about {
		return accounts.FieldError{Message: wrong.Message}
	}
	return err
}
