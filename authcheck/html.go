package authcheck

import (
	"iter"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// document parses an answer as browsers do.
func (p Page) document() *html.Node {
	root, err := html.Parse(strings.NewReader(p.Body))
	if err != nil {
		failf("%s: %v", p.URL.Path, err)
	}
	return root
}

// elements are the elements of a name below a node, but not those in templates, which are not shown.
func elements(below *html.Node, name atom.Atom) iter.Seq[*html.Node] {
	return func(yield func(*html.Node) bool) { walk(below, name, yield) }
}

func walk(n *html.Node, name atom.Atom, yield func(*html.Node) bool) bool {
	if n.Type == html.ElementNode && n.DataAtom == atom.Template {
		return true
	}
	if n.Type == html.ElementNode && n.DataAtom == name && !yield(n) {
		return false
	}
	for c := range n.ChildNodes() {
		if !walk(c, name, yield) {
			return false
		}
	}
	return true
}

// attribute is what an attribute of an element says; "" also when it is absent.
func attribute(n *html.Node, name string) string {
	value, _ := attributeOf(n, name)
	return value
}

func attributeOf(n *html.Node, name string) (value string, there bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// textOf is what can be read of an element, in one line.
func textOf(n *html.Node) string {
	var words []string
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			words = append(words, strings.Fields(d.Data)...)
		}
	}
	return strings.Join(words, " ")
}

// withID returns the element of an id; nil when there is none.
func withID(root *html.Node, id string) *html.Node {
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && attribute(n, "id") == id {
			return n
		}
	}
	return nil
}

// text is what can be read on a page, without scripts and templates.
func (p Page) text() string {
	for body := range elements(p.document(), atom.Body) {
		return textOf(body)
	}
	return ""
}

// said is what the page says of what was done or is wrong, where screen readers hear it; "" when it says nothing.
func (p Page) said() string {
	var said []string
	for n := range p.document().Descendants() {
		if role := attribute(n, "role"); n.Type == html.ElementNode && (role == "status" || role == "alert") {
			said = append(said, textOf(n))
		}
	}
	return strings.TrimSpace(strings.Join(said, " "))
}

// mainText is what can be read of the page's own part, without what all pages have.
func (p Page) mainText() string {
	for main := range elements(p.document(), atom.Main) {
		return textOf(main)
	}
	return p.text()
}

// links are where the page's links lead.
func (p Page) links() (to []string) {
	for a := range elements(p.document(), atom.A) {
		if at, err := p.URL.Parse(attribute(a, "href")); err == nil {
			to = append(to, at.String())
		}
	}
	return to
}

// leadsTo reports whether a link of the page leads to a path of the site.
func (p Page) leadsTo(path string) bool {
	for _, to := range p.links() {
		if at, err := p.URL.Parse(to); err == nil && at.Path == path && at.Host == p.URL.Host {
			return true
		}
	}
	return false
}
