package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/rpc"
	"github.com/ocsigo/start/framework/session"
)

type (
	priority string
	node     struct {
		Name     string           `json:"name"`
		Children []node           `json:"children"`
		Parent   *node            `json:"parent"`
		ByName   map[string]*node `json:"byName,omitzero"`
	}
	task struct {
		Priority priority        `json:"priority"`
		Due      time.Time       `json:"due"`
		Done     *time.Time      `json:"done,omitzero"`
		Picture  []byte          `json:"picture"`
		Extra    json.RawMessage `json:"extra"`
		Note     *string         `json:"note"`
		Votes    map[int]bool    `json:"votes"`
		Left     map[priority]int
		Of       listing[node] `json:"of"`
		Figure   figure        `json:"figure"`
	}
	listing[T any] struct {
		Items []T `json:"items"`
	}
	figure interface{ figure() }
	disc   struct {
		Radius float64 `json:"radius"`
	}
	group struct {
		Parts []figure `json:"parts"`
	}
)

func (priority) Values() []priority { return []priority{"low", "high"} }
func (disc) figure()                {}
func (group) figure()               {}

func init() { rpc.Union[figure]("kind", disc{}, group{}) }

// standIn has the types of the runtime that the client imports, and nothing else.
const standIn = `
export interface CallOptions { signal?: AbortSignal; timeout?: number }
export interface ListenOptions { signal?: AbortSignal }
export interface StreamOptions { signal?: AbortSignal }
export declare function call<Out>(method: string, input: unknown, options?: CallOptions): Promise<Out>
export declare function listen<T>(name: string, handler: (event: T) => void, options?: ListenOptions): () => void
export declare function stream<Out>(method: string, input: unknown, options?: StreamOptions): AsyncIterable<Out>
`

// TestEveryTypeCompiles: the compiler of the browser's code accepts the types of all kinds, and holds to them.
func TestEveryTypeCompiles(t *testing.T) {
	sessions := session.New(&session.MemoryStore{}, session.Options{})
	defer sessions.Close()
	hub := process.New(sessions, process.Options{})
	api := rpc.New(hub)
	rpc.Handle(api, "tasks.change", func(_ context.Context, in task) (task, error) { return in, nil })
	rpc.Handle(api, "tasks.find", func(context.Context, *int) (map[string]node, error) { return nil, nil })
	rpc.HandleStream(api, "tasks.watch", func(context.Context, priority, func(task) error) error { return nil })
	process.NewTopic[int, figure](hub, "figures.moved")

	dir := t.TempDir()
	var out strings.Builder
	if err := api.WriteTypeScript(&out, "./runtime", rpc.Docs{}); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"client.ts": out.String(), "runtime.ts": standIn} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	const right = `
		import type { Figure, Task } from "./client"
		const task: Task = {
			priority: "low", due: new Date().toISOString(), picture: "", extra: { any: ["thing"] }, note: null,
			votes: { 1: true }, Left: { high: 1 }, of: { items: [{ name: "a", children: [], parent: null }] },
			figure: { kind: "group", parts: [{ kind: "disc", radius: 1 }] },
		}
		const changed = await server.tasks.change(task)
		const area = (f: Figure): number => f.kind === "disc" ? f.radius : f.parts.map(area).reduce((a, b) => a + b)
		for await (const { figure, of } of server.tasks.watch("high", { signal: new AbortController().signal })) {
			void [area(figure), of.items[0]?.parent?.children, changed.done?.length, changed.note?.length]
		}
		const found = await server.tasks.find(null)
		const again: Task = { ...changed, extra: [changed.extra] }
		void again
		void found["a"]?.byName?.["b"]?.parent
		events.figures.moved(({ key, value }) => void [key + 1, area(value)])
	`
	wrongs := map[string]string{
		`"low"`:                        `"medium"`,
		`picture: "",`:                 ``,
		`note: null`:                   `note: undefined`,
		`extra: { any: ["thing"] }`:    `extra: undefined`,
		`["thing"]`:                    `[() => 1]`,
		`{ 1: true }`:                  `{ 1: "yes" }`,
		`{ high: 1 }`:                  `{ medium: 1 }`,
		`parent: null`:                 `parent: undefined`,
		`kind: "disc", radius: 1`:      `kind: "group", radius: 1`,
		`server.tasks.watch("high"`:    `server.tasks.watch("medium"`,
		`for await`:                    `for`,
		`changed.done?.length`:         `changed.done.length`,
		`found["a"]?.`:                 `found["a"].`,
		`of.items[0]?.parent?.`:        `of.items[0]?.parent.`,
		`f.kind === "disc" ? f.radius`: `f.kind === "group" ? f.radius`,
	}
	n := 0
	for old, wrong := range wrongs {
		code := strings.Replace(right, old, wrong, 1)
		if code == right {
			t.Fatalf("%s is not there", old)
		}
		writeModule(t, filepath.Join(dir, fmt.Sprintf("wrong%d.ts", n)), "./client", code)
		wrongs[old] = fmt.Sprintf("wrong%d.ts(", n)
		n++
	}
	said := compileWith(t, dir, "./client", right)
	for old, file := range wrongs {
		if !strings.Contains(said, file) {
			t.Errorf("%s may be something else", old)
		}
	}
	if strings.Contains(said, "call.ts") || strings.Contains(said, "client.ts") {
		t.Errorf("this does not compile:\n%s\n%s", said, out.String())
	}
}
