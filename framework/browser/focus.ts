import { placeKey } from "./place"

/** Where the focus was: the how manieth of the elements that match. */
interface Spot {
  selector: string
  index: number
}

/** As many as browsers keep entries in a tab's history. */
const spotsAtMost = 50

/** Where the focus was on the pages of this document's history, the latest last, so that going back finds it again. */
const spots = new Map<string, Spot>()

/** Notes where the focus is, before the page is left. */
export function rememberFocus(): void {
  const key = placeKey()
  if (key === undefined) return
  spots.delete(key)
  const spot = spotOf(document.activeElement)
  if (spot) spots.set(key, spot)
  const [oldest] = spots.keys()
  if (oldest !== undefined && spots.size > spotsAtMost) spots.delete(oldest)
}

/** What gives the focus to the element that had it when a page was left last, by its place in the history. */
export function focusBefore(key: string): (() => void) | undefined {
  const spot = spots.get(key)
  if (!spot) return undefined
  return () => document.querySelectorAll<HTMLElement>(spot.selector)[spot.index]?.focus({ preventScroll: true })
}

/** How to find an element in the same page once more: by its id, or by where it leads. */
function spotOf(element: Element | null): Spot | undefined {
  if (!element || element === document.body) return undefined
  const href = element.getAttribute("href")
  if (!element.id && href === null) return undefined
  const selector = element.id ? `#${CSS.escape(element.id)}` : `${element.localName}[href="${CSS.escape(href ?? "")}"]`
  return { selector, index: [...document.querySelectorAll(selector)].indexOf(element) }
}
