package templates

import (
	"testing"

	"github.com/ocsigo/start/framework/page"
)

// TestTeamForm is one as the others: it carries the identity, and can be found again.
func TestTeamForm(t *testing.T) {
	html := render(t, TeamForm(new(page.Form)))
	formsCarryTheIdentity(t, "TeamForm", html)
	formsHaveAnID(t, "TeamForm", html)
}
