package authcheck

import (
	"net/url"
	"regexp"
	"testing"
)

// page is an answer of a made-up site.
func page(body string) Page {
	at, _ := url.Parse("https://site.example/log/in?next=%2Fa")
	return Page{URL: at, Status: 200, Body: body}
}

// TestForm: a form is found by what it asks for, and sent as a browser would.
func TestForm(t *testing.T) {
	p := page(`<body>
		<form action="/search"><input name="q"></form>
		<template><form method="post"><input type="email" name="no"><input type="password" name="no"></form></template>
		<form method="POST" action="../enter">
			<input type="hidden" name="tag" value="a&amp;b"><input name="_shown" value="x" autocomplete="username" hidden>
			<input type="email" name="who" value="old" aria-invalid="true"><input type="password" name="word" autocomplete="current-password">
			<input type="checkbox" name="keep" checked value="yes"><input type="checkbox" name="other"><input type="radio" name="r" value="1"><input type="radio" name="r" value="2" checked>
			<select name="choice"><option value="a">A<option value="b" selected>B</select><textarea name="text"> some  words</textarea>
			<button>In</button><button name="do" value="link">Send me a link</button><button type="button" name="no">No</button>
		</form></body>`)
	f := p.form("to log in", Email, Password)
	if f.Action != "https://site.example/enter" {
		t.Errorf("it goes to %s", f.Action)
	}
	if !f.wrong(Email) || f.wrong(Password) {
		t.Error("it is not the e-mail that is wrong")
	}
	f.fill(Email, "me").fill(Password, "secret").tick(Keep, false)
	if got := f.with(nil).Encode(); got != "_shown=x&choice=b&r=2&tag=a%26b&text=some+words&who=me&word=secret" {
		t.Errorf("it is sent as %s", got)
	}
	if got := f.with(f.button(regexp.MustCompile(`link`))).Get("do"); got != "link" {
		t.Errorf("the button says %q", got)
	}
	if f := p.formIf(NewPassword); f != nil {
		t.Errorf("a form for a new password is found: %v", f)
	}
	if got := ended(func() { p.form("for a new password", NewPassword) }); got.outcome != Failed {
		t.Errorf("a form that is not there: %v", got)
	}
}

// ended is how a check ends that does this.
func ended(f func()) (end ending) {
	defer func() {
		if p := recover(); p != nil {
			end = p.(ending)
		}
	}()
	f()
	return ending{outcome: OK}
}

// TestAlike: answers differ by what is said, and not by what is random or was typed.
func TestAlike(t *testing.T) {
	one := page(`<input type="hidden" value="k3KfQ0yq1Zc8Jq9bV0r7Tg">nobody@site.example is wrong`).alike("nobody@site.example")
	two := page(`<input type="hidden" value="AAAAf0yq1Zc8Jq9bV0r7Tg">somebody@site.example is wrong`).alike("somebody@site.example")
	if d := difference(one, two); d != "" {
		t.Error(d)
	}
	three := page(`<input type="hidden" value="AAAAf0yq1Zc8Jq9bV0r7Tg">somebody@site.example is unknown`).alike("somebody@site.example")
	if difference(one, three) == "" {
		t.Error("they do not differ")
	}
}

// TestLoads: what a page loads from others is seen, and links are not.
func TestLoads(t *testing.T) {
	p := page(`<link rel="stylesheet" href="/a.css"><a href="https://other.example/">x</a><img src="//third.example/b.png"><img src="data:,x">`)
	if all := p.loads(); len(all) != 2 || all[0] != "https://site.example/a.css" || all[1] != "https://third.example/b.png" {
		t.Errorf("it loads %q", all)
	}
	if !page(`<a href="/signup?next=1">x</a>`).leadsTo("/signup") || p.leadsTo("/") {
		t.Error("links are not told apart")
	}
}
