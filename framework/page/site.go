package page

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"github.com/ocsigo/start/framework/session"
)

// Config says how a site's pages look and where the site is. URL is required.
type Config struct {
	// URL is the site's public address, without a path: https://example.com. Requests to other hosts are
	// redirected to it; forms from other origins are refused.
	URL *url.URL

	// Name stands behind each page's title.
	Name string

	// Language of the pages, as in <html lang>. Default "en".
	Language string

	// Head has the elements of <head> that every page needs: stylesheets and scripts.
	Head templ.Component

	// Layout puts a page's body into what all pages share: header, user box, footer. Default: the body alone.
	Layout func(r *http.Request, visitor session.Visitor, body templ.Component) (templ.Component, error)

	// ErrorPage makes the page of a failure. Default: its status in words.
	ErrorPage func(r *http.Request, failure Failure) Content

	// LogIn is the path to which nobody is sent who asks for a page of connected users. Default "/login".
	LogIn string

	// Socket is the path of the tabs' websocket. Default "/process".
	Socket string

	Log *slog.Logger // default slog.Default()
}

// Site is what all pages of a site share.
type Site struct {
	sessions *session.Manager
	config   Config
}

// New returns a site over its visitors.
func New(sessions *session.Manager, config Config) *Site {
	if config.Language == "" {
		config.Language = "en"
	}
	if config.Layout == nil {
		config.Layout = func(_ *http.Request, _ session.Visitor, body templ.Component) (templ.Component, error) {
			return body, nil
		}
	}
	if config.ErrorPage == nil {
		config.ErrorPage = plainErrorPage
	}
	if config.LogIn == "" {
		config.LogIn = "/login"
	}
	if config.Socket == "" {
		config.Socket = "/process"
	}
	if config.Log == nil {
		config.Log = slog.Default()
	}
	return &Site{sessions, config}
}

func plainErrorPage(_ *http.Request, f Failure) Content {
	text := http.StatusText(f.Status)
	return Content{Title: text, Body: templ.Raw(templ.EscapeString(text))}
}

func (s *Site) title(c Content) string {
	if c.Title == "" || s.config.Name == "" {
		return c.Title + s.config.Name
	}
	return c.Title + " · " + s.config.Name
}

type siteKey struct{}

func siteOf(ctx context.Context) *Site {
	s, _ := ctx.Value(siteKey{}).(*Site)
	return s
}

// answer writes what a page's function returned. Everything is rendered before the first byte goes out, so
// that a template that fails can still become an error page.
func (s *Site) answer(w http.ResponseWriter, r *http.Request, content Content, err error) {
	if err != nil {
		content = s.failure(r, err)
	}
	if content.location != "" {
		s.headers(w, r, false)
		http.Redirect(w, r, content.location, content.Status)
		return
	}
	document, err := s.render(r, content)
	if err != nil {
		failure := s.logged(r, err)
		s.headers(w, r, false)
		http.Error(w, http.StatusText(failure.Status)+" "+failure.ID, failure.Status)
		return
	}
	s.headers(w, r, true)
	if content.Status != 0 {
		w.WriteHeader(content.Status)
	}
	w.Write(document.Bytes()) // an error says that the visitor has gone
}

// failure is what to answer instead of what a page's function should have answered.
func (s *Site) failure(r *http.Request, err error) Content {
	failure := s.logged(r, err)
	if failure.Status == http.StatusUnauthorized && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
		content, _ := Redirect(s.logInURL(r.URL))
		return content
	}
	content := s.config.ErrorPage(r, failure)
	content.Status = failure.Status
	return content
}

func (s *Site) logged(r *http.Request, err error) Failure {
	failure := failureOf(err)
	if failure.Status >= http.StatusInternalServerError {
		s.config.Log.ErrorContext(r.Context(), "page failed",
			"id", failure.ID, "method", r.Method, "path", r.URL.Path, "error", err)
	}
	return failure
}

func (s *Site) render(r *http.Request, content Content) (*bytes.Buffer, error) {
	body := content.Body
	if body == nil {
		body = templ.NopComponent
	}
	body, err := s.config.Layout(r, session.Current(r.Context()), body)
	if err != nil {
		return nil, err
	}
	token, err := session.PageToken(r.Context())
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	return &out, document(s, content, token, body).Render(r.Context(), &out)
}
