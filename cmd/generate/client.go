package main

import (
	"bytes"
	"net/url"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/session"
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
	})
	if err != nil {
		return nil, err
	}
	site.Handler()
	var out bytes.Buffer
	err = site.API().WriteTypeScript(&out, runtime)
	return out.Bytes(), err
}
