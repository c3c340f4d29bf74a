package page

import (
	"errors"
	"net/http"

	"github.com/ocsigo/start/framework/session"
)

// identityField is the form field that says for whom the form was made.
const identityField = "_identity"

// formAtMost is how many bytes a form may have.
const formAtMost = 1 << 20

// checkForm reads the form of a request that may change something, and refuses it unless it was made for
// the visitor who sends it.
func (s *Site) checkForm(w http.ResponseWriter, r *http.Request, own option) error {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return nil
	}
	r.Body = http.MaxBytesReader(w, r.Body, formAtMost)
	if err := r.ParseForm(); err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return err
		}
		return errors.Join(ErrBadRequest, err)
	}
	if own.anyIdentity {
		return nil
	}
	ours, err := session.CheckIdentityTag(r.Context(), r.PostForm.Get(identityField))
	if err == nil && !ours {
		err = ErrStaleForm
	}
	return err
}
