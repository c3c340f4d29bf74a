package page_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/session"
)

// A form says what is wrong with each of its fields, and is shown again with what was entered.
func ExampleForm() {
	show := func(form *page.Form) templ.Component {
		return templ.Join(page.Identity(), say("%q: %s", form.Value("name"), form.Error("name")))
	}
	empty := func(r *http.Request, _ session.Visitor) (page.Content, error) {
		return page.Body("Your name", show(page.ReadForm(r)))
	}
	rename := func(r *http.Request, _ session.Visitor) (page.Content, error) {
		form := page.ReadForm(r)
		if len(form.Value("name")) < 2 {
			form.Wrong("name", "This is too short for a name.")
		}
		if !form.OK() {
			return page.Invalid("Your name", show(form))
		}
		return page.Redirect("/settings")
	}

	routes := http.NewServeMux()
	routes.Handle("GET /name", page.Opt(empty))
	routes.Handle("POST /name", page.Opt(rename))
	b := visit(routes)

	refused := b.submit("/name", "name=A")
	fmt.Println(refused.Code, strings.Contains(refused.Body.String(), "&#34;A&#34;: This is too short for a name."))
	fmt.Println(b.submit("/name", "name=Ada").Code)
	// Output:
	// 422 true
	// 303
}

// posted is what a handler sees of a form that was posted to a URL.
func posted(t *testing.T, target, kind, body string) *page.Form {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, target, strings.NewReader(body))
	r.Header.Set("Content-Type", kind)
	if err := r.ParseMultipartForm(1 << 20); err != nil && err != http.ErrNotMultipart {
		t.Fatal(err)
	}
	return page.ReadForm(r)
}

func TestFormReadsWhatWasPosted(t *testing.T) {
	form := posted(t, "/?name=Eve&keep=yes", urlEncoded, "name=Ada+L.&next=%2Fsettings")
	if form.Value("name") != "Ada L." || form.Checked("keep") || !form.Checked("name") || form.Next() != "/settings" {
		t.Errorf("%q, keep %t, next %q", form.Value("name"), form.Checked("keep"), form.Next())
	}
	if form := posted(t, "/?next=//evil.example", urlEncoded, "next=//evil.example"); form.Next() != "/" {
		t.Errorf("next is %q", form.Next())
	}
}

func TestFormReadsMultipart(t *testing.T) {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	if err := w.WriteField("name", "Ada"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if form := posted(t, "/", w.FormDataContentType(), body.String()); form.Value("name") != "Ada" {
		t.Errorf("%q", form.Value("name"))
	}
}

// TestFormOfALink: a GET has what its URL says.
func TestFormOfALink(t *testing.T) {
	form := page.ReadForm(httptest.NewRequest(http.MethodGet, "/?name=Ada&next=%2Fa%3Fb", nil))
	form.Set("keep", "yes")
	if form.Value("name") != "Ada" || form.Next() != "/a?b" || !form.Checked("keep") {
		t.Errorf("%q %q %t", form.Value("name"), form.Next(), form.Checked("keep"))
	}
}

// TestFormForgetsPasswords, and leaves the request as it was.
func TestFormForgetsPasswords(t *testing.T) {
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader("password=secret"))
	r.Header.Set("Content-Type", urlEncoded)
	if err := r.ParseForm(); err != nil {
		t.Fatal(err)
	}
	form := page.ReadForm(r)
	if password := form.Password("password"); password != "secret" {
		t.Errorf("%q", password)
	}
	if form.Value("password") != "" || strings.Contains(fmt.Sprintf("%+v", form), "secret") {
		t.Errorf("it is still there: %+v", form)
	}
	if r.PostFormValue("password") != "secret" {
		t.Error("it has gone from the request")
	}
}

func TestFormSaysWhatIsWrong(t *testing.T) {
	var form page.Form
	if !form.OK() || form.First("") || form.First("a") || form.Error("a") != "" || form.Password("a") != "" {
		t.Error("something is wrong with a form that nobody has seen")
	}
	form.Wrong("b", "It is missing.")
	form.Wrong("a", "It is too long.")
	form.Wrong("b", "It is no number.")
	form.Wrong("", "Try again tomorrow.")
	for field, message := range map[string]string{
		"a": "It is too long.", "b": "It is missing.", "": "Try again tomorrow.", "c": "",
	} {
		if form.Error(field) != message {
			t.Errorf("%q: %q", field, form.Error(field))
		}
	}
	if form.OK() || !form.First("b") || form.First("a") || form.First("") {
		t.Error("b is not the first")
	}
	form.Set("b", "5")
	if form.Value("b") != "5" {
		t.Errorf("%q", form.Value("b"))
	}
}
