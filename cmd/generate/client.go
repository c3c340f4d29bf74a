package main

import (
	"bytes"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/rpc"
	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/mail"
	"github.com/ocsigo/start/web"
)

// clientFile is the TypeScript client, and runtime the module that it imports from there.
const (
	clientFile = "web/client/server.gen.ts"
	runtime    = "../../framework/browser/runtime"
)

// serverClient asks the site itself for its server functions. No database is needed: none is called.
func serverClient() ([]byte, error) {
	sessions := session.New(&session.MemoryStore{}, session.Options{})
	site, err := web.New(web.App{
		Sessions: sessions,
		Tabs:     process.New(sessions, process.Options{}),
		URL:      &url.URL{Scheme: "http", Host: "localhost"},

		// All that there is, what serves developers too.
		Development: true,
		Mailbox:     mail.NewMailbox(),
	})
	if err != nil {
		return nil, err
	}
	site.Handler()
	root, err := moduleRoot()
	if err != nil {
		return nil, err
	}
	docs, err := rpc.ReadDocs(root)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = site.API().WriteTypeScript(&out, runtime, docs)
	return out.Bytes(), err
}

// moduleRoot is the folder of the code that this program was made of: its comments become those of the client.
func moduleRoot() (string, error) {
	name, err := exec.Command("go", "env", "GOMOD").Output()
	return filepath.Dir(strings.TrimSpace(string(name))), err
}
