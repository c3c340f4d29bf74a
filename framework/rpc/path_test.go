package rpc

import (
	"net/netip"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

// Net is where addresses stand that the library alone can refuse.
type (
	Net struct {
		Hosts []netip.Addr            `json:"hosts,omitzero"`
		Named map[string]netip.Addr   `json:"named,omitzero"`
		Lists map[string][]netip.Addr `json:"lists,omitzero"`
		Pair  *[2]netip.Addr          `json:"pair,omitzero"`
		Inner *Net                    `json:"inner,omitzero"`
		Links []Link                  `json:"links,omitzero"`
	}
	Link interface{ link() }
	Wire struct {
		Ends []netip.Addr `json:"ends"`
	}
	Bundle struct {
		Links []Link `json:"links"`
	}
)

func (Wire) link()   {}
func (Bundle) link() {}

func init() { Union[Link]("kind", Wire{}, Bundle{}) }

// TestPathOfNotUnderstood: what the library refuses is named as what check refuses.
func TestPathOfNotUnderstood(t *testing.T) {
	s := mustShape[Net](t)
	for data, want := range map[string]string{
		`{"hosts":["::1","x"]}`:                          "hosts[1]: not understood",
		`{"named":{"0":"x"}}`:                            `named."0": not understood`,
		`{"named":{"a b":"x"}}`:                          `named."a b": not understood`,
		`{"named":{"a/~b":"x"}}`:                         `named."a/~b": not understood`,
		`{"named":{"home":"x"}}`:                         "named.home: not understood",
		`{"lists":{"0":["x"]}}`:                          `lists."0"[0]: not understood`,
		`{"pair":["::1","x"]}`:                           "pair[1]: not understood",
		`{"inner":{"hosts":["x"]}}`:                      "inner.hosts[0]: not understood",
		`{"links":[{"ends":["::1","x"],"kind":"wire"}]}`: "links[0].ends[1]: not understood",
		`{"links":[{"kind":"bundle","links":[{"kind":"wire","ends":["x"]}]}]}`:           "links[0].links[0].ends[0]: not understood",
		`{"inner":{"links":[{"kind":"bundle","links":[{"kind":"wire","ends":["x"]}]}]}}`: "inner.links[0].links[0].ends[0]: not understood",
		`{"hosts":["\q"]}`: "hosts[0]: invalid JSON at byte 11",
	} {
		if err := s.decode([]byte(data), new(Net)); err == nil || err.Error() != want {
			t.Errorf("%s\n got %v\nwant %s", data, err, want)
		}
	}
	if err := mustShape[[]netip.Addr](t).decode([]byte(`["::1","x"]`), new([]netip.Addr)); err == nil || err.Error() != "[1]: not understood" {
		t.Errorf("a list itself: got %v", err)
	}
}

// TestStepsOfAnything: a path that leads nowhere is written all the same.
func TestStepsOfAnything(t *testing.T) {
	for at, want := range map[jsontext.Pointer]string{
		"":              "",
		"/none/0":       `none."0"`,
		"/links/0/ends": "links[0].ends",
		"/links/0/0":    `links[0]."0"`,
	} {
		bad, steps := &inputError{}, mustShape[Net](t).steps(at)
		for i := range steps {
			bad = bad.in(steps[len(steps)-1-i])
		}
		if bad.path != want {
			t.Errorf("%s is %s, want %s", at, bad.path, want)
		}
	}
}
