/**
 * Where in the tab's history the page stands that is shown. In browsers that show a URL before its page is there, and
 * while one page makes way for another, that is not always the present entry.
 */
export interface Place {
  key: string
  url: string
  state: unknown
}

let place: Place | undefined

/** The entries that are this page: its own, and those that it has made with fragments or pushState. */
let entries = new Set<string>()

/** Follows a page that goes about its own entries. */
export function watchPlace(): void {
  settle(here())
  navigation.addEventListener("currententrychange", () => {
    if (navigation.transition) return // a navigation that is ours
    place = here()
    entries.add(place.key)
  })
}

/** The present entry. */
export function here(): Place {
  return { key: navigation.currentEntry?.key ?? "", url: location.href, state: history.state }
}

/** A page is shown, and this is its place. */
export function settle(at: Place): void {
  place = at
  entries = new Set([at.key])
}

/** The key of the place of the page that is shown. */
export function placeKey(): string | undefined {
  return place?.key
}

/** The URL of the page that is shown. */
export function placeURL(): string {
  return place?.url ?? location.href
}

/**
 * Reports whether the present navigation leads from the page that is shown to itself. Where a form is posted, the query
 * says nothing.
 */
export function isItself(url: string, posted: boolean): boolean {
  if (!place || navigation.transition?.from.key !== place.key) return false // it makes way for another one already
  return url === place.url || (posted && new URL(url).pathname === new URL(place.url).pathname)
}

/** Reports whether the tab's present entry is that of another page. */
export function isElsewhere(): boolean {
  return place !== undefined && place.key !== navigation.currentEntry?.key
}

/** Reports whether going to this entry of the history stays on the page that is shown. */
export function onThisPage(key: string): boolean {
  return entries.has(key)
}

/** The page could not be left: its URL is shown again, or its links and forms would lead from a wrong one. */
export async function stayHere(): Promise<void> {
  if (!place) return
  const { key, url, state } = place
  if (key !== navigation.currentEntry?.key) await navigation.traverseTo(key).finished?.catch(() => {})
  else if (url !== location.href) history.replaceState(state, "", url)
}
