package mail

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// plain makes text of HTML: blocks become paragraphs, and a link is its words with the address behind them.
func plain(document string) (string, error) {
	root, err := html.Parse(strings.NewReader(document))
	if err != nil {
		return "", err
	}
	var w plainWriter
	w.node(root)
	return strings.TrimSpace(w.String()) + "\n", nil
}

// plainWriter writes words, and remembers what must come before the next one.
type plainWriter struct {
	strings.Builder
	breaks int  // how many line breaks
	space  bool // or a space
	item   bool // and the sign of an item of a list
}

// words writes text with its white space as HTML has it: one space for any.
func (w *plainWriter) words(text string) {
	text = strings.Map(withoutControls, text)
	for i, word := range strings.Fields(text) {
		w.space = w.space || i > 0 || startsWithSpace(text)
		w.begin()
		w.WriteString(word)
	}
	w.space = w.space || endsWithSpace(text)
}

// withoutControls drops what steers a terminal.
func withoutControls(r rune) rune {
	if unicode.IsControl(r) && !unicode.IsSpace(r) {
		return -1
	}
	return r
}

// begin writes what must come before a word.
func (w *plainWriter) begin() {
	switch {
	case w.Len() == 0:
	case w.breaks > 0:
		w.WriteString(strings.Repeat("\n", w.breaks))
	case w.space:
		w.WriteByte(' ')
	}
	if w.item {
		w.WriteString("- ")
	}
	w.breaks, w.space, w.item = 0, false, false
}

func (w *plainWriter) node(n *html.Node) {
	if n.Type == html.TextNode {
		w.words(n.Data)
		return
	}
	before := lineBreaks(n.DataAtom)
	w.breaks = max(w.breaks, before)
	switch n.DataAtom {
	case atom.Head, atom.Style, atom.Script, atom.Template, atom.Title:
		return
	case atom.Br:
		w.breaks = min(w.breaks+1, 2)
	case atom.Li:
		w.item = true
	case atom.Td, atom.Th:
		w.space = true
	case atom.Img:
		w.words(attribute(n, "alt"))
	}
	began := w.Len()
	for child := range n.ChildNodes() {
		w.node(child)
	}
	if address := attribute(n, "href"); n.DataAtom == atom.A && address != "" && !hasWord(w.String()[began:], address) {
		w.words(" <" + address + ">") // in brackets, mail programs know where it ends
	}
	w.breaks = max(w.breaks, before)
}

func hasWord(text, word string) bool { return slices.Contains(strings.Fields(text), word) }

// lineBreaks are before and after an element: two for a paragraph, one for a line of its own.
func lineBreaks(element atom.Atom) int {
	switch element {
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.Ul, atom.Ol, atom.Dl, atom.Blockquote, atom.Pre, atom.Table, atom.Hr,
		atom.Section, atom.Header, atom.Footer, atom.Main, atom.Article:
		return 2
	case atom.Div, atom.Li, atom.Tr, atom.Dt, atom.Dd:
		return 1
	}
	return 0
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return strings.TrimSpace(a.Val)
		}
	}
	return ""
}

func startsWithSpace(text string) bool {
	first, _ := utf8.DecodeRuneInString(text)
	return unicode.IsSpace(first)
}

func endsWithSpace(text string) bool {
	last, _ := utf8.DecodeLastRuneInString(text)
	return unicode.IsSpace(last)
}
