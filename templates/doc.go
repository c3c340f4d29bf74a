// Package templates says what the site's pages look like. Each page is a file, and the file is yours:
//
//	layout.templ   what all pages share: header, navigation, user box, footer
//	fields.templ   how a form asks for something, and says what is wrong with it
//	head.templ     what stands in <head> of all pages: stylesheet, script, icon
//	status.templ   what is shown while the server does not answer
//	welcome.templ, signup.templ, login.templ, settings.templ, error.templ, …
//	               a page each
//
// A page's function in the room web fills a template and returns it:
//
//	return page.Body("Settings", templates.Settings(user))
//
// Forms begin with @page.Identity(): without it the site takes nothing. One that may be wrong posts to the URL
// of the page that shows it, so that a reload finds the page; a mere button, such as Log out, may post
// elsewhere. Forms work in a browser without JavaScript.
//
// The colours and sizes are in web/static/style.css, and nowhere else: the site's content security policy
// lets no style stand in a page. After a change of a .templ file:
//
//	go tool templ generate
package templates
