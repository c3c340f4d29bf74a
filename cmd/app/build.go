package main

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
)

// build names this program by its content: nodes that run the same binary have the same build, and a new
// one makes the tabs of the old load their documents again.
func build() string {
	path, err := os.Executable()
	if err != nil {
		return "unknown"
	}
	file, err := os.Open(path)
	if err != nil {
		return "unknown"
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return "unknown"
	}
	return hex.EncodeToString(hash.Sum(nil)[:8])
}
