package session

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
)

// The headers of a request in place. Each is there exactly once, or the request is no tab's.
const (
	ProcessHeader  = "Ocsigo-Process"  // the process that asks
	IdentityHeader = "Ocsigo-Identity" // the identity number under which it asks, and that an answer gives it
)

// NamesTab reports whether a request says that an open tab makes it. An empty name of a process is a wrong one, not
// none.
func NamesTab(r *http.Request) bool {
	_, named := r.Header[ProcessHeader]
	return named
}

// JoinNamed joins a request to the tab that its headers name. It fails as Join does; with ErrForeignTab too when the
// headers name no tab, or write its number otherwise than the server does.
func JoinNamed(r *http.Request) error {
	process, identity := r.Header[ProcessHeader], r.Header[IdentityHeader]
	if len(process) != 1 || len(identity) != 1 {
		return errors.Join(ErrForeignTab, errors.New("a tab has one process, and one identity number"))
	}
	number, err := strconv.Atoi(identity[0])
	if err != nil || strconv.Itoa(number) != identity[0] {
		return errors.Join(ErrForeignTab, fmt.Errorf("%q is no identity number", identity[0]))
	}
	return Join(r.Context(), process[0], number)
}
