package authcheck

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Form is a form of a page, with what stands in it.
type Form struct {
	Action  string
	Values  url.Values // what would be sent, buttons aside
	fields  []field
	buttons []button
	whose   bool // it says to password managers whose it is, in a field that need not be sent
}

type field struct {
	name, kind, autocomplete string // kind: its type
	value                    string
	invalid                  bool // the page says that something is wrong with it
	node                     *html.Node
}

type button struct{ name, value, text string }

// Role is what a field asks for.
type Role func(field) bool

// The roles that are known: autocomplete says it first, then the type, then the name.
var (
	Email Role = func(f field) bool {
		return f.kind != "hidden" && f.autocomplete != "off" &&
			(f.kind == "email" || f.autocomplete == "email" || strings.Contains(strings.ToLower(f.name), "email") && f.kind == "text")
	}
	Password Role = func(f field) bool {
		return f.kind == "password" && (f.autocomplete == "current-password" || f.autocomplete == "")
	}
	NewPassword Role = func(f field) bool { return f.kind == "password" && f.autocomplete == "new-password" }
	AnyPassword Role = func(f field) bool { return f.kind == "password" }
	FullName    Role = func(f field) bool {
		return f.kind == "text" && (f.autocomplete == "name" || f.autocomplete == "nickname" || f.name == "name")
	}
	Keep Role = func(f field) bool {
		return f.kind == "checkbox" && regexp.MustCompile(`(?i)keep|remember`).MatchString(f.name)
	}
)

// forms are the page's forms that change something.
func (p Page) forms() (all []*Form) {
	for n := range elements(p.document(), atom.Form) {
		if strings.EqualFold(attribute(n, "method"), "post") {
			all = append(all, readForm(p, n))
		}
	}
	return all
}

// form returns the first form that asks for all of this; the check fails when there is none.
func (p Page) form(what string, roles ...Role) *Form {
	f := p.formIf(roles...)
	if f == nil {
		failf("%v shows no form %s", p, what)
	}
	return f
}

// formIf returns the first form that asks for all of this; nil when there is none.
func (p Page) formIf(roles ...Role) *Form {
	for _, f := range p.forms() {
		if !slices.ContainsFunc(roles, func(r Role) bool { return !f.asks(r) }) {
			return f
		}
	}
	return nil
}

// withButton returns the first form with a button whose value or text fits; nil when there is none.
func (p Page) withButton(fits *regexp.Regexp) *Form {
	for _, f := range p.forms() {
		if f.button(fits) != nil {
			return f
		}
	}
	return nil
}

func readForm(p Page, n *html.Node) *Form {
	f := &Form{Action: p.URL.String(), Values: url.Values{}}
	if at, err := p.URL.Parse(attribute(n, "action")); err == nil && attribute(n, "action") != "" {
		f.Action = at.String()
	}
	for input := range elements(n, atom.Input) {
		f.add(input)
	}
	for area := range elements(n, atom.Textarea) {
		f.addField(field{name: attribute(area, "name"), kind: "textarea", value: textOf(area), node: area})
	}
	for choice := range elements(n, atom.Select) {
		f.addField(field{name: attribute(choice, "name"), kind: "select", value: chosen(choice), node: choice})
	}
	for b := range elements(n, atom.Button) {
		if kind := attribute(b, "type"); kind == "" || kind == "submit" {
			f.buttons = append(f.buttons, button{attribute(b, "name"), attribute(b, "value"), textOf(b)})
		}
	}
	return f
}

func (f *Form) add(input *html.Node) {
	kind := strings.ToLower(attribute(input, "type"))
	if kind == "" {
		kind = "text"
	}
	if _, unseen := attributeOf(input, "hidden"); unseen {
		kind = "hidden"
	}
	value, has := attributeOf(input, "value")
	if !has && (kind == "checkbox" || kind == "radio") {
		value = "on"
	}
	if kind == "submit" {
		f.buttons = append(f.buttons, button{attribute(input, "name"), value, value})
		return
	}
	autocomplete := strings.ToLower(attribute(input, "autocomplete"))
	f.whose = f.whose || autocomplete == "username" || autocomplete == "email" && kind == "email"
	f.addField(field{name: attribute(input, "name"), kind: kind, value: value, autocomplete: autocomplete, node: input})
}

func (f *Form) addField(added field) {
	if added.name == "" {
		return
	}
	added.invalid = attribute(added.node, "aria-invalid") == "true"
	f.fields = append(f.fields, added)
	_, checked := attributeOf(added.node, "checked")
	switch {
	case added.kind == "checkbox" && !checked, added.kind == "radio" && !checked, added.kind == "file":
	default:
		f.Values.Add(added.name, added.value)
	}
}

// chosen is the value of a choice as it stands.
func chosen(choice *html.Node) string {
	first, any := "", false
	for option := range elements(choice, atom.Option) {
		value, has := attributeOf(option, "value")
		if !has {
			value = textOf(option)
		}
		if _, selected := attributeOf(option, "selected"); selected {
			return value
		}
		if !any {
			first, any = value, true
		}
	}
	return first
}

func (f *Form) asks(r Role) bool { return slices.ContainsFunc(f.fields, r) }

// field returns the first field of a role; the check fails when there is none.
func (f *Form) field(r Role) field {
	i := slices.IndexFunc(f.fields, r)
	if i < 0 {
		failf("the form for %s lacks a field", f.Action)
	}
	return f.fields[i]
}

// fill fills in all fields of a role.
func (f *Form) fill(r Role, value string) *Form {
	f.field(r)
	for _, one := range f.fields {
		if r(one) {
			f.Values.Set(one.name, value)
		}
	}
	return f
}

// tick ticks or clears a box, if the form has it.
func (f *Form) tick(r Role, yes bool) *Form {
	for _, one := range f.fields {
		if r(one) {
			f.Values.Del(one.name)
			if yes {
				f.Values.Set(one.name, one.value)
			}
		}
	}
	return f
}

// wrong reports whether the page says that something is wrong with a field.
func (f *Form) wrong(r Role) bool {
	return slices.ContainsFunc(f.fields, func(one field) bool { return r(one) && one.invalid })
}

func (f *Form) button(fits *regexp.Regexp) *button {
	for i, b := range f.buttons {
		if fits.MatchString(b.value) || fits.MatchString(b.text) {
			return &f.buttons[i]
		}
	}
	return nil
}

// hidden are the fields that nobody sees.
func (f *Form) hidden() (names []string) {
	for _, one := range f.fields {
		if one.kind == "hidden" {
			names = append(names, one.name)
		}
	}
	return names
}

// Send sends a form with its first button.
func (b *Browser) Send(f *Form) Page { return b.Post(f.Action, f.with(nil)) }

// Press sends a form with the button that fits; the check fails when it has none.
func (b *Browser) Press(f *Form, fits *regexp.Regexp) Page {
	found := f.button(fits)
	if found == nil {
		failf("the form for %s has no button %v", f.Action, fits)
	}
	return b.Post(f.Action, f.with(found))
}

// with are the form's values with those of a button; nil: its first.
func (f *Form) with(pressed *button) url.Values {
	if pressed == nil && len(f.buttons) > 0 {
		pressed = &f.buttons[0]
	}
	values := url.Values{}
	for name, all := range f.Values {
		values[name] = slices.Clone(all)
	}
	if pressed != nil && pressed.name != "" {
		values.Set(pressed.name, pressed.value)
	}
	return values
}
