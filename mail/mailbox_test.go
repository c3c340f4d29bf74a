package mail

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/a-h/templ"
)

// TestMailbox keeps the newest hundred.
func TestMailbox(t *testing.T) {
	post, box := newPost(t), NewMailbox()
	told := 0
	box.OnArrival(func(m Received) { told = m.ID })
	for i := 1; i <= mailboxAtMost+5; i++ {
		l, err := post.compose(t.Context(), Message{To: "ada@example.com", Subject: fmt.Sprint(i), HTML: templ.Raw("x")})
		if err != nil {
			t.Fatal(err)
		}
		box.add(l)
	}
	all := box.All()
	if len(all) != mailboxAtMost || all[0].ID != 105 || all[0].Subject != "105" || all[99].ID != 6 || told != 105 {
		t.Errorf("%d kept, from %d to %d; told %d times", len(all), all[0].ID, all[len(all)-1].ID, told)
	}
	for id, there := range map[int]bool{0: false, 5: false, 6: true, 105: true, 106: false, -1: false} {
		if m, found := box.Get(id); found != there || found && m.ID != id {
			t.Errorf("Get(%d) = %d, %t", id, m.ID, found)
		}
	}
}

// TestMailboxOfLongMessages keeps as many as there is room for, and the last in any case.
func TestMailboxOfLongMessages(t *testing.T) {
	box := NewMailbox()
	add := func(bytes int) { box.add(composed{to: "ada@example.com", source: make([]byte, bytes)}) }
	for range 3 {
		add(mailboxBytes / 3)
	}
	if n := len(box.All()); n != 3 {
		t.Errorf("%d of three are kept", n)
	}
	add(mailboxBytes / 3)
	if all := box.All(); len(all) != 3 || all[2].ID != 2 {
		t.Errorf("%d are kept", len(all))
	}
	add(2 * mailboxBytes)
	if all := box.All(); len(all) != 1 || all[0].ID != 5 {
		t.Errorf("%d are kept", len(all))
	}
	add(1)
	if all := box.All(); len(all) != 1 || all[0].ID != 6 || box.bytes != 1 {
		t.Errorf("%d are kept, %d bytes", len(all), box.bytes)
	}
}

// TestRead: a message comes out of its MIME text as it went in.
func TestRead(t *testing.T) {
	html := `<p>Grüße = ` + strings.Repeat("lang ", 100) + "\n.\n..\n" + `</p><a href="https://example.com/l?a=1&amp;b=%20">Here</a>
		<a href="https://example.com/l?a=1&amp;b=%20">here</a> <a href="javascript:alert(1)">not</a> <a href="mailto:a@b.c">not</a>`
	l, err := newPost(t).compose(t.Context(), Message{
		To: "ada@example.com", Subject: "Grüße, " + strings.Repeat("lang ", 20), HTML: templ.Raw(html), Text: templ.Raw("Grüße &amp; mehr"),
	})
	if err != nil {
		t.Fatal(err)
	}
	r, err := read(l.source)
	if err != nil {
		t.Fatal(err)
	}
	if r.HTML != html || r.Text != "Grüße & mehr\n" || r.From != `"Ocsigo Start" <site@example.com>` ||
		r.Subject != "Grüße, "+strings.TrimSpace(strings.Repeat("lang ", 20)) {
		t.Errorf("read: %+v", r)
	}
	if !slices.Equal(r.Links, []string{"https://example.com/l?a=1&b=%20"}) {
		t.Errorf("links: %q", r.Links)
	}
}

func TestPlain(t *testing.T) {
	for html, want := range map[string]string{
		"Hello":                                                              "Hello",
		"<p>One\n  two</p><p>three":                                          "One two\n\nthree",
		"<p>One<br>two<br/>three</p>":                                        "One\ntwo\nthree",
		"<h1>Title</h1><div>a</div><div>b</div>":                             "Title\n\na\nb",
		"<ul><li>one</li><li>two <b>bold</b></li></ul>":                      "- one\n- two bold",
		`<p>See <a href="https://e.com/?a=1&amp;b">this</a>.</p>`:            "See this <https://e.com/?a=1&b>.",
		`<a href="https://e.com">https://e.com</a>`:                          "https://e.com",
		"<head><title>T</title><style>p{}</style></head><script>x</script>a": "a",
		"Ada &amp; Bob&#39;s &lt;b&gt;":                                      "Ada & Bob's <b>",
		"a<b>b</b>c <i>d</i>e":                                               "abc de",
		`<img alt="A sign" src="x"> a`:                                       "A sign a",
		"<table><tr><td>a</td> <td>b</td></tr><tr><td>c</td></tr></table>":   "a b\nc",
		"<table><tr><th>a</th><td>b</td></tr><tr><td>c</td></tr></table>":    "a b\nc",
		"Hello&nbsp;<b>Ada</b>, a<b>&nbsp;b</b>&nbsp;c":                      "Hello Ada, a b c",
		`<a href="https://e.com">https://e.com/other</a>`:                    "https://e.com/other <https://e.com>",
		`<ul><li><a href="https://e.com">https://e.com</a></li></ul>`:        "- https://e.com",
		"<ul><li><p>one</p></li><li>two<ul><li>deep</li></ul></li></ul>":     "- one\n\n- two\n\n- deep",
		"a\x1b[31m\x07b\u009bc\td":                                           "a[31mbc d",
		"":                                                                   "",
	} {
		if got, err := plain(html); got != want+"\n" || err != nil {
			t.Errorf("%q became %q, %v; want %q", html, got, err, want)
		}
	}
}
