package page

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/ocsigo/start/framework/session"
)

// Somebody posts a form that wants him to have proved lately who he is, and has not. What he has typed must not be
// lost: so the answer is a page that carries it, beside a field for his password, and posts all of it to the same URL.
// Then the password is checked and the session renewed, and the request goes on as if it had been so from the start:
// one request, one run of the hooks, one call of the page's function.
//
// The form keeps its identity tag throughout: what one user has typed is posted by nobody else.

// ProofField is the field of a Held form's page in which the user types his password.
const ProofField = "_password"

// NotProved says to a user why he has not proved who he is: "This is not your password." It is what Config.Prove
// returns then. It is a session.ErrNotRecent.
type NotProved string

// Error implements error.
func (n NotProved) Error() string { return string(n) }

// Is reports that it is too long, still, since the user has proved who he is.
func (NotProved) Is(target error) bool { return target == session.ErrNotRecent }

// Held is a form that waits for its user to prove who he is: what Config.ProvePage shows.
type Held struct {
	URL   string     // where it is posted to, with ProofField
	Files []HeldFile // that have to be chosen again: no page can choose a file
	Wrong string     // what was wrong with the password, in words; "" at first

	fields []heldField
}

// HeldFile is a file that was posted.
type HeldFile struct{ Field, Name string }

type heldField struct{ name, value string }

// hold keeps what was posted. Passwords are not kept, nor what else is secret by its name: nothing writes them into a
// page. The form's function finds them missing, and says so.
func hold(r *http.Request, err error) *Held {
	h := &Held{URL: LocalPath(r.URL.RequestURI())}
	var wrong NotProved
	if errors.As(err, &wrong) {
		h.Wrong = string(wrong)
	}
	for name, values := range r.PostForm {
		for _, value := range values {
			if name != identityField && !secret(name) {
				h.fields = append(h.fields, heldField{name, value})
			}
		}
	}
	slices.SortStableFunc(h.fields, func(a, b heldField) int { return strings.Compare(a.name, b.name) })
	if r.MultipartForm == nil {
		return h
	}
	for name, files := range r.MultipartForm.File {
		for _, file := range files {
			h.Files = append(h.Files, HeldFile{name, file.Filename})
		}
	}
	slices.SortStableFunc(h.Files, func(a, b HeldFile) int { return strings.Compare(a.Field, b.Field) })
	return h
}

// secret reports whether a field asks for a secret, as the runtime does where it keeps what was typed.
func secret(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc([]string{"passw", "one-time-code", "cc-"}, func(part string) bool { return strings.Contains(name, part) })
}

// prove lets a user prove who he is with the form that he posts, if it has the field for it.
func prove(ctx context.Context, visitor session.Visitor) error {
	r := request(ctx)
	me, connected := visitor.User()
	check := siteOf(ctx).config.Prove
	if safe(r) || check == nil || !connected || !r.PostForm.Has(ProofField) {
		return nil
	}
	password := r.PostForm.Get(ProofField)
	forget(r, ProofField)
	if err := check(r, me, password); err != nil {
		return err
	}
	return session.Reauthenticated(ctx)
}

// forget takes a field out of a form that was read.
func forget(r *http.Request, field string) {
	r.PostForm.Del(field)
	r.Form.Del(field)
	if r.MultipartForm != nil {
		delete(r.MultipartForm.Value, field)
	}
}

// wantsProof reports whether somebody has posted what wants him to have proved lately who he is.
func wantsProof(r *http.Request, failure Failure) bool {
	return failure.Status == http.StatusForbidden && errors.Is(failure.Err, session.ErrNotRecent) && !safe(r)
}

// mayAskInPlace reports whether the runtime of a tab may ask the user itself, and send the form again as it was: not
// one that has a password in it already, which was wrong.
func mayAskInPlace(r *http.Request, failure Failure) bool {
	var wrong NotProved
	return session.InTab(r.Context()) && wantsProof(r, failure) && !errors.As(failure.Err, &wrong)
}

// provePage asks the user who has posted something to prove who he is.
func (s *Site) provePage(r *http.Request, me session.UserID, failure Failure) (Content, error) {
	held := hold(r, failure.Err)
	content, err := s.config.ProvePage(r, me, held)
	content.Status = http.StatusForbidden
	if held.Wrong != "" {
		content.Status = http.StatusUnprocessableEntity
	}
	return content, err
}
