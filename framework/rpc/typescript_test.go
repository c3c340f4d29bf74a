package rpc

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ocsigo/start/framework/process"
)

type AddClicks struct {
	By int `json:"by"`
}

type Counters struct {
	Of    userID   `json:"of"`
	Moved []Moved  `json:"moved"`
	Where [2]Moved `json:"where"`
	Owner struct {
		Name string `json:"name"`
		Nick string `json:"nick,omitzero"`
	} `json:"owner"`
}

type Moved struct {
	Far bool `json:"far,omitempty"`
}

type Names []string

const wantTypeScript = `// Code generated from the Go code of the site. DO NOT EDIT.

import { call, listen, type CallOptions, type ListenOptions } from "../../framework/browser/runtime"

export interface AddClicks {
  by: number
}

export interface Counters {
  of: UserID
  moved: Moved[]
  where: [Moved, Moved]
  owner: { name: string; nick?: string }
}

export interface Moved {
  far?: boolean
}

export type Names = string[]

export type UserID = number

/** The site's server functions, each by its name. */
export const server = {
  clicks: {
    add: (input: AddClicks, options?: CallOptions): Promise<number> => call("clicks.add", input, options),
    by: {
      user: (input: UserID, options?: CallOptions): Promise<Counters[]> => call("clicks.by.user", input, options),
    },
    reset: (options?: CallOptions): Promise<void> => call("clicks.reset", undefined, options),
  },
  clicksOfAll: (options?: CallOptions): Promise<Names> => call("clicksOfAll", undefined, options),
}

/** The site's events, each by its name. A handler is called for every event until its signal aborts or the function that it got back is called. */
export const events = {
  counters: {
    gone: (handler: () => void, options?: ListenOptions): (() => void) => listen("counters.gone", handler, options),
    moved: (handler: (event: Counters) => void, options?: ListenOptions): (() => void) => listen("counters.moved", handler, options),
  },
}
`

func TestWriteTypeScript(t *testing.T) {
	nothing := mustShape[struct{}](t)
	got := generate(t,
		[]signature{
			{Name: "clicks.add", In: mustShape[AddClicks](t), Out: mustShape[int](t)},
			{Name: "clicks.by.user", In: mustShape[userID](t), Out: mustShape[[]Counters](t)},
			{Name: "clicks.reset", In: nothing, Out: nothing},
			{Name: "clicksOfAll", In: nothing, Out: mustShape[Names](t)},
		},
		[]signature{
			{Name: "counters.gone", Out: nothing},
			{Name: "counters.moved", Out: mustShape[Counters](t)},
		})
	if got != wantTypeScript {
		t.Errorf("got:\n%s", got)
	}
}

func TestWriteTypeScriptImportsWhatItUses(t *testing.T) {
	one := []signature{{Name: "ping", In: mustShape[struct{}](t), Out: mustShape[struct{}](t)}}
	tests := []struct {
		functions, events []signature
		want, empty       string
	}{
		{nil, nil, "", "export const server = {}\n"},
		{one, nil, "import { call, type CallOptions } from ", "export const events = {}\n"},
		{nil, one, "import { listen, type ListenOptions } from ", "export const server = {}\n"},
	}
	for _, tt := range tests {
		got := generate(t, tt.functions, tt.events)
		if !strings.Contains(got, tt.want) || strings.Contains(got, "import") != (tt.want != "") || !strings.Contains(got, tt.empty) {
			t.Errorf("want %q and %q in:\n%s", tt.want, tt.empty, got)
		}
	}
}

// TestTypeNamesTaken: of two types that TypeScript cannot tell apart the second is refused when it is registered.
func TestTypeNamesTaken(t *testing.T) {
	b := newBench(t)
	takes[Counters](b, "here", nil)
	type Counters struct{ Other string }
	type Promise bool
	for want, register := range map[string]func(){
		"rpc: a: rpc.Counters and rpc.Counters have the same name in TypeScript":                   func() { takes[[]Counters](b, "a", nil) },
		"rpc: b: rpc.Promise takes a name that the TypeScript client needs for itself":             func() { takes[struct{ P Promise }](b, "b", nil) },
		`process: event "c": rpc.Counters and rpc.Counters have the same name in TypeScript`:       func() { process.NewEvent[Counters](b.hub, "c") },
		`process: event "d": rpc.Promise takes a name that the TypeScript client needs for itself`: func() { process.NewEvent[*Promise](b.hub, "d") },
	} {
		func() {
			defer func() {
				if said := recover(); said != want {
					t.Errorf("got %v, want %s", said, want)
				}
			}()
			register()
		}()
	}
}

// TestRegistrationsAreSorted, in whatever order they were made.
func TestRegistrationsAreSorted(t *testing.T) {
	var written [2]string
	for i, names := range [][]string{{"ab", "a.c", "a.b.c", "a9"}, {"a9", "a.b.c", "ab", "a.c"}} {
		b := newBench(t)
		for _, name := range names {
			takes[int](b, name, nil)
			process.NewEvent[int](b.hub, name)
		}
		var out strings.Builder
		if err := b.WriteTypeScript(&out, "./runtime", Docs{}); err != nil {
			t.Fatal(err)
		}
		written[i] = out.String()
	}
	if written[0] != written[1] || strings.Count(written[0], "  a: {\n    b: {\n      c: (") != 2 {
		t.Errorf("got\n%s\nand\n%s", written[0], written[1])
	}
}

func TestValidName(t *testing.T) {
	for name, valid := range map[string]bool{
		"ping": true, "clicks.add": true, "session.disconnectAll": true, "a.b2.c": true, "delete.new": true,
		"": false, "Clicks.add": false, "clicks.Add": false, "clicks..add": false, ".a": false, "a.": false,
		"a-b": false, "a_b": false, "2a": false, "a.2": false, "$/ping": false, "a b": false, "a\n": false,
		"rpc.discover": false, "rpcs.discover": true,
	} {
		if err := validName(name); (err == nil) != valid {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestTypeNames(t *testing.T) {
	names := typeNames{}
	for range 2 { // each look at a type makes new shapes of it
		if err := names.add(mustShape[Counters](t), nil, mustShape[[]AddClicks](t)); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]reflect.Type{
		"Counters": reflect.TypeFor[Counters](), "Moved": reflect.TypeFor[Moved](),
		"UserID": reflect.TypeFor[userID](), "AddClicks": reflect.TypeFor[AddClicks](),
	} {
		if s := names[name]; s == nil || s.goType != want {
			t.Errorf("%s is %v, want %v", name, s, want)
		}
	}
	if len(names) != 4 {
		t.Errorf("%d names, want 4", len(names))
	}
}

// generate writes a client of these, which are sorted.
func generate(t *testing.T, functions, events []signature) string {
	t.Helper()
	types := typeNames{}
	for _, s := range slices.Concat(functions, events) {
		if err := types.add(s.In, s.Out); err != nil {
			t.Fatal(err)
		}
	}
	var out strings.Builder
	if err := writeTypeScript(&out, client{"../../framework/browser/runtime", functions, events, types, Docs{}}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
