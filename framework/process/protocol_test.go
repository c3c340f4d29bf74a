package process_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/rpc"
	"github.com/ocsigo/start/framework/session"
)

// The tests of this file hold docs/protocol.md to the program.

func readFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// section is what stands under a heading of the document.
func section(t *testing.T, heading string) string {
	t.Helper()
	_, text, found := strings.Cut(readFile(t, "../../docs/protocol.md"), "\n## "+heading+"\n")
	if !found {
		t.Fatalf("no section %q", heading)
	}
	text, _, _ = strings.Cut(text, "\n## ")
	return text
}

// pairs are the first two groups of all matches.
func pairs(text, pattern string) map[string]string {
	found := map[string]string{}
	for _, match := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
		found[match[1]] = match[2]
	}
	return found
}

func wantSame(t *testing.T, what string, document, program map[string]string) {
	t.Helper()
	if len(program) == 0 {
		t.Errorf("%s: nothing found in the program", what)
	}
	if !maps.Equal(document, program) {
		t.Errorf("%s:\ndocument %v\n program %v", what, document, program)
	}
}

func TestDocumentedCodes(t *testing.T) {
	document := pairs(section(t, "The end of a socket"), `(?m)^\| (\d{4})( )\|`)
	program := map[string]string{}
	for _, code := range pairs(readFile(t, "code.go"), `(?m)^\t(\w+) +Code = (\d+)$`) {
		program[code] = " "
	}
	wantSame(t, "close codes", document, program)
}

func TestDocumentedErrors(t *testing.T) {
	document := pairs(section(t, "Errors"), "(?m)^\\| (-\\d+) \\| `(\\w+)` \\|")
	program := pairs(readFile(t, "wire.go"), `&Error\{(-\d+), "[^"]*", Kind\{Kind: "(\w+)"\}\}`)
	maps.Copy(program, pairs(readFile(t, "../rpc/errors.go"), `wireError\((-\d+), "(\w+)"`))
	wantSame(t, "errors", document, program)
}

func TestDocumentedLimits(t *testing.T) {
	document := pairs(section(t, "Limits"), "(?m)^\\| `(\\w+)` \\| ([^|]+) \\|")
	constant := `(?m)^(?:\t|const )(\w+) += (\d[^/\n]*?) *(?://.*)?$`
	program := pairs(readFile(t, "hub.go"), constant)
	maps.Copy(program, pairs(readFile(t, "../rpc/rpc.go"), constant))
	for name, value := range program {
		program[name] = spoken(value)
	}
	wantSame(t, "limits", document, program)
}

// spoken is a constant as the document writes it: 64 << 10 is 64 KiB.
func spoken(value string) string {
	return strings.NewReplacer(" << 10", " KiB", " << 20", " MiB", " * time.Second", " s").Replace(value)
}

// TestConversation holds the document's conversation with a real server.
func TestConversation(t *testing.T) {
	_, text, _ := strings.Cut(section(t, "A conversation"), "```conversation\n")
	text, _, found := strings.Cut(text, "```")
	if !found {
		t.Fatal("no conversation")
	}
	began := make(chan struct{}, 1)
	tab, token := talker(t, began)
	said := ""
	for line := range strings.Lines(text) {
		what, line, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch what {
		case "→":
			if strings.Contains(line, "$/cancelRequest") {
				<-began
			}
			tab.Send(strings.Replace(line, "…", token, 1))
			said = line
		case "←":
			if got := heard(tab); !like(got, line) {
				t.Errorf("after %s\n got %s\nwant %s", said, got, line)
			}
		}
	}
	if !strings.HasPrefix(said, `{"jsonrpc":"2.0","id":7`) {
		t.Errorf("the last word was %s", said)
	}
}

// heard is the next frame, or how the socket was closed.
func heard(tab *processtest.Tab) string {
	frame, err := tab.Read()
	var closed *processtest.Closed
	if errors.As(err, &closed) {
		return fmt.Sprintf("closed %d %s", closed.Code, closed.Reason)
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

// talker is a tab of a user, before its hello, on the site that the conversation tells of.
func talker(t *testing.T, began chan<- struct{}) (tab *processtest.Tab, token string) {
	sessions := session.New(&session.MemoryStore{}, session.Options{})
	site := processtest.NewSite(t, sessions, process.Options{})
	api := rpc.New(site.Tabs)
	moved := process.NewEvent[int](site.Tabs, "clicks.moved")
	rpc.Connected(api, "clicks.add", func(ctx context.Context, _ session.UserID, in click) (int, error) {
		if in.By > 10 {
			return 0, &rpc.Error{Kind: "too_fast", Message: "Nobody clicks that fast."}
		}
		sum := 0
		for _, c := range clicks.Update(ctx, func(all []click) []click { return append(slices.Clone(all), in) }) {
			sum += c.By
		}
		return sum, moved.Send(process.Sharing(ctx, session.PerUser), sum)
	})
	rpc.Connected(api, "clicks.last", func(ctx context.Context, _ session.UserID, n int) ([]click, error) {
		all := clicks.Get(ctx)
		return all[max(0, len(all)-n):], nil
	})
	rpc.Handle(api, "report", func(ctx context.Context, _ struct{}) (string, error) {
		began <- struct{}{}
		<-ctx.Done()
		return "", ctx.Err()
	})
	b := processtest.NewBrowser(t, site.URL)
	b.Get("/in?user=7")
	token = b.Get("/").Token()
	return b.Dial(nil), token
}
