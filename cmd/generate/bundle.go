package main

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// scriptFolder is where the scripts that browsers load are written.
const scriptFolder = "web/static/js"

// bundle makes a script of each file in web/client, and returns them by their names. What several of them
// import, such as the runtime, becomes a file that they share.
func bundle(root string) (map[string][]byte, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	entries, err := filepath.Glob(filepath.Join(root, "web/client/*.ts"))
	if err != nil {
		return nil, err
	}
	entries = slices.DeleteFunc(entries, func(name string) bool { return strings.HasSuffix(name, ".gen.ts") })
	files, err := build(root, entries)
	if err != nil {
		return nil, err
	}
	scripts := map[string][]byte{}
	for _, file := range files {
		name, err := filepath.Rel(root, file.Path)
		if err != nil {
			return nil, err
		}
		scripts[filepath.ToSlash(name)] = file.Contents
	}
	return scripts, nil
}

// build bundles scripts as browsers load them: one file for each entry, and files that they share.
func build(root string, entries []string) ([]api.OutputFile, error) {
	result := api.Build(api.BuildOptions{
		AbsWorkingDir:     root,
		EntryPoints:       entries,
		Outdir:            scriptFolder,
		Bundle:            true,
		Splitting:         true,
		Format:            api.FormatESModule,
		Target:            api.ES2022,
		Charset:           api.CharsetUTF8,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		LegalComments:     api.LegalCommentsNone,
	})
	if len(result.Errors) > 0 {
		return nil, errors.New(strings.Join(api.FormatMessages(result.Errors, api.FormatMessagesOptions{}), "\n"))
	}
	return result.OutputFiles, nil
}
