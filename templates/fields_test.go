package templates

import (
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"github.com/ocsigo/start/framework/page"
)

// kinds are the fields that a form may have, each asking for "seat".
func kinds(f field) map[string]templ.Component {
	choices := []Choice{{"aisle", "At the aisle"}, {`"window"`, "At the window"}}
	return map[string]templ.Component{
		"input":    input(f, templ.Attributes{"type": "text"}),
		"textarea": textarea(f, nil),
		"select":   choose(f, choices, nil),
		"radio":    radios(f, choices),
		"checkbox": checkbox(f),
	}
}

// tagged returns the first tag of a field that has an attribute with this value.
func tagged(t *testing.T, kind, html, attribute string) string {
	t.Helper()
	for _, tag := range regexp.MustCompile(`<[a-z][^>]*>`).FindAllString(html, -1) {
		if strings.Contains(tag, " "+attribute) {
			return tag
		}
	}
	t.Errorf("%s has no %s:\n%s", kind, attribute, html)
	return ""
}

// TestFieldsAreTiedToTheirWords: a screen reader says label, error and help with the field.
func TestFieldsAreTiedToTheirWords(t *testing.T) {
	form := new(page.Form)
	form.Wrong("seat", "It is <taken>.")
	f := field{Form: form, Name: "seat", Label: "Your seat", Help: "It is yours alone."}
	for kind, component := range kinds(f) {
		html := render(t, component)
		contains(t, kind, html, []string{
			"Your seat", `<p class="error" id="seat-error">It is &lt;taken&gt;.</p>`,
			`<p class="help" id="seat-help">It is yours alone.</p>`,
		})
		marked := tagged(t, kind, html, `aria-describedby="seat-error seat-help"`)
		if !strings.Contains(marked, `aria-invalid="true"`) {
			t.Errorf("%s is not marked: %s", kind, marked)
		}
		if focused := tagged(t, kind, html, "autofocus"); !strings.Contains(focused, `name="seat"`) {
			t.Errorf("%s: the cursor goes to %s", kind, focused)
		}
		if n := strings.Count(html, " autofocus"); n != 1 {
			t.Errorf("%s has the cursor in %d places", kind, n)
		}
	}
}

// TestFieldsHaveLabels: each by its id, by being in it, or, where the field is many, by its legend.
func TestFieldsHaveLabels(t *testing.T) {
	f := field{Form: new(page.Form), Name: "seat", ID: "second-seat", Label: "Your seat"}
	labels := map[string]string{
		"input":    `<label for="second-seat">Your seat</label>`,
		"textarea": `<label for="second-seat">Your seat</label>`,
		"select":   `<label for="second-seat">Your seat</label>`,
		"radio":    `<legend id="second-seat-label">Your seat</legend>`,
		"checkbox": `<label class="option">`,
	}
	for kind, component := range kinds(f) {
		html := render(t, component)
		contains(t, kind, html, []string{labels[kind], `name="seat"`, "Your seat"})
		if kind == "radio" {
			tagged(t, kind, html, `aria-labelledby="second-seat-label"`)
		} else {
			tagged(t, kind, html, `id="second-seat"`)
		}
		for _, unwanted := range []string{"aria-describedby", "aria-invalid", "autofocus", `class="error"`, `class="help"`} {
			if strings.Contains(html, unwanted) {
				t.Errorf("a %s with nothing wrong has %s", kind, unwanted)
			}
		}
	}
}

// TestFieldsShowWhatWasEntered, or which of their answers it is.
func TestFieldsShowWhatWasEntered(t *testing.T) {
	form := new(page.Form)
	form.Set("seat", `"window"`)
	for kind, wanted := range map[string]string{
		"input":    `value="&#34;window&#34;"`,
		"textarea": ">\n&#34;window&#34;</textarea>",
		"select":   `<option value="&#34;window&#34;" selected>`,
		"radio":    `value="&#34;window&#34;" checked`,
		"checkbox": `value="yes" checked`,
	} {
		html := render(t, kinds(field{Form: form, Name: "seat"})[kind])
		contains(t, kind, html, []string{wanted})
		if strings.Count(html, " checked")+strings.Count(html, " selected") > 1 {
			t.Errorf("%s: more than one is chosen:\n%s", kind, html)
		}
	}
}

// TestFieldsSendNoSecretsBack: nor the name of a file, which no browser takes.
func TestFieldsSendNoSecretsBack(t *testing.T) {
	form := new(page.Form)
	form.Set("secret", "xyzzy")
	for _, kind := range []string{"password", "file"} {
		html := render(t, input(field{Form: form, Name: "secret"}, templ.Attributes{"type": kind}))
		if strings.Contains(html, "xyzzy") || strings.Contains(html, " value=") {
			t.Errorf("%s: %s", kind, html)
		}
	}
}

// TestTheCursorGoesToTheFirst that is wrong, be it the form as a whole.
func TestTheCursorGoesToTheFirst(t *testing.T) {
	form := new(page.Form)
	form.Wrong("b", "It is missing.")
	form.Wrong("a", "It is missing.")
	form.Wrong("", "Try again.")
	html := render(t, templ.Join(
		problem(form), input(field{Form: form, Name: "a"}, nil), input(field{Form: form, Name: "b"}, nil),
	))
	if strings.Count(html, " autofocus") != 1 || !strings.Contains(tagged(t, "the form", html, "autofocus"), `name="b"`) {
		t.Errorf("the cursor is not in b:\n%s", html)
	}

	form = new(page.Form)
	if html := render(t, problem(form)); html != "" {
		t.Errorf("a form with nothing wrong says %s", html)
	}
	form.Wrong("", "Try <again>.")
	contains(t, "problem", render(t, problem(form)), []string{`role="alert"`, `tabindex="-1"`, " autofocus", "Try &lt;again&gt;."})
}
