package page

import (
	"context"
	"errors"
	"net/http"

	"github.com/ocsigo/start/framework/session"
)

// identityField is the form field that says for whom the form was made.
const identityField = "_identity"

// checkForm reads the form of a request that may change something, and refuses it unless it was made for
// the visitor who sends it.
func checkForm(ctx context.Context, visitor session.Visitor) error {
	if err := readForm(ctx, visitor); err != nil || safe(request(ctx)) {
		return err
	}
	form := request(ctx).PostForm
	ours, err := session.CheckIdentityTag(ctx, form.Get(identityField))
	switch {
	case err != nil:
		return err
	case ours:
		return prove(ctx, visitor)
	case !form.Has(identityField):
		return errors.Join(ErrStaleForm, errors.New("this form has no identity tag: begin it with @page.Identity()"))
	default:
		return errors.Join(ErrStaleForm, errors.New("this form was made for another user, or for another browser"))
	}
}

// checkAnyForm reads a form that may have been made for somebody else.
func checkAnyForm(ctx context.Context, visitor session.Visitor) error {
	if err := readForm(ctx, visitor); err != nil {
		return err
	}
	return prove(ctx, visitor)
}

// readForm refuses what does not fit, and reads url-encoded forms and multipart ones.
func readForm(ctx context.Context, _ session.Visitor) error {
	r := request(ctx)
	if err := fits(r); err != nil || safe(r) {
		return err
	}
	err := r.ParseForm()
	if err == nil {
		err = r.ParseMultipartForm(formInMemory)
	}
	var tooLarge *http.MaxBytesError
	switch {
	case err == nil, errors.Is(err, http.ErrNotMultipart):
		return partsFit(r)
	case errors.As(err, &tooLarge):
		return errors.Join(ErrTooLarge, err)
	default:
		return errors.Join(ErrBadRequest, err)
	}
}
