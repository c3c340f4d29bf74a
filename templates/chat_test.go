package templates

import (
	"strings"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/page"
)

// TestChatsForm is one as the others: it carries the identity, and can be found again. Guests have none.
func TestChatsForm(t *testing.T) {
	room := ChatRoom{Name: "kitchen", Link: Link{Path: "/chat/kitchen", Label: "Kitchen"}}
	if html := render(t, Chat(room, new(page.Form))); strings.Contains(html, "<form") {
		t.Errorf("a guest may say something:\n%s", html)
	}
	room.Me = 17
	html := render(t, Chat(room, new(page.Form)))
	formsCarryTheIdentity(t, "Chat", html)
	formsHaveAnID(t, "Chat", html)
}

// TestMessages say who has said what, and when, whatever he has written.
func TestMessages(t *testing.T) {
	m := Message{ID: 5, Author: 17, Text: "<script>", Said: time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)}
	contains(t, "message", render(t, message(m)), []string{
		`data-id="5"`, "User 17", "&lt;script&gt;", `<time datetime="2026-01-31T12:00:00Z">31 Jan, 12:00 UTC</time>`,
	})
	m.Mine = true
	html := render(t, message(m))
	contains(t, "my message", html, []string{`class="mine"`, "You"})
	if strings.Contains(html, "User 17") {
		t.Error("my message is said to be another's")
	}
}
