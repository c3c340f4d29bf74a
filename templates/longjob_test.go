package templates

import "testing"

// TestJobsForm carries the identity as the others do, and says how far the job is.
func TestJobsForm(t *testing.T) {
	html := render(t, LongJob(100))
	formsCarryTheIdentity(t, "LongJob", html)
	contains(t, "LongJob", html, []string{`max="100" value="0"`, "Nothing runs yet."})
}
