package templates

import "testing"

// TestJobsForm carries the identity as the others do, and says how far the job is.
func TestJobsForm(t *testing.T) {
	html := render(t, LongJob(100, false))
	formsCarryTheIdentity(t, "LongJob", html)
	contains(t, "before", html, []string{`max="100" value="0"`, "Nothing runs yet."})
	contains(t, "after", render(t, LongJob(100, true)), []string{`max="100" value="100"`, "Done."})
}
