package main

import (
	"bytes"
	"compress/gzip"
	"path/filepath"
)

// runtimeFile is the framework's part of every page's script.
const runtimeFile = "framework/browser/runtime.ts"

// runtimeAtMost is how many bytes it may have, compressed: every visitor of every site loads it.
const runtimeAtMost = 12_000

// runtimeSize returns how many bytes the runtime has alone, as it is and compressed.
func runtimeSize(root string) (plain, compressed int, err error) {
	root, err = filepath.Abs(root)
	if err != nil {
		return 0, 0, err
	}
	files, err := build(root, []string{runtimeFile})
	if err != nil {
		return 0, 0, err
	}
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	for _, file := range files {
		plain += len(file.Contents)
		w.Write(file.Contents) // into memory: it cannot fail
	}
	err = w.Close()
	return plain, out.Len(), err
}
