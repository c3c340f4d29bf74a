package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ocsigo/start/accounts"
	"github.com/ocsigo/start/mail"
)

const root = "../.."

// TestNothingIsStale fails when a generated file was forgotten.
func TestNothingIsStale(t *testing.T) {
	names, err := stale(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		t.Errorf("%s is out of date: go run ./cmd/generate", name)
	}
}

// TestFeaturesMayRegister: a feature registers its links and its letters where it adds its routes.
func TestFeaturesMayRegister(t *testing.T) {
	db, err := pgxpool.New(t.Context(), "host=localhost")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	site, err := siteOver(db)
	if err != nil {
		t.Fatal(err)
	}
	accounts.Register[struct{}](site.Accounts, "join-team", time.Hour)
	mail.Register(site.Post, "join-team", func(context.Context, pgx.Tx, struct{}) (mail.Message, error) { return mail.Message{}, mail.ErrNobody })
}

// TestRuntimeIsSmall: what every page of every site loads.
func TestRuntimeIsSmall(t *testing.T) {
	plain, compressed, err := runtimeSize(root)
	if err != nil || compressed == 0 || compressed > runtimeAtMost {
		t.Errorf("the runtime has %d bytes, %d compressed: %v", plain, compressed, err)
	}
}

// TestNoTemplateIsStale fails when a template was changed and not generated.
func TestNoTemplateIsStale(t *testing.T) {
	folders := map[string][]string{}
	for _, pattern := range []string{"*/*.templ", "*/*/*.templ"} {
		names, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			folders[filepath.Dir(name)] = append(folders[filepath.Dir(name)], name)
		}
	}
	if len(folders) < 3 {
		t.Errorf("only %d folders with templates were found", len(folders))
	}
	for _, names := range folders {
		again := generated(t, names)
		for _, name := range names {
			got, err := os.ReadFile(strings.TrimSuffix(name, ".templ") + "_templ.go")
			if err != nil {
				t.Fatal(err)
			}
			if body(got) != body(again[name]) {
				t.Errorf("%s was changed: go tool templ generate", name)
			}
		}
	}
}

// generated is the code of some templates, generated in a copy.
func generated(t *testing.T, names []string) map[string][]byte {
	t.Helper()
	dir, code := t.TempDir(), map[string][]byte{}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, filepath.Base(name)), text, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if out, err := exec.CommandContext(t.Context(), "go", "tool", "templ", "generate", "-path", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(dir, strings.TrimSuffix(filepath.Base(name), ".templ")+"_templ.go"))
		if err != nil {
			t.Fatal(err)
		}
		code[name] = text
	}
	return code
}

// fileName is where generated code says which file it comes from: how it is written depends on where the
// generator was started.
var fileName = regexp.MustCompile("FileName: `[^`]*`")

func body(code []byte) string { return fileName.ReplaceAllString(string(code), "") }

// TestStaleIsNoticed changes what was generated in a copy, and looks whether that is seen.
func TestStaleIsNoticed(t *testing.T) {
	dir := t.TempDir()
	for _, folder := range []string{"framework/browser", "web/client", "web/static"} {
		if err := os.CopyFS(filepath.Join(dir, folder), os.DirFS(filepath.Join(root, folder))); err != nil {
			t.Fatal(err)
		}
	}
	appendTo(t, filepath.Join(dir, clientFile), "// changed by hand\n")
	appendTo(t, filepath.Join(dir, scriptFolder, "left-behind.js"), "//")
	names, err := stale(dir)
	if err != nil {
		t.Fatal(err)
	}
	want := clientFile + " " + scriptFolder + "/left-behind.js"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if err := write(dir); err != nil {
		t.Fatal(err)
	}
	if names, err = stale(dir); err != nil || len(names) > 0 {
		t.Errorf("after writing: %v %v", names, err)
	}
}

func appendTo(t *testing.T, name, text string) {
	t.Helper()
	file, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.WriteString(text); err != nil {
		t.Fatal(err)
	}
}

// TestWrongCallsDoNotCompile shows that the generated types hold: each of these lines is an error, the lines
// around them are not.
func TestWrongCallsDoNotCompile(t *testing.T) {
	client, err := filepath.Abs(filepath.Join(root, strings.TrimSuffix(clientFile, ".ts")))
	if err != nil {
		t.Fatal(err)
	}
	client = filepath.ToSlash(client)
	dir, wrongs := t.TempDir(), map[string]string{}
	for n, wrong := range []string{
		`await server.session.disconnectAll({ userIndep: "yes", withRestart: true })`,
		`await server.session.disconnectAll({ userIndep: true })`,
		`await server.session.disconnectAll({ userIndep: true, withRestart: true, quietly: true })`,
		`await server.session.disconnectAll()`,
		`await server.session.disconnect(7)`,
		`await server.session.reconnect()`,
		`const n: number = await server.session.disconnect(); void n`,
		`events.session.disconnected(() => {})`,
	} {
		name := fmt.Sprintf("wrong%d.ts", n)
		writeModule(t, filepath.Join(dir, name), client, wrong)
		wrongs[name] = wrong
	}
	said := compileWith(t, dir, client, `
		const done: void = await server.session.disconnectAll({ userIndep: true, withRestart: false })
		await server.session.disconnect({ signal: new AbortController().signal })
		void done`)
	for _, found := range regexp.MustCompile(`(?m)^(?:.*/)?([^/]+\.ts)\(.*error TS`).FindAllStringSubmatch(said, -1) {
		if !strings.HasPrefix(found[1], "wrong") {
			t.Errorf("right calls do not compile:\n%s", said)
		}
		delete(wrongs, found[1])
	}
	for _, wrong := range wrongs {
		t.Errorf("this compiles: %s", wrong)
	}
}

// compileWith returns what the TypeScript compiler says of a folder, with a module in it that uses a client.
func compileWith(t *testing.T, dir, client, code string) string {
	t.Helper()
	tsc, err := filepath.Abs(filepath.Join(root, "node_modules/.bin/tsc"))
	if err == nil {
		_, err = os.Stat(tsc)
	}
	if errors.Is(err, os.ErrNotExist) && os.Getenv("CI") == "" {
		t.Skip("there is no TypeScript compiler: npm ci installs it")
	}
	writeModule(t, filepath.Join(dir, "call.ts"), client, code)
	config, err := filepath.Abs(filepath.Join(root, "tsconfig.json"))
	if err != nil {
		t.Fatal(err)
	}
	extends := `{"extends": "` + filepath.ToSlash(config) + `", "include": ["*.ts"]}`
	if err := os.WriteFile(filepath.Join(dir, "tsconfig.json"), []byte(extends), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), tsc, "-p", dir).CombinedOutput()
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		t.Fatal(err)
	}
	return string(out)
}

// writeModule writes a module that uses a client.
func writeModule(t *testing.T, name, client, code string) {
	t.Helper()
	module := "import { events, server } from " + "\"" + client + "\"\nvoid [events, server]\n" + code + "\nexport {}\n"
	if err := os.WriteFile(name, []byte(module), 0o644); err != nil {
		t.Fatal(err)
	}
}
