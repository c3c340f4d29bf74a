package mail

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	netmail "net/mail"
	"strings"

	"github.com/a-h/templ"
	gomail "github.com/wneessen/go-mail"
)

// Message is a letter to one person.
type Message struct {
	// To is a bare address, name@domain. A name that somebody has chosen for himself does not belong here.
	To string

	// Subject is one line: line breaks and what cannot be seen become spaces, and what is over 200 characters is cut off.
	Subject string

	// HTML is the message, a document of its own. It and Text have at most 1 MiB.
	HTML templ.Component

	// Text is what mail programs show that show no HTML. It is written as HTML too, and made plain: paragraphs,
	// lists, and links as their words and their address. Default: HTML, made plain.
	Text templ.Component
}

// composed is a message as it goes out.
type composed struct {
	id     string // of the message, without angle brackets
	to     string
	msg    *gomail.Msg
	source []byte
}

// compose makes the MIME text.
func (p *Post) compose(ctx context.Context, m Message) (composed, error) {
	to, err := NormalAddress(m.To)
	if err != nil {
		return composed{}, err
	}
	subject := oneLine(m.Subject)
	if subject == "" || m.HTML == nil {
		return composed{}, errors.New("a message needs a subject and HTML")
	}
	html, err := render(ctx, m.HTML)
	if err != nil {
		return composed{}, fmt.Errorf("the HTML: %w", err)
	}
	text := html
	if m.Text != nil {
		if text, err = render(ctx, m.Text); err != nil {
			return composed{}, fmt.Errorf("the text: %w", err)
		}
	}
	if text, err = plain(text); err != nil {
		return composed{}, fmt.Errorf("the text: %w", err)
	}

	l := composed{id: rand.Text() + "@" + p.domain(), to: to, msg: gomail.NewMsg(gomail.WithNoDefaultUserAgent())}
	l.msg.FromMailAddress(p.from)
	l.msg.ToMailAddress(&netmail.Address{Address: to})
	l.msg.Subject(subject)
	l.msg.SetDate()
	l.msg.SetMessageIDWithValue(l.id)
	l.msg.SetGenHeader("Auto-Submitted", "auto-generated") // no holiday answers, please
	l.msg.SetBodyString(gomail.TypeTextPlain, text)
	l.msg.AddAlternativeString(gomail.TypeTextHTML, html)
	var source bytes.Buffer
	if _, err := l.msg.WriteTo(&source); err != nil {
		return composed{}, err
	}
	l.source = source.Bytes()
	return l, nil
}

// bodyBytes is how long HTML and text may be: nobody reads more, and each attempt holds it in memory several times.
const bodyBytes = 1 << 20

var errLong = fmt.Errorf("it is longer than %d bytes", bodyBytes)

func render(ctx context.Context, c templ.Component) (string, error) {
	var b body
	err := c.Render(ctx, &b)
	return b.text.String(), err
}

// body is a text that does not grow without end.
type body struct{ text strings.Builder }

func (b *body) Write(p []byte) (int, error) {
	if b.text.Len()+len(p) > bodyBytes {
		return 0, errLong
	}
	return b.text.Write(p)
}
