package page

import (
	"maps"
	"net/http"
	"net/url"
)

// Form is what somebody entered into a form, and what is wrong with it. A page's function reads it, a template
// shows it:
//
//	form := page.ReadForm(r)
//	if form.Value("name") == "" {
//		form.Wrong("name", "Say who you are.")
//	}
//	if !form.OK() {
//		return page.Invalid("Your name", templates.Name(form))
//	}
//
// The zero Form is one in which nothing was entered yet.
type Form struct {
	values url.Values
	wrong  map[string]string
	first  string
}

// ReadForm returns what came with a request: what was posted, and never what stands in the URL beside it; for a
// GET what stands in the URL, so that a link may fill in a form.
func ReadForm(r *http.Request) *Form {
	if safe(r) {
		return &Form{values: r.URL.Query()}
	}
	return &Form{values: maps.Clone(r.PostForm)}
}

// Value returns what was entered into a field, as it was entered; "" where nothing was.
func (f *Form) Value(field string) string { return f.values.Get(field) }

// Checked reports whether a checkbox is ticked, or anything else filled in.
func (f *Form) Checked(field string) bool { return f.Value(field) != "" }

// Password returns what was entered into a field, and forgets it: no template shows it again.
func (f *Form) Password(field string) string {
	password := f.Value(field)
	f.values.Del(field)
	return password
}

// Next returns where the visitor wanted to go before he was asked to fill in the form: a path of this site, "/" if
// he did not say.
func (f *Form) Next() string { return LocalPath(f.Value("next")) }

// Set fills in a field, so that somebody finds it filled in.
func (f *Form) Set(field, value string) {
	if f.values == nil {
		f.values = url.Values{}
	}
	f.values.Set(field, value)
}

// Wrong says what is wrong with a field; with the form as a whole where field is "". A field keeps the first
// thing that is said of it.
//
// Look at the fields in the order in which they stand in the form: the cursor goes to the first that is wrong.
func (f *Form) Wrong(field, message string) {
	if f.wrong == nil {
		f.wrong, f.first = map[string]string{}, field
	}
	if _, said := f.wrong[field]; !said {
		f.wrong[field] = message
	}
}

// OK reports whether nothing is wrong.
func (f *Form) OK() bool { return len(f.wrong) == 0 }

// Error returns what is wrong with a field, or with the form as a whole where field is ""; "" where nothing is.
func (f *Form) Error(field string) string { return f.wrong[field] }

// First reports whether a field is the first of those that are wrong.
func (f *Form) First(field string) bool { return !f.OK() && f.first == field }
