// Package web is what the site does: a file per feature, and every route on one screen (routes.go).
//
// To add a page:
//
//   - write its function in a file of this folder: it gets the request and the visitor, and returns a
//     page.Content;
//   - write what it looks like in a file of templates;
//   - add a line to routes.go.
//
// What handlers may use is in App. The site's own TypeScript is in client; what browsers load is in static.
package web
