package framework_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/ocsigo/start/"

// floors are the rooms from the bottom up. A room may import those of lower floors, and no room imports one
// of its own floor: what must be said between two such rooms is said above them.
var floors = [][]string{
	{"framework/session", "framework/devdb/internal/installed", "framework/devdb/internal/lock", "authcheck"},
	{"framework/session/pgstore", "framework/process", "framework/devdb"},
	{"framework/page", "framework/rpc"},
	{"mail", "migrations"},
	{"accounts"},
	{"templates"},
	{"web"},
	{"cmd/app", "cmd/authcheck", "cmd/bench", "cmd/generate"},
}

// forTests are the rooms that only tests may import.
var forTests = []string{"framework/devdb/dbtest", "framework/process/processtest", "framework/browser/browsertest"}

// onlyTests have no Go code but tests.
var onlyTests = []string{"framework", "framework/browser"}

// TestFloors reads the import graph: no room imports a higher one, and the framework never imports the site.
func TestFloors(t *testing.T) {
	floorOf := map[string]int{}
	for floor, rooms := range floors {
		for _, room := range rooms {
			floorOf[room] = floor
		}
	}
	for room, imports := range graph(t) {
		if slices.Contains(forTests, room) || slices.Contains(onlyTests, room) {
			continue
		}
		floor, known := floorOf[room]
		if !known {
			t.Errorf("%s stands on no floor: add it to floors", room)
		}
		for _, imported := range imports {
			if slices.Contains(forTests, imported) {
				t.Errorf("%s imports %s, which is for tests", room, imported)
			} else if floorOf[imported] >= floor {
				t.Errorf("%s (floor %d) imports %s (floor %d)", room, floor, imported, floorOf[imported])
			}
		}
	}
}

// graph returns which rooms of this module each of them imports, tests aside.
func graph(t *testing.T) map[string][]string {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, module+"...")
	list.Stderr = t.Output() // its warnings are no rooms
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	graph := map[string][]string{}
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(line)
		room := strings.TrimPrefix(words[0], module)
		graph[room] = nil
		for _, imported := range words[1:] {
			if inside, ok := strings.CutPrefix(imported, module); ok {
				graph[room] = append(graph[room], inside)
			}
		}
	}
	if len(graph) < 10 {
		t.Fatalf("go list found only %d rooms", len(graph))
	}
	return graph
}
