package browser_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// tells answers what a form sent: how, and each field with its values and files.
func tells(w http.ResponseWriter, r *http.Request) {
	r.ParseMultipartForm(1 << 20)
	body := fmt.Sprintf("%s %s", r.Method, r.Header.Get("Content-Type"))
	if r.MultipartForm != nil {
		body = r.Method + " multipart"
		for _, headers := range r.MultipartForm.File {
			for _, header := range headers {
				file, _ := header.Open()
				content, _ := io.ReadAll(file)
				body += fmt.Sprintf(" %s=%s", header.Filename, content)
			}
		}
	}
	write(w, http.StatusOK, "told", "", `<h1>`+body+` `+r.Form.Encode()+`</h1>`)
}

// TestForms: what is sent is what the browser would send by itself, or better: without files always url-encoded.
func TestForms(t *testing.T) {
	file := filepath.Join(t.TempDir(), "note.txt")
	if err := os.WriteFile(file, []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	const plain = "POST application/x-www-form-urlencoded;charset=UTF-8 "
	const files = `<form method="post" action="/tell" enctype="multipart/form-data"><input name="a" value="1"><input type="file" name="f"><button>Send</button></form>`
	rows := map[string]struct{ html, file, want string }{
		"get":            {`<form action="/tell"><input name="a" value="b c"><button>Send</button></form>`, "", "GET a=b+c"},
		"post":           {`<form method="post" action="/tell"><input name="a" value="é&amp;"><button>Send</button></form>`, "", plain + "a=%C3%A9%26"},
		"submitter":      {`<form method="post" action="/tell"><button name="do" value="it">Send</button><button name="do" value="not">No</button></form>`, "", plain + "do=it"},
		"get, submitter": {`<form action="/tell"><button name="do" value="it">Send</button></form>`, "", "GET do=it"},
		"formmethod":     {`<form action="/nowhere"><input name="a" value="b"><button formmethod="post" formaction="/tell">Send</button></form>`, "", plain + "a=b"},
		"file":           {files, file, "POST multipart note.txt=hello a=1"},
		"no file":        {files, "", plain + "a=1"},
		"telling names":  {`<form method="post" action="/tell"><input name="method" value="m"><input name="target" value="t"><button>Send</button></form>`, "", plain + "method=m&target=t"},
	}
	bothWays(t, func(t *testing.T, b *browsertest.Browser) {
		open := visits(b)
		for name, row := range rows {
			t.Log(name)
			s := serve(t, ready)
			s.page("/form", "form", row.html)
			s.handle("/tell", tells)
			tab := open(s.URL + "/form")
			document := tab.Document()
			if row.file != "" {
				tab.Upload("[type=file]", row.file)
			}
			tab.Click("button")
			tab.WaitText("h1", row.want)
			stays(t, tab, document)
		}
	})
}

// TestFormIsSentOnce: while a form is under way it shows it, and a double click sends it once.
func TestFormIsSentOnce(t *testing.T) {
	t.Parallel()
	for name, js := range map[string]string{"in place": "", "URL first": ways["URL first"], "as a document": "delete window.navigation"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, ready)
			goOn := make(chan struct{})
			var posts atomic.Int32
			s.handle("/form", func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPost {
					posts.Add(1)
					hold(r, goOn)
				}
				write(w, http.StatusUnprocessableEntity, "form", "", `<h1>`+r.Method+`</h1><form method="post" id="kept" data-keep><button>Send</button></form>`)
			})
			b := browsertest.New(t)
			if js != "" {
				b.BeforeScripts(js)
			}
			tab := visit(b, s.URL+"/form")
			tab.DoubleClick("button")
			if name != "as a document" { // nothing can be asked of a page that is being replaced
				if busy, disabled := tab.Attr("form", "aria-busy"), tab.Attr("button", "aria-disabled"); busy != "true" || disabled != "true" {
					t.Errorf("the form is busy: %q, its button disabled: %q", busy, disabled)
				}
			}
			close(goOn)
			tab.WaitText("h1", "POST")
			tab.Wait(`!document.querySelector("[aria-busy], [aria-disabled]")`)
			if n := posts.Load(); n != 1 {
				t.Errorf("the form was sent %d times", n)
			}
		})
	}
}

// TestFormsLeftAlone: a form of a dialog closes it, and one for another tab opens that; neither is under way.
func TestFormsLeftAlone(t *testing.T) {
	t.Parallel()
	s := serve(t, ready)
	s.page("/form", "form", `<dialog open><form id="close" method="dialog"><button>Close</button></form></dialog>
		<form id="other" method="post" action="/tell" target="_blank"><button>Send</button></form>`)
	s.handle("/tell", tells)
	tab := visit(browsertest.New(t), s.URL+"/form")
	document := tab.Document()
	tab.Click("#close button")
	tab.Wait(`!document.querySelector("dialog").open`)
	other := tab.Opened(func() { tab.Click("#other button") })
	other.WaitText("h1", "POST application/x-www-form-urlencoded")
	stays(t, tab, document)
	if tab.Has("[aria-busy]") {
		t.Error("a form is under way for ever")
	}
	s.hasAsked("")
}

