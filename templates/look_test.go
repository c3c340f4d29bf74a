package templates

import (
	"testing"

	"github.com/ocsigo/start/framework/page"
)

// TestLooksForm is one as the others: it carries the identity, and can be found again.
func TestLooksForm(t *testing.T) {
	html := render(t, Look(new(page.Form)))
	formsCarryTheIdentity(t, "Look", html)
	formsHaveAnID(t, "Look", html)
}
