package page

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/a-h/templ"
)

// Content is what a page's function answers: a document, a redirect, or a file. (Ocsigen: Os_page.content.)
type Content struct {
	Title          string           // of the document; the site's name is added
	Head           templ.Component  // further elements of <head>; may be nil
	Body           templ.Component  // what the layout puts into its middle
	BodyAttributes templ.Attributes // of <body>; may be nil
	Status         int              // default 200
	RetryAfter     time.Duration    // when to try again, with status 429 or 503; 0: nothing is said
	Header         http.Header      // instead of what the site says by itself; Set-Cookie is added; may be nil

	location    string // where a redirect goes
	file        *file  // to be saved, instead of a document
	lifeless    bool   // the document starts no process
	asForNobody bool   // the layout does not know who is asking
}

// putHeader makes its headers the answer's.
func (c Content) putHeader(answer http.Header) {
	for name, values := range c.Header {
		if name == "Set-Cookie" {
			values = append(answer[name], values...)
		}
		answer[name] = values
	}
}

// Body answers with a document.
func Body(title string, body templ.Component) (Content, error) {
	return Content{Title: title, Body: body}, nil
}

// Invalid answers a form that cannot be taken as it is, with status 422: body shows it again, with what
// was entered and what is wrong with it. A page that has more than title and body, such as a script in its
// head, sets the Status of its Content instead.
func Invalid(title string, body templ.Component) (Content, error) {
	return Content{Title: title, Body: body, Status: http.StatusUnprocessableEntity}, nil
}

// Redirect answers with status 303: the browser goes on with a GET of the URL. It is how a form that was
// taken answers. A URL that comes from outside goes through LocalPath first. One that leads to no page, such as
// javascript:, is an error.
func Redirect(to string) (Content, error) {
	u, err := url.Parse(to) // control characters are an error
	switch {
	case err != nil:
		return Content{}, fmt.Errorf("page: a redirect: %w", err)
	case to == "":
		return Content{}, errors.New("page: a redirect to nowhere")
	case !slices.Contains([]string{"", "http", "https"}, u.Scheme):
		return Content{}, fmt.Errorf("page: a redirect cannot go to %s: URLs", u.Scheme)
	}
	return Content{Status: http.StatusSeeOther, location: to}, nil
}
