package page

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/ocsigo/start/framework/session"
)

// A page in place: the runtime of an open tab asks for it, names its process, and shows what it gets instead of
// the page before. It gets what everybody gets, but for these:
//
//   - It is refused, with 409 and Ocsigo-Refused, before anything has run, when the process is not one of who
//     asks now: another browser's, another session's, one that has ended. The tab loads a document instead.
//   - A redirect is 204 with Ocsigo-Location. Scripts that fetch cannot see where a real one leads: it would lose
//     fragments, and fail when it leads to another site.
//   - Ocsigo-Identity is the identity number that a log-in has just given the tab. Nothing else tells it.
//   - Ocsigo-Refused: reauthenticate says, with 403, that the form wants its user to have proved lately who he is. The
//     runtime asks him, if the site has told it how, and sends the form again; else it shows the page that came.
//   - Ocsigo-Load says that the tab is over as a process: it goes on with a whole document.
const (
	processHeader  = session.ProcessHeader
	identityHeader = session.IdentityHeader
	refusedHeader  = "Ocsigo-Refused"
)

// inPlace reports whether a runtime asks.
func inPlace(r *http.Request) bool { return session.NamesTab(r) }

// join makes a request in place one of the tab that it names. session.ErrForeignTab says that it is not.
func join(r *http.Request) error {
	if !inPlace(r) {
		return nil
	}
	return session.JoinNamed(r)
}

// refuseTab answers a request in place that is not one of its tab.
func refuseTab(w http.ResponseWriter) {
	w.Header().Set(refusedHeader, "process")
	w.Header().Del("Ocsigo-Load")
	http.Error(w, "This is not the tab that it was. Load the page.", http.StatusConflict)
}

// redirect leads on. A tab is told where to, and goes there by itself.
func redirect(w http.ResponseWriter, r *http.Request, content Content) {
	if !session.InTab(r.Context()) {
		http.Redirect(w, r, content.location, content.Status)
		return
	}
	w.Header().Set("Ocsigo-Location", inASCII(content.location))
	w.WriteHeader(http.StatusNoContent)
}

// inASCII writes a URL as headers can carry it.
func inASCII(url string) string {
	var out strings.Builder
	for _, b := range []byte(url) {
		if b < 0x80 {
			out.WriteByte(b)
		} else {
			fmt.Fprintf(&out, "%%%02X", b)
		}
	}
	return out.String()
}
