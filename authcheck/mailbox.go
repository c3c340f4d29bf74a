package authcheck

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Message is a letter, as its recipient gets it.
type Message struct {
	ID      int // rises with each that the site sends
	To      string
	Subject string
	Text    string
	HTML    string
	Links   []string // http and https
	Source  string   // the MIME text
}

// Mailbox has the letters that the site sends. All methods may be called at once.
type Mailbox interface {
	// Since returns the messages that have come after the one of that number, the oldest first. Only those to one address
	// need be complete; of the others ID and To are enough.
	Since(ctx context.Context, id int, address string) ([]Message, error)
}

// pages reads the mailbox page of a site in development.
type pages struct {
	at     string
	client *http.Client
}

// Since implements Mailbox.
func (p *pages) Since(ctx context.Context, id int, address string) ([]Message, error) {
	list, err := p.get(ctx, p.at)
	if err != nil {
		return nil, err
	}
	if withID(list, "mailbox") == nil {
		return nil, fmt.Errorf("the page at %s is no mailbox: it has no list with the id mailbox", p.at)
	}
	all := p.list(list)
	all = slices.DeleteFunc(all, func(m Message) bool { return m.ID <= id })
	slices.SortFunc(all, func(a, b Message) int { return a.ID - b.ID })
	for i, m := range all {
		if strings.EqualFold(m.To, address) {
			page, err := p.get(ctx, p.at+"/"+strconv.Itoa(m.ID))
			if err != nil {
				return nil, err
			}
			all[i] = message(m.ID, page)
		}
	}
	return all, nil
}

func (p *pages) get(ctx context.Context, at string) (*html.Node, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil)
	if err != nil {
		return nil, err
	}
	answer, err := p.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the mailbox at %s answered %s", at, answer.Status) // the template shows one in development alone
	}
	return html.Parse(io.LimitReader(answer.Body, 64<<20))
}

// list reads the list: a link to each message, and in the same item to whom it is.
func (p *pages) list(page *html.Node) (all []Message) {
	at, err := url.Parse(p.at)
	if err != nil {
		return nil
	}
	for item := range elements(page, atom.Li) {
		m := Message{}
		for a := range elements(item, atom.A) {
			if dir, last := path.Split(attribute(a, "href")); strings.TrimSuffix(dir, "/") == at.Path {
				m.ID, _ = strconv.Atoi(last)
				m.Subject = textOf(a)
			}
		}
		for span := range elements(item, atom.Span) {
			if _, to := attributeOf(span, "data-to"); to {
				m.To = textOf(span)
			}
		}
		if m.ID > 0 {
			all = append(all, m)
		}
	}
	return all
}

// message reads the page of one.
func message(id int, page *html.Node) Message {
	part := func(id string) string { return rawText(withID(page, id)) }
	m := Message{ID: id, To: part("mail-to"), Text: part("mail-text"), Source: part("mail-source")}
	for title := range elements(page, atom.H1) {
		m.Subject = textOf(title)
	}
	for frame := range elements(page, atom.Iframe) {
		m.HTML = attribute(frame, "srcdoc")
	}
	if links := withID(page, "mail-links"); links != nil {
		for a := range elements(links, atom.A) {
			m.Links = append(m.Links, attribute(a, "href"))
		}
	}
	return m
}

// rawText is the text of an element as it stands; "" when there is none.
func rawText(n *html.Node) string {
	if n == nil {
		return ""
	}
	var text strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			text.WriteString(d.Data)
		}
	}
	return text.String()
}
