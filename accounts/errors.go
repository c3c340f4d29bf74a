package accounts

import "fmt"

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
	ErrShortPassword = FieldError{"password", fmt.Sprintf("This password has fewer than %d characters.", PasswordMin)}
	ErrLongPassword  = FieldError{"password", "This password is too long to be kept. A thousand letters are enough."}
	ErrWrongPassword = FieldError{"password", "This e-mail and this password do not belong together."}
)
