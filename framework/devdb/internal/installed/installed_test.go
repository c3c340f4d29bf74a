package installed

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestParseVersion(t *testing.T) {
	for line, want := range map[string]Version{
		"postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n": {15, 18, "15.18"},
		"postgres (PostgreSQL) 18.1\n":                           {18, 1, "18.1"},
		"postgres (PostgreSQL) 19beta2":                          {19, 0, "19beta2"},
		"postgres (PostgreSQL) 9.6.24":                           {9, 6, "9.6.24"},
		"postgres (PostgreSQL) 20devel":                          {20, 0, "20devel"},
	} {
		if got, err := ParseVersion(line); err != nil || got != want {
			t.Errorf("%q is %+v, %v; want %+v", line, got, err, want)
		}
	}
	for _, line := range []string{"", "mysqld 8.0", "postgres (PostgreSQL)", "postgres (PostgreSQL) x"} {
		if got, err := ParseVersion(line); err == nil {
			t.Errorf("%q is %+v", line, got)
		}
	}
}

func FuzzParseVersion(f *testing.F) {
	f.Add("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)")
	f.Add("postgres (PostgreSQL) 00000000000000000000.1")
	f.Fuzz(func(t *testing.T, line string) {
		v, err := ParseVersion(line)
		if err != nil {
			return
		}
		if v.Major < 0 || v.Minor < 0 || !strings.Contains(line, v.Text) || strings.ContainsAny(v.Text, "/\\ \n") {
			t.Errorf("%q is %+v, and no good as a part of a file's name", line, v)
		}
	})
}

func TestParseMajor(t *testing.T) {
	for file, want := range map[string]int{"15\n": 15, "9.6\n": 9, "17": 17} {
		if got, err := ParseMajor(file); err != nil || got != want {
			t.Errorf("%q is %d, %v; want %d", file, got, err, want)
		}
	}
}

func FuzzParseMajor(f *testing.F) {
	f.Add("15\n")
	f.Add("-1")
	f.Add("0")
	f.Fuzz(func(t *testing.T, file string) {
		if major, err := ParseMajor(file); (err == nil) != (major > 0) {
			t.Errorf("%q is %d, %v", file, major, err)
		}
	})
}

func TestFindPrefersThePathThenTheNewest(t *testing.T) {
	at := t.TempDir()
	onPath := fake(t, at, "path", "14.2")
	fake(t, at, "usual/14.9", "14.9")
	newest := fake(t, at, "usual/17.1", "17.1")
	fake(t, at, "usual/9.6", "9.6.24") // too old
	halfOnly := fake(t, at, "half", "18.1")
	if err := os.Remove(filepath.Join(halfOnly, "initdb")); err != nil {
		t.Fatal(err)
	}

	path := halfOnly + string(os.PathListSeparator) + onPath
	found, err := Find(t.Context(), path, []string{at + "/usual/*"})
	if err != nil {
		t.Fatal(err)
	}
	var versions []string
	for _, p := range found {
		versions = append(versions, p.Version.Text)
	}
	if got, want := strings.Join(versions, " "), "14.2 17.1 14.9"; got != want {
		t.Errorf("found %s, want %s", got, want)
	}
	if found, err = Find(t.Context(), "", []string{at + "/usual/*"}); err != nil || found[0].Folder != newest {
		t.Errorf("without the path: %+v, %v", found, err)
	}
}

func TestFindNone(t *testing.T) {
	if _, err := Find(t.Context(), "", nil); !errors.Is(err, ErrNone) {
		t.Errorf("it says %v", err)
	}
	if strings.Contains(ErrNone.Error(), "\n") {
		t.Error("not one sentence")
	}
}

// fake installs a Postgres that only knows its version.
func fake(t *testing.T, at, name, version string) string {
	t.Helper()
	folder := filepath.Join(at, name)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, program := range []string{"postgres", "initdb"} {
		script := "#!/bin/sh\necho '" + program + " (PostgreSQL) " + version + "'\n"
		if err := os.WriteFile(filepath.Join(folder, program), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}
