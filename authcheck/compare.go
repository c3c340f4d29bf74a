package authcheck

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"
)

// Answers that must tell nobody anything are compared with each other, without what is different each time.

// random is what a site may make anew for each answer: tags, nonces, tokens.
var random = regexp.MustCompile(`[A-Za-z0-9_+/=-]{20,}`)

// words are as long and not random: a path, a class. Of ten million random ones one looks like that.
var words = regexp.MustCompile(`^[a-z_+/=-]+$`)

func hideRandom(text string) string {
	return random.ReplaceAllStringFunc(text, func(found string) string {
		if words.MatchString(found) {
			return found
		}
		return "RANDOM"
	})
}

// alike is the answer as it is compared with others: without what is random, and what is different because something
// else was typed.
func (p Page) alike(typed ...string) string {
	body := p.Header.Get("Location") + "\n" + p.Body
	for _, t := range typed {
		if len(t) < 5 {
			continue // it stands by chance elsewhere
		}
		body = strings.ReplaceAll(body, html.EscapeString(t), "TYPED")
		body = strings.ReplaceAll(body, t, "TYPED")
	}
	return strings.TrimSpace(hideRandom(body))
}

var digits = regexp.MustCompile(`[0-9]+`)

// headersAlike are the headers of an answer as they are compared: with the names and attributes of its cookies, and
// without numbers.
func headersAlike(p Page) string {
	var said []string
	for name, values := range p.Header {
		switch name {
		case "Age", "Content-Length", "Date", "Etag", "Location", "Set-Cookie": // what they say of the body is seen there
		default:
			said = append(said, name+": "+digits.ReplaceAllString(hideRandom(strings.Join(values, ", ")), "0"))
		}
	}
	for _, c := range (&http.Response{Header: p.Header}).Cookies() {
		c.Value, c.Expires = "", time.Time{}
		said = append(said, "Set-Cookie: "+c.String())
	}
	slices.Sort(said)
	return strings.Join(said, "\n")
}

// whole is all of an answer, as it is compared.
func (p Page) whole(typed ...string) string {
	return http.StatusText(p.Status) + "\n" + headersAlike(p) + "\n" + p.alike(typed...)
}

// sentTo sends an address from a new browser, and returns the answer and the page behind it, as they are compared.
func (s *Site) sentTo(address string, ask func(*Browser, string) Page) string {
	b := s.elsewhere()
	p := ask(b, address)
	return p.whole(address) + b.Follow(p).whole(address)
}

// difference says where two answers differ; "" when they do not.
func difference(a, b string) string {
	if a == b {
		return ""
	}
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	around := func(s string) string { return s[max(0, i-40):min(len(s), i+40)] }
	return "…" + around(a) + "… and …" + around(b) + "…"
}
