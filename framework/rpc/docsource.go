package rpc

import (
	"errors"
	"fmt"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// ReadDocs reads the comments of the Go packages in the folders and below them. They belong to the module whose
// go.mod stands in the folder or above it. Tests, testdata and the folders that Go leaves out are left out.
//
// What is called "clicks.add" has the comment directly above the line that registers it, or else the one of the Go
// function that was registered:
//
//	// Adds to the clicks of the page, and answers how many there are.
//	rpc.Connected(a.api, "clicks.add", a.addClicks)
//
// For events, topics and presences it is the comment directly above the line with process.NewEvent, NewTopic or
// NewPresence.
func ReadDocs(dirs ...string) (Docs, error) {
	r := docReader{token.NewFileSet(), Docs{map[string]string{}, map[string]string{}, map[string]string{}, map[string]string{}}}
	for _, dir := range dirs {
		root, module, err := moduleOf(dir)
		if err != nil {
			return Docs{}, err
		}
		err = filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case entry.IsDir() && name != dir && leftOut(name, entry.Name()):
				return filepath.SkipDir
			case entry.IsDir(), !strings.HasSuffix(name, ".go"), strings.HasSuffix(name, "_test.go"):
				return nil
			}
			return r.read(root, module, name)
		})
		if err != nil {
			return Docs{}, err
		}
	}
	return r.docs, nil
}

// leftOut are the folders that are no packages of the module.
func leftOut(name, base string) bool {
	if base == "testdata" || base == "vendor" || base == "node_modules" || strings.ContainsRune("._", rune(base[0])) {
		return true
	}
	_, err := os.Stat(filepath.Join(name, "go.mod"))
	return err == nil
}

// moduleOf finds the module of a folder: its own folder and its path.
func moduleOf(dir string) (root, module string, err error) {
	if root, err = filepath.Abs(dir); err != nil {
		return "", "", err
	}
	for {
		text, err := os.ReadFile(filepath.Join(root, "go.mod"))
		if err == nil {
			return root, modulePath(string(text)), nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return "", "", err
		}
		above := filepath.Dir(root)
		if above == root {
			return "", "", fmt.Errorf("no go.mod in %s or above it", dir)
		}
		root = above
	}
}

func modulePath(gomod string) string {
	for line := range strings.Lines(gomod) {
		if words := strings.Fields(line); len(words) > 1 && words[0] == "module" {
			return strings.Trim(words[1], `"`)
		}
	}
	return ""
}
