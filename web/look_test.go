package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// TestLookCanBeTried: its form is refused with what is wrong with each field, and taken when nothing is.
func TestLookCanBeTried(t *testing.T) {
	b := newSite(t).visitor()
	if p := b.Get("/look"); p.Status != http.StatusOK || strings.Contains(p.Body, "aria-invalid") {
		t.Errorf("the page: %d", p.Status)
	}
	p := b.Submit("/look", url.Values{"email": {"nobody"}, "password": {"xyzzy"}})
	if p.Status != http.StatusUnprocessableEntity || strings.Contains(p.Body, "xyzzy") {
		t.Errorf("with errors: %d", p.Status)
	}
	for _, field := range []string{"email", "amount", "day", "kind", "words", "seat", "agreed"} {
		if !strings.Contains(p.Body, `id="`+field+`-error"`) {
			t.Errorf("nothing is wrong with %s", field)
		}
	}
	p = b.Submit("/look", url.Values{
		"email": {"ada@example.com"}, "amount": {"1"}, "day": {"2026-01-31"}, "kind": {"door"},
		"words": {"one"}, "seat": {"aisle"}, "agreed": {"yes"},
	})
	if to := p.Header.Get("Location"); p.Status != http.StatusSeeOther || !strings.HasPrefix(to, "/look?taken=yes") {
		t.Errorf("filled in with care: %d %s", p.Status, to)
	}
}

// TestLookOnASmallTelephone: it does not scroll sideways, with errors neither.
func TestLookOnASmallTelephone(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	tab := s.open(browsertest.New(t), "/look")
	tab.Size(360, 740, browsertest.Phone)
	fits(t, tab, "the look")
	tab.Submit("main form[method=post]")
	tab.Text("#email-error")
	fits(t, tab, "the look with errors")
}

// TestNoBarriersInTheLook: what everything else is made of keeps nobody out, with errors neither.
func TestNoBarriersInTheLook(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	tab := s.open(browsertest.New(t), "/look")
	barrierFree(t, tab, "the look")
	tab.Submit("main form[method=post]")
	tab.Text("#email-error")
	barrierFree(t, tab, "the look with errors")
}
