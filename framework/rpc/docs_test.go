package rpc

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// writeModule writes the files of a module into a folder of its own, and returns that.
func writeModule(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	files["go.mod"] = "// a site\nmodule \"example.com/site\" // its path\n\ngo 1.26\n"
	for name, text := range files {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const documented = `package chat

// Message is what somebody says.
//
// It has two paragraphs.
type Message struct {
	// Text is what is said.
	Text string
	At   int64 // milliseconds
	A, B int   // two of them
	none int

	// Place is embedded with a name.
	*Place ` + "`json:\"place\"`" + `
}

type (
	// Page is one of many.
	Page[T any] struct{ Items []T }

	Undocumented bool
)

//go:noinline
func (h *hall[T]) say() {}

// hear listens.
func (h *hall[T]) hear() {}

// talk is a value's.
func (p Place) talk() {}

// all registers everything.
func all(api int) {
	x := 1 // of x
	rpc.Handle(api, "trailing", f)

	// A group, with a line between.

	rpc.Handle(api, "apart", f)

	// Says a message.
	// Twice.
	rpc.Connected(
		api, "chat.say", f)
	// Is not read.
	rpc.Handle(api, name, f)
	h := hall{
		// Comes when somebody has said something.
		said: process.NewEvent[Message](api, "chat.said"),
		// A topic.
		room: process.NewTopic[int, Message](api, ` + "`chat.room`" + `),
		// A presence.
		here: process.NewPresence[int](api, "chat.here"),
	}
	/* In the other style. */
	rpc.OptStream[int, int](api, "chat.stream", f)
}
`

func TestReadDocs(t *testing.T) {
	dir := writeModule(t, map[string]string{
		"site.go":                "package main\n\n// home is of a program.\nfunc home() {}\n",
		"chat/chat.go":           documented,
		"chat/chat_test.go":      "package chat\n\n// Tests is left out.\ntype Tests int\n",
		"chat/testdata/x.go":     "no Go at all",
		"node_modules/x.go":      "no Go at all",
		".hidden/x.go":           "no Go at all",
		"chat/other/go.mod":      "module example.com/other\n",
		"chat/other/x.go":        "no Go at all",
		"chat/second.go":         "package chat\n\n// Message again, later.\ntype Message int\n",
		"chat/deeper/deep/go.go": "package deep\n\n// Deep is deep.\ntype Deep int\n",
	})
	docs, err := ReadDocs(filepath.Join(dir, "chat"), dir)
	if err != nil {
		t.Fatal(err)
	}
	const chat = "example.com/site/chat."
	want := Docs{
		types: map[string]string{
			chat + "Message":                         "Message is what somebody says.\n\nIt has two paragraphs.",
			chat + "Page":                            "Page is one of many.",
			"example.com/site/chat/deeper/deep.Deep": "Deep is deep.",
		},
		fields: map[string]string{
			chat + "Message.Text":  "Text is what is said.",
			chat + "Message.At":    "milliseconds",
			chat + "Message.A":     "two of them",
			chat + "Message.B":     "two of them",
			chat + "Message.Place": "Place is embedded with a name.",
		},
		functions: map[string]string{
			chat + "(*hall).hear": "hear listens.",
			chat + "Place.talk":   "talk is a value's.",
			chat + "all":          "all registers everything.",
			"main.home":           "home is of a program.",
		},
		names: map[string]string{
			"chat.say":    "Says a message.\nTwice.",
			"chat.said":   "Comes when somebody has said something.",
			"chat.room":   "A topic.",
			"chat.here":   "A presence.",
			"chat.stream": "In the other style.",
		},
	}
	if !reflect.DeepEqual(docs, want) {
		t.Errorf("got  %+v\nwant %+v", docs, want)
	}
}

func TestReadDocsFails(t *testing.T) {
	outside := t.TempDir()
	for name, dir := range map[string]string{
		"no go.mod":      outside,
		"does not exist": filepath.Join(outside, "nowhere"),
		"no Go":          writeModule(t, map[string]string{"x.go": "no Go at all"}),
	} {
		if _, err := ReadDocs(dir); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// registered is registered below, by a name that has no comment of its own there.
func registered() {}

type methods struct{}

// pointer is a method.
func (*methods) pointer() {}

// value is one too.
func (methods) value() {}

// generic has a type parameter.
func generic[T any]() {}

// TestDocsOfFunctions: the runtime's names are those of the source.
func TestDocsOfFunctions(t *testing.T) {
	here := reflect.TypeFor[methods]().PkgPath()
	docs := Docs{
		functions: map[string]string{
			here + ".registered":         "a function",
			here + ".(*methods).pointer": "a pointer's method",
			here + ".methods.value":      "a value's method",
			here + ".generic":            "generic",
		},
		names: map[string]string{"named": "above"},
	}
	for want, f := range map[string]any{
		"a function": registered, "a pointer's method": (&methods{}).pointer, "a value's method": methods{}.value,
		"generic": generic[int], "": func() {},
	} {
		if got := docs.ofFunction("x", codeOf(f)); got != want {
			t.Errorf("%s has %q, want %q", codeOf(f), got, want)
		}
	}
	if got := docs.ofFunction("named", codeOf(registered)); got != "above" {
		t.Errorf("the comment above is %q", got)
	}
}

func TestWriteDoc(t *testing.T) {
	for doc, want := range map[string]string{
		"":                    "",
		"One line.":           "  /** One line. */\n",
		"Ends */ the comment": "  /** Ends *\\/ the comment */\n",
		"Two.\n\n\tCode {}":   "  /**\n   * Two.\n   *\n   * \tCode {}\n   */\n",
	} {
		var out strings.Builder
		if writeDoc(&out, "  ", doc); out.String() != want {
			t.Errorf("%q is written as %q, want %q", doc, out.String(), want)
		}
	}
}
