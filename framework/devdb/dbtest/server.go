//go:build unix

package dbtest

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
	"github.com/ocsigo/start/framework/devdb"
	"github.com/ocsigo/start/framework/devdb/internal/installed"
)

// A server is a Postgres on a copy of the template.
type server struct {
	postgres *devdb.Server
	copy     *copied
	strategy string // how CREATE DATABASE copies the template
	count    atomic.Int64
}

// hasty are the settings of a server whose data nobody will miss.
var hasty = map[string]string{
	"fsync":              "off",
	"full_page_writes":   "off",
	"synchronous_commit": "off",
	"wal_level":          "minimal",
	"max_wal_senders":    "0",
	"max_wal_size":       "1GB", // fewer checkpoints
	"checkpoint_timeout": "1d",
	"autovacuum":         "off",
	"jit":                "off",
	"shared_buffers":     "32MB",
	"max_connections":    "200", // parallel tests with a pool each
}

// begin starts a server on a new copy, and cleans up after those who could not.
func begin(ctx context.Context, where cache, t Template) (*server, error) {
	programs, err := installed.Find(ctx, os.Getenv("PATH"), installed.Usual)
	if err != nil {
		return nil, err
	}
	where.sweep()
	version := programs[0].Version
	c, err := where.copyTemplate(ctx, version.Text, t)
	if err != nil {
		return nil, err
	}
	postgres, err := devdb.Start(ctx, devdb.Options{Folder: c.data(), Settings: hasty, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		c.remove()
		return nil, err
	}
	s := &server{postgres: postgres, copy: c}
	if version.Major >= 15 {
		// Copying files is three times as fast as writing them to the log, which
		// became the default then, and costs no checkpoint worth the name here.
		s.strategy = " strategy file_copy"
	}
	return s, nil
}

func (s *server) end() error {
	err := s.postgres.Stop()
	s.copy.remove()
	return err
}

func (s *server) create(ctx context.Context) (name string, err error) {
	name = fmt.Sprintf("test_%d", s.count.Add(1))
	return name, execute(ctx, s.postgres, "create database "+name+" template "+migrated+s.strategy)
}

// drop ends the connections that the test left open.
func (s *server) drop(ctx context.Context, name string) error {
	return execute(ctx, s.postgres, "drop database "+name+" with (force)")
}

// execute runs statements on a connection of their own, so that parallel tests
// do not wait for each other.
func execute(ctx context.Context, postgres *devdb.Server, statements ...string) error {
	conn, err := pgx.Connect(ctx, postgres.URL("postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	for _, statement := range statements {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

func dataIn(folder string) string { return filepath.Join(folder, "data") }
