import { leave } from "./restart"

/** Marks a navigation that loads a document: it is not to be answered in place. */
export const asDocument = Symbol("as a document")

/** Goes to another document, as a click on a link would do without this runtime. */
export function load(url: string, history: "auto" | "replace" = "auto"): void {
  leave()
  if (isFragment(url, location.href)) reloadAt(url)
  else travel(url, { history, info: asDocument })
}

/** Reports whether going to a URL would only scroll the page with the other one. */
export function isFragment(url: string, page: string): boolean {
  return url.includes("#") && withoutFragment(url) === withoutFragment(page)
}

function withoutFragment(url: string): string | undefined {
  return url.split("#")[0]
}

function reloadAt(url: string): void {
  history.replaceState(history.state, "", url)
  location.reload()
}

/** Goes to a URL. What comes of it is for those who watch navigations: a failed one says so by itself. */
export function travel(url: string, options: NavigationNavigateOptions = {}): void {
  ignore(navigation.navigate(url, options))
}

/** Goes to a place in the history. */
export function traverse(key: string): void {
  ignore(navigation.traverseTo(key))
}

function ignore({ committed, finished }: NavigationResult): void {
  committed?.catch(() => {})
  finished?.catch(() => {}) // a download never comes to its end
}
