package page

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"github.com/ocsigo/start/framework/session"
)

// Config says how a site's pages look and where the site is. URL is required.
type Config struct {
	// URL is the site's public address, without a path or a default port: https://example.com. Requests to
	// other hosts are redirected to it; forms from other origins are refused.
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

// answer writes what a page's function returned, or the page of its error. A document is rendered before its
// first byte goes out, so that a template that fails gets an error page too.
func (s *Site) answer(w http.ResponseWriter, r *http.Request, content Content, err error) {
	s.headers(w, r)
	if err == nil {
		err = s.send(w, r, content)
	}
	if err == nil {
		return
	}
	failure := failureOf(r.Context(), err)
	if failure.ID != "" {
		s.log(r, "page failed", failure)
	}
	content, err = guard(func() (Content, error) { return s.instead(r, failure) })
	if err == nil {
		err = s.send(w, r, content)
	}
	if err != nil { // the error page fails too: words alone must do
		failure.Err = err
		s.log(r, "error page failed", failure)
		http.Error(w, strings.TrimSpace(http.StatusText(failure.Status)+" "+failure.ID), failure.Status)
	}
}

// send writes a redirect or a document. When it returns an error it has written nothing.
func (s *Site) send(w http.ResponseWriter, r *http.Request, content Content) error {
	if content.location != "" {
		http.Redirect(w, r, content.location, content.Status)
		return nil
	}
	document, err := guard(func() ([]byte, error) { return s.render(r, content) })
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if content.Status != 0 {
		w.WriteHeader(content.Status)
	}
	w.Write(document) // an error says that the visitor has gone
	return nil
}

// instead is what to answer in place of what a page's function should have answered.
func (s *Site) instead(r *http.Request, failure Failure) (Content, error) {
	if failure.Status == http.StatusUnauthorized && safe(r) {
		return Redirect(s.logInURL(r.URL))
	}
	content := s.config.ErrorPage(r, failure)
	content.Status = failure.Status
	content.lifeless = errors.Is(failure.Err, ErrCrossSite)
	return content, nil
}

// log notes a failure of ours. That a visitor has gone away meanwhile is none.
func (s *Site) log(r *http.Request, what string, failure Failure) {
	if r.Context().Err() != nil && errors.Is(failure.Err, context.Canceled) {
		return
	}
	s.config.Log.ErrorContext(r.Context(), what,
		"id", failure.ID, "method", r.Method, "path", r.URL.Path, "error", failure.Err)
}

func (s *Site) render(r *http.Request, content Content) ([]byte, error) {
	body := content.Body
	if body == nil {
		body = templ.NopComponent
	}
	body, err := s.config.Layout(r, session.Current(r.Context()), body)
	if err != nil {
		return nil, err
	}
	token := ""
	if !content.lifeless {
		if token, err = session.PageToken(r.Context()); err != nil {
			return nil, err
		}
	}
	var out bytes.Buffer
	err = document(s, content, token, body).Render(r.Context(), &out)
	return out.Bytes(), err
}
