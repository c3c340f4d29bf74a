package browsertest_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gorilla/websocket"
)

// site is a small web site for the browsers to visit.
func site(t *testing.T) string {
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		write(w, `<title>Home</title><p id=path>`+r.URL.Path+`</p><a id=next href="/next">next</a>`)
	})
	mux.HandleFunc("/who", who)
	mux.HandleFunc("/login", logIn)
	mux.HandleFunc("/form", func(w http.ResponseWriter, r *http.Request) { write(w, formPage) })
	mux.HandleFunc("/nothing", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusNoContent) })
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

// page serves one page, under one cache rule, on a site of its own that also has
// the pages of [site].
func page(t *testing.T, cache, html string) string {
	back := site(t)
	mux := http.NewServeMux()
	mux.HandleFunc("/socket", socket)
	mux.HandleFunc("/never", func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	mux.HandleFunc("/page", func(w http.ResponseWriter, r *http.Request) {
		if cache != "" {
			w.Header().Set("Cache-Control", cache)
		}
		write(w, html)
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, back+r.URL.Path, http.StatusTemporaryRedirect)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

func write(w http.ResponseWriter, html string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	io.WriteString(w, "<!doctype html>"+html)
}

// who says which name the visitor's cookie holds.
func who(w http.ResponseWriter, r *http.Request) {
	name := "nobody"
	if cookie, err := r.Cookie("name"); err == nil {
		name = cookie.Value
	}
	write(w, `<title>Who</title><p id=who>`+name+`</p>`)
}

// logIn sets the cookie and leads to who.
func logIn(w http.ResponseWriter, r *http.Request) {
	http.SetCookie(w, &http.Cookie{Name: "name", Value: r.FormValue("name"), Path: "/", HttpOnly: true})
	http.Redirect(w, r, "/who", http.StatusSeeOther)
}

const formPage = `<title>Form</title>
<form id=login method=post action=/login>
	<input name=name value="somebody else">
	<select name=colour><option value=r>red<option value=b>blue</select>
	<button>Log in</button>
</form>`

// socket is a websocket that answers what it hears.
func socket(w http.ResponseWriter, r *http.Request) {
	conn, err := new(websocket.Upgrader).Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer conn.Close()
	for {
		kind, message, err := conn.ReadMessage()
		if err != nil {
			return
		}
		if err := conn.WriteMessage(kind, message); err != nil {
			return
		}
	}
}

// script is a page of nothing but a script.
func script(js string) string {
	return fmt.Sprintf("<title>Script</title><script>%s</script>", js)
}
