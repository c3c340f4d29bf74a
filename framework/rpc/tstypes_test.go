package rpc

import (
	"reflect"
	"strings"
	"testing"

	"github.com/ocsigo/start/framework/process"
)

const wantKinds = `
export interface Address {
  /** Street and number. */
  Street: string
}

/** Bytes, in base64 with padding. */
export type Base64 = string

/** A colour, of two. */
export type Colour = "red" | "light \"green\""

/** Everything there is. */
export interface Everything {
  colour: Colour
  when: Time
  bytes: Base64
  /**
   * Raw is
   * anything.
   */
  raw: Json
  note: string | null
  maybe?: Address
  prices: Record<string, number>
  votes: Record<string, boolean>
  by: Partial<Record<Colour, number>>
  addr: Addr
  tree: Tree
  shape: Outline
  shapes?: Record<string, Outline[]>
}

/** Any JSON. TypeScript takes no interface for it: write { ...value }, or value as unknown as Json where others are inside. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json }

export type Outline = { kind: "circle"; radius: number } | { kind: "square"; side: number } | { kind: "point" }

export interface PageOfAddressOrNull {
  Items: (Address | null)[]
}
`

// TestWriteKinds: each kind has its type, and each comment its place.
func TestWriteKinds(t *testing.T) {
	docs := Docs{
		types: map[string]string{
			typeKey(reflect.TypeFor[Everything]()): "Everything there is.",
			typeKey(reflect.TypeFor[colour]()):     "A colour, of two.",
		},
		fields: map[string]string{
			typeKey(reflect.TypeFor[Everything]()) + ".Raw": "Raw is\nanything.",
			typeKey(reflect.TypeFor[Address]()) + ".Street": "Street and number.",
		},
	}
	types := typeNames{}
	if err := types.add(mustShape[Everything](t), mustShape[Page[*Address]](t), mustShape[process.Notice[int, Tree]](t)); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	err := writeTypeScript(&out, client{
		Runtime: "./runtime",
		Functions: []signature{
			{Name: "all", In: mustShape[Everything](t), Out: mustShape[Page[*Address]](t), Stream: true, Doc: "Streams */ all."},
			{Name: "own.time", In: mustShape[*Address](t), Out: mustShape[[]*int](t), Doc: "Two\nlines."},
		},
		Events: []signature{{Name: "said", Out: mustShape[process.Notice[int, Tree]](t), Doc: "Somebody said something."}},
		Types:  types,
		Docs:   docs,
	})
	if err != nil {
		t.Fatal(err)
	}
	addr := "\nexport type Addr = string\n"
	for _, want := range []string{
		"import { call, listen, stream, type CallOptions, type ListenOptions, type StreamOptions } from \"./runtime\"\n" + addr + wantKinds,
		"  /** Streams *\\/ all. */\n" +
			"  all: (input: Everything, options?: StreamOptions): AsyncIterable<PageOfAddressOrNull> => stream(\"all\", input, options),\n",
		"    /**\n     * Two\n     * lines.\n     */\n" +
			"    time: (input: Address | null, options?: CallOptions): Promise<(number | null)[]> => call(\"own.time\", input, options),\n",
		"  /** Somebody said something. */\n" +
			"  said: (handler: (event: { key: number; value: Tree }) => void, options?: ListenOptions)",
		"export interface Tree {\n  Children: Tree[]\n}\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("want\n%s\nin\n%s", want, out.String())
		}
	}
}

func TestPlainName(t *testing.T) {
	for name, want := range map[string]string{
		"userID":                            "UserID",
		"Page[example.com/a.b/chat.say]":    "PageOfSay",
		"Page[gopkg.in/yaml%2ev3.Node]":     "PageOfNode",
		"Pair[int,a.Pair[*b.C,[]d.E]]":      "PairOfIntAndPairOfCOrNullAndEList",
		"Page[map[string][]uint8]":          "PageOfUint8ListMap",
		"Page[example.com/a.local·3]":       "PageOfLocal",
		"Page[[2]int]":                      "",
		"Page[map[int]string]":              "",
		"Page[struct { X int }]":            "",
		"Page[func(int, string) error]":     "",
		"Page[interface { Read() string }]": "",
	} {
		if got, err := plainName(name); got != want || (err == nil) != (want != "") {
			t.Errorf("%s is %q, %v, want %q", name, got, err, want)
		}
	}
}
