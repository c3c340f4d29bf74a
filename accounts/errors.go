package accounts

import (
	"errors"
	"fmt"
)

// FieldError says what is wrong with one field of a form, in words for the user.
type FieldError struct {
	Field   string // the name of the form's field
	Message string
}

func (e FieldError) Error() string { return e.Field + ": " + e.Message }

// What a form may hear. The words are yours: these are the only place they stand.
var (
	ErrBadEmail      = FieldError{"email", "This does not look like an e-mail address."}
	ErrEmailTaken    = FieldError{"email", "There is an account with this e-mail already. Do you want to log in?"}
	ErrWrongPassword = FieldError{"password", "This e-mail and this password do not belong together."}
	ErrDisabled      = FieldError{"password", "This account was disabled. Whoever runs the site can say why."}

	ErrNotYourPassword    = FieldError{"password", "This is not your password."}
	ErrNotYourOldPassword = FieldError{"old", "This is not your password."}

	ErrOwnEmail   = FieldError{"email", "This address is yours already."}
	ErrManyEmails = FieldError{"email", fmt.Sprintf("You have %d addresses. Remove one to add another.", addressesMost)}
	ErrNoEmail    = FieldError{"email", "This is none of your addresses."}
	ErrMainEmail  = FieldError{"email", "This is your main address: notices go there. Make another one the main address to remove it."}

	ErrBadName     = FieldError{"name", "This name holds something that cannot be shown."}
	ErrLongName    = FieldError{"name", fmt.Sprintf("This name has more than %d characters.", nameMost)}
	ErrBadLanguage = FieldError{"language", "This is no language that we know."}
	ErrBadGroup    = FieldError{"group", "A group's name has small letters, digits and hyphens, 40 at most, and begins with a letter."}

	ErrShortPassword = FieldError{"password", fmt.Sprintf("This password has fewer than %d characters.", PasswordMin)}
	ErrLongPassword  = FieldError{"password", "This password is too long to be kept. A thousand letters are enough."}
	ErrSamePassword  = FieldError{"password", "This is the password that you have already. Choose another one."}
	ErrNotText       = FieldError{"password", "This password holds something that is no character. Type it anew."}

	// What a guesser tries first. Each says what to do instead, for no rule about capitals or digits would.
	ErrRepeats     = FieldError{"password", "This password says the same again and again, so it is soon guessed. " + instead}
	ErrInARow      = FieldError{"password", "This password follows the alphabet or the keyboard, so it is soon guessed. " + instead}
	ErrNumbers     = FieldError{"password", "This password is made of dates or numbers, so it is soon guessed. " + instead}
	ErrOwnWords    = FieldError{"password", "This password is made of your name or address, or of the site's, so it is soon guessed. " + instead}
	ErrCommonWords = FieldError{"password", "This password is made of words that are tried first, so it is soon guessed. " + instead}
)

const instead = "Four words that have nothing to do with each other are better."

// ErrOthersLink says that a link is another user's than the one who is connected. It still works.
var ErrOthersLink = errors.New("this link is another user's")

// ErrBusy says that more people are logging in than passwords can be hashed: try again in a few seconds. Nothing was
// done, and nothing is wrong with what was entered.
var ErrBusy = errors.New("too many passwords wait to be hashed")
