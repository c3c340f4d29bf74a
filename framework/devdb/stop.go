//go:build unix

package devdb

import (
	"fmt"
	"syscall"
	"time"
)

// tries is how often Stop asks, once a second, before it stops being polite.
const tries = 30

// Stop ends all connections, writes everything to the disk and waits until the
// server is gone. Calling it again is harmless. When the server had ended by
// itself, the error says why.
func (s *Server) Stop() error {
	select {
	case <-s.done:
		return s.why("Postgres ended")
	default:
	}
	s.stopping.Store(true)

	// It takes asking more than once only when the app ignores SIGINT: then so
	// does the shell, until it has become Postgres.
	again := time.NewTicker(time.Second)
	defer again.Stop()
	for range tries {
		s.child.signal(syscall.SIGINT)
		select {
		case <-s.done:
			return s.why("Postgres ended")
		case <-again.C:
		}
	}
	s.child.signal(syscall.SIGQUIT)
	<-s.done
	return fmt.Errorf("the database did not stop within %d seconds and was cut off: it repairs %s at its next start", tries, s.place.folder)
}
