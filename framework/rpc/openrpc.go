package rpc

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ocsigo/start/framework/process"
)

// OpenRPCInfo says what is described.
type OpenRPCInfo struct {
	Title       string `json:"title"`
	Version     string `json:"version"` // of the site, not of OpenRPC
	Description string `json:"description,omitzero"`
}

// OpenRPC writes the description of all functions and events that tools for OpenRPC 1.3 read. Methods with an object
// as input have its members by name; any other input is the one of a list. A stream has x-stream, and its result
// describes each of its values. The events, which OpenRPC has no word for, are in x-events.
func (a *API) OpenRPC(w io.Writer, info OpenRPCInfo, docs Docs) error {
	functions, events, err := a.signatures(docs)
	if err != nil {
		return err
	}
	d := document{OpenRPC: "1.3.2", Info: info, Methods: []method{}, Events: []event{}}
	for _, f := range functions {
		d.Methods = append(d.Methods, f.method(docs))
	}
	for _, e := range events {
		d.Events = append(d.Events, event{e.Name, e.Doc, e.Out.schemaOf()})
	}
	d.Components.Schemas, d.Components.Errors = schema{}, map[string]*process.Error{}
	for _, e := range wireErrors {
		d.Components.Errors[e.Kind.Kind] = e
	}
	for name, s := range a.types {
		d.Components.Schemas[name] = described(s.schemaLiteral(docs), docs.ofType(s))
	}
	return json.MarshalWrite(w, d, json.Deterministic(true), jsontext.WithIndent("  "))
}

// OpenRPCHandler serves the description, with the comments of the Go packages in the folders and below them. It reads
// them for each request, so that it shows what is written now: it is for development.
func (a *API) OpenRPCHandler(info OpenRPCInfo, dirs ...string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var out bytes.Buffer
		docs, err := ReadDocs(dirs...)
		if err == nil {
			err = a.OpenRPC(&out, info, docs)
		}
		if err != nil {
			a.hub.Log().ErrorContext(r.Context(), "no description of the server functions", "error", err)
			http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.Write(out.Bytes()) // who asked may be gone
	})
}

type document struct {
	OpenRPC    string      `json:"openrpc"`
	Info       OpenRPCInfo `json:"info"`
	Methods    []method    `json:"methods"`
	Components struct {
		Schemas schema                    `json:"schemas"`
		Errors  map[string]*process.Error `json:"errors"`
	} `json:"components"`
	Events []event `json:"x-events"`
}

type method struct {
	Name           string       `json:"name"`
	Summary        string       `json:"summary,omitzero"`
	Description    string       `json:"description,omitzero"`
	ParamStructure string       `json:"paramStructure"`
	Params         []descriptor `json:"params"`
	Result         descriptor   `json:"result"`
	Errors         []schema     `json:"errors"`
	Stream         bool         `json:"x-stream,omitzero"`
}

type descriptor struct {
	Name        string `json:"name"`
	Description string `json:"description,omitzero"`
	Required    bool   `json:"required"`
	Schema      schema `json:"schema"`
}

type event struct {
	Name        string `json:"name"`
	Description string `json:"description,omitzero"`
	Schema      schema `json:"schema"`
}

func (f signature) method(docs Docs) method {
	m := method{
		Name:           f.Name,
		ParamStructure: "by-name",
		Params:         []descriptor{},
		Result:         descriptor{Name: "result", Required: true, Schema: f.Out.schemaOf()},
		Stream:         f.Stream,
	}
	m.Summary, m.Description = summed(f.Doc)
	if f.Stream {
		m.Result.Name = "value"
	}
	switch f.In.kind {
	case kindNothing:
	case kindObject:
		for _, field := range f.In.fields {
			m.Params = append(m.Params, descriptor{field.name, docs.ofField(field), !field.optional, field.shape.schemaOf()})
		}
		slices.SortStableFunc(m.Params, requiredFirst)
	default:
		m.ParamStructure = "by-position"
		m.Params = []descriptor{{Name: "input", Required: true, Schema: f.In.schemaOf()}}
	}
	for _, e := range wireErrors {
		m.Errors = append(m.Errors, schema{"$ref": "#/components/errors/" + e.Kind.Kind})
	}
	return m
}

// summed splits a comment into its first sentence and the whole, which is "" when it says no more than that.
func summed(doc string) (summary, whole string) {
	paragraph, _, _ := strings.Cut(doc, "\n\n")
	words := strings.Fields(paragraph)
	if last := slices.IndexFunc(words, endsSentence); last >= 0 {
		words = words[:last+1]
	}
	summary = strings.Join(words, " ")
	if summary == strings.Join(strings.Fields(doc), " ") {
		return summary, ""
	}
	return summary, doc
}

func endsSentence(word string) bool { return strings.ContainsAny(word[len(word)-1:], ".!?") }

func requiredFirst(a, b descriptor) int {
	switch {
	case a.Required == b.Required:
		return 0
	case a.Required:
		return -1
	}
	return 1
}

// wireErrors are those that every call may end with. A function's own have the number 1 and kinds of their own.
var wireErrors = append(process.CallErrors(), internal, notRecent, permissionDenied,
	wireError(invalidInput.Number, invalidInput.Kind.Kind, "The input is not what the function takes."))
