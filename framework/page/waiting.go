package page

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/ocsigo/start/framework/session"
)

// What was said and not seen yet waits in a cookie of the browser, and nowhere on the server. It is sealed for the
// browser and for who is connected, so that nobody is shown what somebody else has put there, or what was said to the
// user before.

// sealedFor is the purpose of the seal.
const sealedFor = "messages"

// keepMessages lets the browser keep what was said and not shown, and drop what was shown, or was said to somebody who
// is not connected any more. The answer must not have begun.
func (s *Site) keepMessages(w http.ResponseWriter, r *http.Request) {
	c := callOf(r.Context())
	if c == nil || r.Method == http.MethodHead {
		return
	}
	m := &c.messages
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.shown > 0 || m.taken {
		w.Header().Set("Cache-Control", "no-store") // going back to it would say it again
	}
	var before []said
	if !m.taken {
		before = s.waiting(r.Context())
	}
	left := m.unseen(session.Current(r.Context()))
	switch {
	case len(left) > 0:
		s.letWait(w, r, append(before, left...))
	case m.taken, len(before) == 0 && s.hasWaiting(r) && c.knowsVisitor():
		s.setWaiting(w, "", -1)
	}
}

// knowsVisitor reports whether it is certain who is connected. It is not where the session could not be looked up, or
// was not to be.
func (c *call) knowsVisitor() bool { return c.entered && !forced(c.r.Context()) }

// waiting is what was said to the visitor before this request and not seen: nothing, unless it was sealed for him.
func (s *Site) waiting(ctx context.Context) (all []said) {
	found := request(ctx).CookiesNamed(s.waitingCookie())
	if len(found) != 1 { // the second is somebody else's
		return nil
	}
	text, seal, _ := strings.Cut(found[0].Value, ".")
	if !session.Sealed(ctx, sealedFor, text, seal) {
		return nil
	}
	content, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || json.Unmarshal(content, &all) != nil {
		return nil
	}
	oldest := s.sessions.Now().Add(-messagesLife).Unix()
	return slices.DeleteFunc(all, func(one said) bool { return one.At <= oldest })
}

// letWait makes the cookie of the messages that fit into it, the latest.
func (s *Site) letWait(w http.ResponseWriter, r *http.Request, all []said) {
	all = all[max(0, len(all)-messagesAtMost):]
	text := packed(all)
	for len(text) > messagesBytes {
		all = all[1:]
		text = packed(all)
	}
	if seal, err := session.Seal(r.Context(), sealedFor, text); err == nil { // it is a request
		s.setWaiting(w, text+"."+seal, int(messagesLife.Seconds()))
	}
}

// packed writes messages as a cookie can carry them.
func packed(all []said) string {
	content, _ := json.Marshal(all) // texts and numbers
	return base64.RawURLEncoding.EncodeToString(content)
}

func (s *Site) hasWaiting(r *http.Request) bool { return len(r.CookiesNamed(s.waitingCookie())) > 0 }

// setWaiting sets the cookie for so many seconds; -1 takes it away.
func (s *Site) setWaiting(w http.ResponseWriter, value string, seconds int) {
	http.SetCookie(w, &http.Cookie{
		Name: s.waitingCookie(), Value: value, Path: "/", MaxAge: seconds,
		Secure: s.overHTTPS(), HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// waitingCookie is the cookie's name, with the prefix of the session's own.
func (s *Site) waitingCookie() string {
	if s.overHTTPS() {
		return "__Host-messages"
	}
	return "dev-messages"
}
