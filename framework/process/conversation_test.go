package process_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/rpc"
	"github.com/ocsigo/start/framework/session"
)

// TestConversation holds the document's conversations with a real server: a user's tab has the first, nobody's the
// second.
func TestConversation(t *testing.T) {
	said := strings.Split(section(t, "A conversation"), "```")
	if len(said) != 5 {
		t.Fatalf("%d conversations", len(said)/2)
	}
	for i, login := range []string{"/in?user=7", "/"} {
		inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
			b.Get(login)
			talk := &talk{bubble: w, browser: b, began: clickSite(w)}
			talk.dial()
			talk.hold(t, strings.TrimPrefix(said[2*i+1], "conversation\n"))
			if talk.heard < 10 {
				t.Errorf("only %d answers", talk.heard)
			}
		})
	}
}

// talk is a conversation of one tab.
type talk struct {
	*bubble
	browser *processtest.Browser
	began   <-chan struct{} // a report has
	tab     *processtest.Tab
	token   string
	page    processtest.Page // the last one in place
	heard   int
}

// dial is a tab before its hello.
func (k *talk) dial() {
	page := k.browser.Get("/")
	k.tab, k.token = k.browser.Dial(nil), page.Token()
	k.tab.Identity = page.IdentityTag()
}

func (k *talk) hold(t *testing.T, text string) {
	said := ""
	for line := range strings.Lines(text) {
		what, line, _ := strings.Cut(strings.TrimSpace(line), " ")
		got, want := "", ""
		switch what {
		case "→":
			said = line
			k.say(line)
		case "⇒":
			said = line
			k.ask(t, line)
		case "✕":
			k.loseAndMiss(t)
		case "←", "↚":
			got, want = k.hear(), line
		case "⇐":
			status, header, _ := strings.Cut(line, ", ")
			name, value, _ := strings.Cut(header, ": ")
			got, want = fmt.Sprint(k.page.Status, " ", k.page.Header.Get(name)), status+" "+value
		}
		if want != "" {
			k.heard++
		}
		if !like(got, want) {
			t.Errorf("after %s\n got %s\nwant %s", said, got, want)
		}
	}
}

// say fills in what is different every time.
func (k *talk) say(line string) {
	if strings.Contains(line, "$/cancelRequest") {
		<-k.began
	}
	k.tab.Send(strings.NewReplacer(
		`"token":"…"`, `"token":"`+k.token+`"`,
		`"process":"…"`, `"process":"`+k.tab.ID+`"`,
		`"identity":"…"`, `"identity":"`+k.tab.Identity+`"`,
	).Replace(line))
}

var requestLine = regexp.MustCompile(`^(GET|POST) (\S+), Ocsigo-Identity: (\d)$`)

// ask makes a request in place.
func (k *talk) ask(t *testing.T, line string) {
	parts := requestLine.FindStringSubmatch(line)
	if parts == nil {
		t.Fatalf("no request: %s", line)
	}
	known := *k.tab
	known.Number = int(parts[3][0] - '0')
	if parts[1] == "GET" {
		k.page = known.Get(parts[2])
	} else {
		k.page = known.Post(parts[2], nil)
	}
}

// loseAndMiss ends the socket, and lets another tab of the same user click before there is a new one.
func (k *talk) loseAndMiss(t *testing.T) {
	lose(k.tab)
	other := k.browser.Open("/")
	err := other.Call("clicks.add", click{1}, nil)
	var failed *processtest.Failure
	if err != nil && !errors.As(err, &failed) { // as nobody nothing is added
		t.Error(err)
	}
	other.Close()
	next := k.browser.Dial(nil)
	next.ID, next.Identity = k.tab.ID, k.tab.Identity
	k.tab = next
}

var processOf = regexp.MustCompile(`"process":"([^"]+)"`)

// hear is the next frame, or how the socket was closed.
func (k *talk) hear() string {
	frame, err := k.tab.Read()
	var closed *processtest.Closed
	if errors.As(err, &closed) {
		return strings.TrimSpace(fmt.Sprintf("closed %d %s", closed.Code, closed.Reason))
	}
	if id := processOf.FindStringSubmatch(frame); id != nil {
		k.tab.ID = id[1]
	}
	return frame
}

// like compares with a text in which … stands for whatever is there.
func like(got, want string) bool {
	pattern := strings.ReplaceAll(regexp.QuoteMeta(want), "…", ".+")
	return regexp.MustCompile("^" + pattern + "$").MatchString(got)
}

type click struct {
	By int `json:"by"`
}

var clicks = session.NewRefFunc("conversation.clicks", session.PerUser, func() []click { return nil })

// clickSite adds the functions that the conversations tell of.
func clickSite(w *bubble) (began <-chan struct{}) {
	reports := make(chan struct{}, 1)
	moved := process.NewEvent[int](w.tabs, "clicks.moved")
	rpc.Connected(w.api, "clicks.add", func(ctx context.Context, _ session.UserID, in click) (int, error) {
		if in.By > 10 {
			return 0, &rpc.Error{Kind: "too_many_clicks", Message: "Nobody clicks that fast."}
		}
		sum := 0
		for _, c := range clicks.Update(ctx, func(all []click) []click { return append(slices.Clone(all), in) }) {
			sum += c.By
		}
		return sum, moved.Send(process.Sharing(ctx, session.PerUser), sum)
	})
	rpc.Connected(w.api, "clicks.last", func(ctx context.Context, _ session.UserID, n int) ([]click, error) {
		all := clicks.Get(ctx)
		return all[max(0, len(all)-n):], nil
	})
	rpc.ConnectedStream(w.api, "clicks.each", func(ctx context.Context, _ session.UserID, _ struct{}, send func(click) error) error {
		for _, c := range clicks.Get(ctx) {
			if err := send(c); err != nil {
				return err
			}
		}
		return nil
	})
	rpc.Handle(w.api, "report", func(ctx context.Context, _ struct{}) (string, error) {
		reports <- struct{}{}
		<-ctx.Done()
		return "", ctx.Err()
	})
	return reports
}
