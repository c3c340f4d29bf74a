// Command generate writes what is made from other files and checked in: the TypeScript client of the server
// functions, and the scripts that browsers load. Run it in the folder of go.mod, after the templates' own
// generator, for it asks the site itself:
//
//	go tool templ generate && go run ./cmd/generate
//
// A test of this package fails when either was forgotten.
package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

func main() {
	err := write(".")
	if err == nil {
		err = sayRuntimeSize(".")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

// sayRuntimeSize prints what the framework costs every page: it shall not grow unnoticed.
func sayRuntimeSize(root string) error {
	plain, compressed, err := runtimeSize(root)
	if err == nil {
		fmt.Printf("%s: %d bytes, %d compressed, of at most %d\n", runtimeFile, plain, compressed, runtimeAtMost)
	}
	return err
}

// write brings the generated files of a checkout up to date.
func write(root string) error {
	client, err := serverClient()
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(root, clientFile), client, 0o644); err != nil {
		return err
	}
	scripts, err := bundle(root)
	if err != nil {
		return err
	}
	if err := os.RemoveAll(filepath.Join(root, scriptFolder)); err != nil {
		return err
	}
	for name, content := range scripts {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// stale lists the generated files of a checkout that are not what write would write.
func stale(root string) (names []string, err error) {
	client, err := serverClient()
	if err != nil {
		return nil, err
	}
	wanted, err := bundle(root)
	if err != nil {
		return nil, err
	}
	wanted[clientFile] = client
	for name, content := range wanted {
		if found, err := os.ReadFile(filepath.Join(root, name)); err != nil || string(found) != string(content) {
			names = append(names, name)
		}
	}
	err = filepath.WalkDir(filepath.Join(root, scriptFolder), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(root, path)
		if wanted[filepath.ToSlash(name)] == nil {
			names = append(names, name)
		}
		return err
	})
	return names, err
}
