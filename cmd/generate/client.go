package main

import (
	"bytes"
	"context"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ocsigo/start/accounts"
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

// serverClient asks the site itself for its server functions.
func serverClient() ([]byte, error) {
	db, err := pgxpool.New(context.Background(), "host=localhost") // which is never asked
	if err != nil {
		return nil, err
	}
	defer db.Close()
	site, err := siteOver(db)
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

// siteOver returns the site with all that features may register something with, and with what serves developers too.
func siteOver(db *pgxpool.Pool) (*web.App, error) {
	mailbox, home := mail.NewMailbox(), &url.URL{Scheme: "http", Host: "localhost"}
	post, err := mail.New(db, mail.Options{From: "site@localhost", Mailbox: mailbox})
	if err != nil {
		return nil, err
	}
	users := accounts.New(db, post, accounts.Options{Site: web.Name, URL: home})
	sessions := session.New(&session.MemoryStore{}, session.Options{})
	return web.New(web.App{
		DB: db, Accounts: users, Sessions: sessions, Tabs: process.New(sessions, process.Options{}), Post: post, Mailbox: mailbox,
		URL: home, Development: true,
	})
}

// moduleRoot is the folder of the code that this program was made of: its comments become those of the client.
func moduleRoot() (string, error) {
	name, err := exec.Command("go", "env", "GOMOD").Output()
	return filepath.Dir(strings.TrimSpace(string(name))), err
}
