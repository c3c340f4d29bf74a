// Package templates says what the site's pages look like. Each page is a file, and the file is yours:
//
//	layout.templ   what all pages share: header, navigation, user box, footer
//	messages.templ what the site has to say to the visitor, below the header of all pages
//	fields.templ   how a form asks for something, and says what is wrong with the answer
//	head.templ     what stands in <head> of all pages: stylesheet, script, icon
//	sessions.templ the list of a user's sessions, in his settings
//	admin.templ    what administrators see of all users; adminuser.templ of one
//	reauthenticate.templ
//	               the dialog and the pages that ask a user for his password again
//	welcome.templ, signup.templ, login.templ, settings.templ, error.templ, …
//	               a page each
//
// A page's function in the room web fills a template and returns it:
//
//	return page.Body("Settings", templates.Settings(user))
//
// # Forms
//
// A form shows what a page.Form holds, which its page's function has read:
//
//	<form method="post" id="rename">
//		@page.Identity()
//		@problem(form)
//		@input(field{Form: form, Name: "name", Label: "Your name"}, templ.Attributes{"autocomplete": "name"})
//		<button class="primary">Save</button>
//	</form>
//
// Without @page.Identity() the site takes nothing. A form that somebody fills in has an id: what was entered is kept
// under it when the page has to be loaded again. It posts to the URL of the page that shows it, so that a reload finds
// the page; a mere button, such as Log out, may post elsewhere. Forms work in a browser without JavaScript; with it,
// the pressed button shows that it works, and cannot be pressed twice.
//
// # The look
//
// The colours and sizes are in web/static/style.css, and nowhere else: the site's content security policy
// lets no style stand in a page.
//
// After a change of a .templ file:
//
//	go tool templ generate
package templates
