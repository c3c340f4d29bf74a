//go:build !unix

package devdb

import (
	"context"
	"errors"
)

// A Server is a running Postgres. This system has none of our making.
type Server struct{}

// Start only says what to do instead: without unix sockets and process groups
// there is no private Postgres.
func Start(context.Context, Options) (*Server, error) {
	return nil, errors.New("this system cannot run the built-in Postgres: set DATABASE_URL")
}

// Join says the same.
func Join(ctx context.Context, o Options, _ string) (url string, leave func() error, err error) {
	_, err = Start(ctx, o)
	return "", nil, err
}

// URL, Folder, Done and Stop are for programs that compile everywhere.
func (s *Server) URL(database string) string { return "" }
func (s *Server) Folder() string             { return "" }
func (s *Server) Done() <-chan struct{}      { return nil }
func (s *Server) Stop() error                { return nil }
