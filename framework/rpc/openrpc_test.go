package rpc

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ocsigo/start/framework/process"
)

// describedAPI writes the description of a test API and reads it again.
func describedAPI(t *testing.T) map[string]any {
	t.Helper()
	b := newBench(t)
	everyShape(b, func() {})
	process.NewEvent[Counters](b.hub, "counters.moved")
	process.NewTopic[int, Tree](b.hub, "trees.grown")
	docs := Docs{
		types:  map[string]string{typeKey(reflect.TypeFor[Tree]()): "A tree."},
		fields: map[string]string{typeKey(reflect.TypeFor[Order]()) + ".Items": "What is ordered.", typeKey(reflect.TypeFor[Everything]()) + ".Tree": "Grows."},
		names:  map[string]string{"order": "Orders.\n\nAnd pays.", "pointer": "Pays.", "trees.grown": "Grown."},
	}
	var first, second strings.Builder
	info := OpenRPCInfo{Title: "Test", Version: "1"}
	if err := b.OpenRPC(&first, info, docs); err != nil {
		t.Fatal(err)
	}
	if err := b.OpenRPC(&second, info, docs); err != nil || first.String() != second.String() {
		t.Errorf("it is written in two ways: %v", err)
	}
	var d map[string]any
	if err := json.Unmarshal([]byte(first.String()), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// TestOpenRPCIsValid holds the description to what version 1.3 of OpenRPC and draft 7 of JSON Schema ask of it.
func TestOpenRPCIsValid(t *testing.T) {
	d := describedAPI(t)
	wantMembers(t, "document", d, "openrpc info methods components x-events", "")
	wantMembers(t, "info", d["info"], "title version", "description")
	components := d["components"].(map[string]any)
	wantMembers(t, "components", components, "schemas errors", "")
	for name, e := range components["errors"].(map[string]any) {
		wantMembers(t, name, e, "code message data", "")
	}
	for name, s := range components["schemas"].(map[string]any) {
		if !regexp.MustCompile(`^[a-zA-Z0-9._-]+$`).MatchString(name) {
			t.Errorf("%q is no key of components", name)
		}
		wantSchema(t, name, s)
	}
	var names []string
	for _, m := range d["methods"].([]any) {
		m := m.(map[string]any)
		name := m["name"].(string)
		names = append(names, name)
		wantMembers(t, name, m, "name params paramStructure result errors", "summary description x-stream")
		wantDescriptors(t, name, m["params"].([]any), m["paramStructure"].(string))
		wantDescriptors(t, name, []any{m["result"]}, "by-position")
	}
	if !slices.IsSorted(names) || len(slices.Compact(names)) != len(d["methods"].([]any)) {
		t.Errorf("the methods are %v", names)
	}
	for _, e := range d["x-events"].([]any) {
		wantMembers(t, "event", e, "name schema", "description")
		wantSchema(t, "event", e.(map[string]any)["schema"])
	}
	wantReferences(t, d, d)
}

// wantDescriptors: names that differ, and what is required first.
func wantDescriptors(t *testing.T, method string, list []any, structure string) {
	t.Helper()
	if structure != "by-name" && (structure != "by-position" || len(list) != 1) {
		t.Errorf("%s: %d parameters %s", method, len(list), structure)
	}
	given, optional := map[any]bool{}, false
	for _, d := range list {
		d := d.(map[string]any)
		wantMembers(t, method, d, "name required schema", "description")
		wantSchema(t, method, d["schema"])
		if given[d["name"]] || optional && d["required"] == true {
			t.Errorf("%s: %v is there twice, or behind what is optional", method, d["name"])
		}
		given[d["name"]], optional = true, d["required"] == false
	}
}

func wantMembers(t *testing.T, what string, object any, required, optional string) {
	t.Helper()
	members, ok := object.(map[string]any)
	if !ok {
		t.Fatalf("%s is %v", what, object)
	}
	for _, name := range strings.Fields(required) {
		if members[name] == nil {
			t.Errorf("%s has no %s", what, name)
		}
	}
	for name := range members {
		if !slices.Contains(strings.Fields(required+" "+optional), name) {
			t.Errorf("%s has a %s", what, name)
		}
	}
}

// wantSchema knows the words of JSON Schema that are used.
func wantSchema(t *testing.T, what string, value any) {
	t.Helper()
	s, ok := value.(map[string]any)
	if !ok {
		if _, plain := value.(bool); !plain {
			t.Errorf("%s: %v is no schema", what, value)
		}
		return
	}
	if s["$ref"] != nil && len(s) > 1 {
		t.Errorf("%s: what stands beside a $ref does not count: %v", what, s)
	}
	for word, value := range s {
		switch word {
		case "items", "propertyNames", "additionalProperties":
			wantSchema(t, what, value)
		case "anyOf", "oneOf", "allOf":
			for _, part := range value.([]any) {
				wantSchema(t, what, part)
			}
		case "properties":
			for name, part := range value.(map[string]any) {
				wantSchema(t, what+"."+name, part)
			}
		case "type", "enum", "format", "pattern", "minimum", "maximum", "minItems", "maxItems", "required",
			"contentEncoding", "description", "$ref":
		default:
			t.Errorf("%s: %q is no word of JSON Schema", what, word)
		}
	}
}

// wantReferences follows every $ref in the document.
func wantReferences(t *testing.T, document map[string]any, in any) {
	t.Helper()
	switch in := in.(type) {
	case []any:
		for _, part := range in {
			wantReferences(t, document, part)
		}
	case map[string]any:
		for name, part := range in {
			if ref, ok := part.(string); ok && name == "$ref" {
				wantReference(t, document, ref)
			}
			wantReferences(t, document, part)
		}
	}
}

func wantReference(t *testing.T, document map[string]any, ref string) {
	t.Helper()
	path, local := strings.CutPrefix(ref, "#/")
	var at any = document
	for step := range strings.SplitSeq(path, "/") {
		members, _ := at.(map[string]any)
		at = members[step]
	}
	if !local || at == nil {
		t.Errorf("%s leads nowhere", ref)
	}
}

// TestOpenRPCSays what the parts are like that tools look at.
func TestOpenRPCSays(t *testing.T) {
	d := describedAPI(t)
	methods := map[string]any{}
	for _, m := range d["methods"].([]any) {
		methods[m.(map[string]any)["name"].(string)] = m
	}
	schemas := d["components"].(map[string]any)["schemas"].(map[string]any)
	events := d["x-events"].([]any)
	for want, got := range map[string]any{
		`"1.3.2"`:                        d["openrpc"],
		`{"title":"Test","version":"1"}`: d["info"],
		`"Orders."`:                      methods["order"].(map[string]any)["summary"],
		`"Orders.\n\nAnd pays."`:         methods["order"].(map[string]any)["description"],
		`"Pays."`:                        methods["pointer"].(map[string]any)["summary"],
		`null`:                           methods["pointer"].(map[string]any)["description"],
		`"by-name"`:                      methods["order"].(map[string]any)["paramStructure"],
		`"by-position"`:                  methods["pointer"].(map[string]any)["paramStructure"],
		`true`:                           methods["stream"].(map[string]any)["x-stream"],
		`[]`:                             methods["session.disconnect"].(map[string]any)["params"],
		`{"enum":["red","light \"green\""],"type":"string"}`: schemas["Colour"],
		`{"format":"date-time","type":"string"}`:             without(schemas["Time"], "description"),
		`{"contentEncoding":"base64","type":"string"}`:       without(schemas["Base64"], "description"),
		`"A tree."`: schemas["Tree"].(map[string]any)["description"],
		`{"allOf":[{"$ref":"#/components/schemas/Tree"}],"description":"Grows."}`:                                             schemas["Everything"].(map[string]any)["properties"].(map[string]any)["tree"],
		`[{"name":"input","required":true,"schema":{"anyOf":[{"$ref":"#/components/schemas/Address"},{"type":"null"}]}}]`:     methods["pointer"].(map[string]any)["params"],
		`{"name":"value","required":true,"schema":{"maximum":9007199254740991,"minimum":-9007199254740991,"type":"integer"}}`: methods["stream"].(map[string]any)["result"],
		`{"description":"Grown.","name":"trees.grown","schema":{"additionalProperties":false,"properties":` +
			`{"key":{"maximum":9007199254740991,"minimum":-9007199254740991,"type":"integer"},"value":{"$ref":"#/components/schemas/Tree"}},` +
			`"required":["key","value"],"type":"object"}}`: events[1],
	} {
		text, err := json.Marshal(got)
		var clear any
		if json.Unmarshal([]byte(want), &clear) != nil || !reflect.DeepEqual(clear, roundTrip(t, got)) {
			t.Errorf("got %s, %v, want %s", text, err, want)
		}
	}
}

// TestSummed: the summary is a sentence, and what it says already is not said again.
func TestSummed(t *testing.T) {
	for doc, want := range map[string][2]string{
		"":                             {},
		"Adds to the clicks.":          {"Adds to the clicks.", ""},
		"Adds to\nthe clicks.":         {"Adds to the clicks.", ""},
		"Author's own.\n\nHe pays!":    {"Author's own.", "Author's own.\n\nHe pays!"},
		"Is it there? Yes.":            {"Is it there?", "Is it there? Yes."},
		"One paragraph\n\nand another": {"One paragraph", "One paragraph\n\nand another"},
		"adds":                         {"adds", ""},
		"Adds. And\nanswers.":          {"Adds.", "Adds. And\nanswers."},
		"Adds to\nthe clicks. Answers": {"Adds to the clicks.", "Adds to\nthe clicks. Answers"},
		"Orders.\n\nAnd pays.":         {"Orders.", "Orders.\n\nAnd pays."},
		"Adds 1.5 to it":               {"Adds 1.5 to it", ""},
	} {
		if summary, whole := summed(doc); summary != want[0] || whole != want[1] {
			t.Errorf("%q: %q and %q, want %q", doc, summary, whole, want)
		}
	}
}

func roundTrip(t *testing.T, value any) (again any) {
	t.Helper()
	text, err := json.Marshal(value)
	if err == nil {
		err = json.Unmarshal(text, &again)
	}
	if err != nil {
		t.Fatal(err)
	}
	return again
}

func without(object any, name string) map[string]any {
	members := object.(map[string]any)
	delete(members, name)
	return members
}

func TestOpenRPCHandler(t *testing.T) {
	b := newBench(t)
	// Is not read: this file is a test.
	Handle(b.API, "ping", func(context.Context, struct{}) (struct{}, error) { return struct{}{}, nil })
	info := OpenRPCInfo{Title: "Test", Version: "1"}
	get := func(dir string) *httptest.ResponseRecorder {
		answer := httptest.NewRecorder()
		b.OpenRPCHandler(info, dir).ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/rpc/openrpc.json", nil))
		return answer
	}
	answer := get(".")
	if answer.Code != http.StatusOK || answer.Header().Get("Content-Type") != "application/json; charset=utf-8" ||
		!strings.Contains(answer.Body.String(), "Logs the visitor out in this browser.") || strings.Contains(answer.Body.String(), "Is not read") {
		t.Errorf("%d %v %s", answer.Code, answer.Header(), answer.Body)
	}
	if answer := get(t.TempDir()); answer.Code != http.StatusInternalServerError || !strings.Contains(b.log.String(), "no go.mod") {
		t.Errorf("%d, %s", answer.Code, b.log.String())
	}
}
