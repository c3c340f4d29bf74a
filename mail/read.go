package mail

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// read takes a message apart, as a mail program does.
func read(source []byte) (Received, error) {
	m, err := netmail.ReadMessage(bytes.NewReader(source))
	if err != nil {
		return Received{}, err
	}
	var words mime.WordDecoder
	var r Received
	if r.Subject, err = words.DecodeHeader(m.Header.Get("Subject")); err != nil {
		return r, err
	}
	if r.From, err = words.DecodeHeader(m.Header.Get("From")); err != nil {
		return r, err
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		return r, err
	}
	if kind != "multipart/alternative" {
		return r, fmt.Errorf("it is of type %s", kind)
	}
	if err := r.readParts(multipart.NewReader(m.Body, params["boundary"])); err != nil {
		return r, err
	}
	r.Links, err = links(r.HTML)
	return r, err
}

func (r *Received) readParts(parts *multipart.Reader) error {
	for {
		part, err := parts.NextRawPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		body, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			return err
		}
		text := strings.ReplaceAll(string(body), "\r\n", "\n")
		if kind, _, _ := mime.ParseMediaType(part.Header.Get("Content-Type")); kind == "text/html" {
			r.HTML = text
		} else {
			r.Text = text
		}
	}
}

// links are the addresses of a document that can be opened.
func links(document string) (all []string, err error) {
	root, err := html.Parse(strings.NewReader(document))
	if err != nil {
		return nil, err
	}
	for n := range root.Descendants() {
		if n.DataAtom != atom.A {
			continue
		}
		address := attribute(n, "href")
		u, err := url.Parse(address)
		if err == nil && (u.Scheme == "http" || u.Scheme == "https") && !slices.Contains(all, address) {
			all = append(all, address)
		}
	}
	return all, nil
}