// TestLinkBesideForm: a link that is clicked before a form is sent leaves the form under way when it is given up.
func TestLinkBesideForm(t *testing.T) {
	bothWays(t, func(t *testing.T, b *browsertest.Browser) {
		s := serve(t, ready)
		goOn, ended := make(chan struct{}), make(chan struct{})
		s.page("/form", "form", `<a href="/slow">slow</a><form method="post" action="/tell"><button>Send</button></form>`)
		s.handle("/slow", func(w http.ResponseWriter, r *http.Request) {
			<-r.Context().Done()
			close(ended)
		})
		s.handle("/tell", func(w http.ResponseWriter, r *http.Request) {
			hold(r, goOn)
			tells(w, r)
		})
		tab := visit(b, s.URL+"/form")
		tab.Click("a")
		tab.Click("button")
		<-ended
		if !tab.Has(`form[aria-busy="true"]`) {
			t.Error("the form may be sent once more")
		}
		close(goOn)
		tab.WaitText("h1", "POST application/x-www-form-urlencoded;charset=UTF-8")
	})
}

// TestNewlines: lines end as in a form that the browser sends by itself, in names and in values.
func TestNewlines(t *testing.T) {
	t.Parallel()
	const html = `<form method="post" action="/tell" %s><input name="x
y"><textarea name="a"></textarea><input type="file" name="f"><button>Send</button></form>`
	file := filepath.Join(t.TempDir(), "note.txt")
	if err := os.WriteFile(file, []byte("hel\nlo"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, row := range map[string]struct{ as, file string }{
		"in place":         {`enctype="multipart/form-data"`, ""},
		"a file, in place": {`enctype="multipart/form-data"`, file},
		"as a document":    {`data-navigate="document"`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, ready)
			sent := make(chan string, 1)
			s.page("/form", "form", fmt.Sprintf(html, row.as))
			s.handle("/tell", func(w http.ResponseWriter, r *http.Request) {
				r.ParseMultipartForm(1 << 20)
				r.PostForm.Del("f")
				text := r.PostForm.Encode()
				if r.MultipartForm != nil && len(r.MultipartForm.File["f"]) > 0 {
					text += fmt.Sprint(" ", r.MultipartForm.File["f"][0].Size)
				}
				sent <- text
				redirect(w, r, "/")
			})
			tab := visit(browsertest.New(t), s.URL+"/form")
			browsertest.Eval[any](tab, `void (document.querySelector("textarea").value = "1\n2\r3\r\n\n4")`)
			want := "a=1%0D%0A2%0D%0A3%0D%0A%0D%0A4"
			if row.file == "" {
				want += "&x%0D%0Ay="
			} else {
				tab.Upload("[type=file]", row.file)
				want += "&x%250D%250Ay= 6" // so are names escaped here; the file is as it is
			}
			tab.Click("button")
			if got := <-sent; got != want {
				t.Errorf("sent %q, want %q", got, want)
			}
		})
	}
}

// TestFormThatIsBusyItself: what a site says about its form by itself does not hold it.
func TestFormThatIsBusyItself(t *testing.T) {
	bothWays(t, func(t *testing.T, b *browsertest.Browser) {
		s := serve(t, ready)
		s.page("/form", "form", `<form method="post" action="/tell" aria-busy="true"><input name="a" value="b"><button>Send</button></form>`)
		s.handle("/tell", tells)
		tab := visit(b, s.URL+"/form")
		tab.Click("button")
		tab.WaitText("h1", "POST application/x-www-form-urlencoded;charset=UTF-8 a=b")
	})
}

// TestLateForm: a form that is sent as a document is shown to be under way for a while; who presses it after that is
// told that it may have been done.
func TestLateForm(t *testing.T) {
	t.Parallel()
	for name, js := range map[string]string{"opted out": "", "no API": "delete window.navigation"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, ready)
			var posts atomic.Int32
			s.page("/form", "form", `<form method="post" action="/file" data-navigate="document"><button name="do" value="it">Save</button></form>`)
			s.handle("/file", func(w http.ResponseWriter, r *http.Request) {
				posts.Add(1)
				w.Header().Set("Content-Disposition", `attachment; filename="data.txt"`)
				io.WriteString(w, r.FormValue("do"))
			})
			b := browsertest.New(t)
			b.BeforeScripts(hurried + js)
			tab := visit(b, s.URL+"/form")
			document := tab.Document()
			for i := range 2 {
				tab.Click("button")
				tab.Wait(`document.querySelector("form").ariaBusy === "true"`)
				tab.Click("button")
				if _, content := tab.WaitDownload(); string(content) != "it" {
					t.Errorf("saved %q", content)
				}
				tab.Wait(`!document.querySelector("[aria-busy], [aria-disabled]")`)
				tab.Click("button")
				tab.Wait(`document.querySelector(".notice span")?.textContent.includes("may have been done")`)
				if n := posts.Load(); n != int32(2*i)+1 {
					t.Errorf("the form was sent %d times", n)
				}
				tab.Click(".notice button")
				if _, content := tab.WaitDownload(); string(content) != "it" {
					t.Errorf("saved %q", content)
				}
				tab.Wait(`!document.querySelector("[aria-busy], [aria-disabled]")`)
				tab.Click("button")
				tab.Click(".notice button:last-child")
			}
			stays(t, tab, document)
		})
	}
}
