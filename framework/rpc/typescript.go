package rpc

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// A client is what the generated TypeScript module offers to the site's browser code. Registration has looked at all of it.
type client struct {
	Runtime   string      // where the module imports the runtime from
	Functions []signature // sorted by name
	Events    []signature // sorted too. Out is what the event carries; In is not used
	Types     typeNames
	Docs      Docs
}

// A signature is a name and what goes in and out under it. A function has both, if only as nothing.
type signature struct {
	Name    string
	In, Out *shape
	Stream  bool
	Doc     string
}

const (
	header       = "// Code generated from the Go code of the site. DO NOT EDIT.\n"
	functionsDoc = "/** The site's server functions, each by its name. */"
	eventsDoc    = "/** The site's events, each by its name. A handler is called for every event until its signal aborts or the function that it got back is called. */"
)

func writeTypeScript(w io.Writer, c client) error {
	var out bytes.Buffer
	out.WriteString(header)
	writeImports(&out, c)
	writeTypes(&out, c.Types, c.Docs)
	writeGroups(&out, functionsDoc, "server", c.Functions, signature.function)
	writeGroups(&out, eventsDoc, "events", c.Events, signature.event)
	_, err := out.WriteTo(w)
	return err
}

// writeImports names only what is used: strict compilers refuse the rest.
func writeImports(out *bytes.Buffer, c client) {
	var names, types []string
	use := func(used bool, name, options string) {
		if used {
			names, types = append(names, name), append(types, "type "+options)
		}
	}
	streams := func(s signature) bool { return s.Stream }
	calls := func(s signature) bool { return !s.Stream }
	use(slices.ContainsFunc(c.Functions, calls), "call", "CallOptions")
	use(len(c.Events) > 0, "listen", "ListenOptions")
	use(slices.ContainsFunc(c.Functions, streams), "stream", "StreamOptions")
	if len(names) > 0 {
		fmt.Fprintf(out, "\nimport { %s } from %q\n", strings.Join(append(names, types...), ", "), c.Runtime)
	}
}

func writeTypes(out *bytes.Buffer, types typeNames, docs Docs) {
	for _, name := range slices.Sorted(maps.Keys(types)) {
		s := types[name]
		out.WriteString("\n")
		writeDoc(out, "", docs.ofType(s))
		if s.kind != kindObject {
			fmt.Fprintf(out, "export type %s = %s\n", name, s.literal())
			continue
		}
		fmt.Fprintf(out, "export interface %s {\n", name)
		for _, f := range s.fields {
			writeDoc(out, "  ", docs.ofField(f))
			fmt.Fprintf(out, "  %s\n", f.typeScript())
		}
		out.WriteString("}\n")
	}
}

// writeGroups writes one object, in which clicks.add is the add of clicks.
func writeGroups(out *bytes.Buffer, doc, name string, members []signature, write func(signature) string) {
	if len(members) == 0 {
		fmt.Fprintf(out, "\n%s\nexport const %s = {}\n", doc, name)
		return
	}
	fmt.Fprintf(out, "\n%s\nexport const %s = {\n", doc, name)
	writeMembers(out, members, 0, write)
	out.WriteString("}\n")
}

// writeMembers writes sorted members that have their first parts in common.
func writeMembers(out *bytes.Buffer, members []signature, common int, write func(signature) string) {
	indent := strings.Repeat("  ", common+1)
	for len(members) > 0 {
		parts := strings.Split(members[0].Name, ".")
		if len(parts) == common+1 {
			writeDoc(out, indent, members[0].Doc)
			fmt.Fprintf(out, "%s%s: %s,\n", indent, parts[common], write(members[0]))
			members = members[1:]
			continue
		}
		group := strings.Join(parts[:common+1], ".") + "."
		n := 0
		for n < len(members) && strings.HasPrefix(members[n].Name, group) {
			n++
		}
		fmt.Fprintf(out, "%s%s: {\n", indent, parts[common])
		writeMembers(out, members[:n], common+1, write)
		fmt.Fprintf(out, "%s},\n", indent)
		members = members[n:]
	}
}

// writeDoc writes a comment of Go as one of TypeScript.
func writeDoc(out io.Writer, indent, doc string) {
	if doc == "" {
		return
	}
	doc = strings.ReplaceAll(doc, "*/", `*\/`)
	if !strings.Contains(doc, "\n") {
		fmt.Fprintf(out, "%s/** %s */\n", indent, doc)
		return
	}
	fmt.Fprintf(out, "%s/**\n", indent)
	for line := range strings.SplitSeq(doc, "\n") {
		fmt.Fprintf(out, "%s\n", strings.TrimRight(indent+" * "+line, " \t"))
	}
	fmt.Fprintf(out, "%s */\n", indent)
}

func (s signature) function() string {
	parameter, argument := "", "undefined"
	if s.In.kind != kindNothing {
		parameter, argument = "input: "+s.In.typeScript()+", ", "input"
	}
	options, answer, runtime := "CallOptions", "Promise", "call"
	if s.Stream {
		options, answer, runtime = "StreamOptions", "AsyncIterable", "stream"
	}
	return fmt.Sprintf("(%soptions?: %s): %s<%s> => %s(%q, %s, options)",
		parameter, options, answer, s.Out.typeScript(), runtime, s.Name, argument)
}

func (s signature) event() string {
	parameter := ""
	if s.Out.kind != kindNothing {
		parameter = "event: " + s.Out.typeScript()
	}
	return fmt.Sprintf("(handler: (%s) => void, options?: ListenOptions): (() => void) => listen(%q, handler, options)",
		parameter, s.Name)
}
