package page

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"regexp"
	"slices"

	"github.com/ocsigo/start/framework/session"
)

// Somebody posts a form that wants him to have proved lately who he is, and has not. What he has typed must not be
// lost: so the answer is a page that carries it, beside a field for his password, and posts all of it to the same URL.
// Then the password is checked and the session renewed before anything else has run, and the request goes on as if it had
// been so from the start: its hooks and the page's function run once.
//
// The form keeps its identity tag throughout: what one user has typed is posted by nobody else.

// ProofField is the field of a Held form's page in which the user types his password. It may be empty when he has proved
// meanwhile in another way who he is.
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
	URL       string     // where it is posted to, with ProofField
	Multipart bool       // it was posted as multipart/form-data, and has to be again: url-encoded it may be too large
	Files     []HeldFile // that have to be chosen again: no page can choose a file
	Wrong     string     // what was wrong with the password, in words; "" at first

	fields []heldField
}

// HeldFile is a file that was posted.
type HeldFile struct{ Field, Name string }

type heldField struct{ name, value string }

// hold keeps what was posted. Passwords are not kept, nor what else is secret by its name: nothing writes them into a
// page. The form's function finds them missing, and says so.
func hold(r *http.Request) *Held {
	h := &Held{URL: LocalPath(r.URL.RequestURI()), Multipart: r.MultipartForm != nil}
	for _, name := range slices.Sorted(maps.Keys(r.PostForm)) {
		if name == identityField || secret.MatchString(name) {
			continue
		}
		for _, value := range r.PostForm[name] {
			h.fields = append(h.fields, heldField{name, value})
		}
	}
	if r.MultipartForm == nil {
		return h
	}
	for _, name := range slices.Sorted(maps.Keys(r.MultipartForm.File)) {
		for _, file := range r.MultipartForm.File[name] {
			h.Files = append(h.Files, HeldFile{name, file.Filename})
		}
	}
	return h
}

// secret are the names of fields that ask for a secret: those of which the runtime keeps nothing either (drafts.ts).
var secret = regexp.MustCompile(`(?i)passw|one-time-code|cc-`)

// prove lets a user prove who he is with the form that he posts, if it has the field for it: see ProofField. An empty
// one is no try, and whether he has proved it meanwhile his page finds out.
func prove(ctx context.Context, visitor session.Visitor) error {
	r := request(ctx)
	me, connected := visitor.User()
	check := siteOf(ctx).config.Prove
	if safe(r) || check == nil || !connected || !r.PostForm.Has(ProofField) {
		return nil
	}
	password := r.PostForm.Get(ProofField)
	forget(r, ProofField)
	if password == "" {
		return nil
	}
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
	held, status := hold(r), http.StatusForbidden
	var wrong NotProved
	if errors.As(failure.Err, &wrong) {
		held.Wrong, status = string(wrong), http.StatusUnprocessableEntity
	}
	content, err := s.config.ProvePage(r, me, held)
	content.Status = status
	return content, err
}
