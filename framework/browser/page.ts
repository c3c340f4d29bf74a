import { sayInTurn } from "./call"
import { foreign } from "./foreign"

/** What the code of a page gets beside its element. */
export interface Page {
  /**
   * Aborted when the page is left, while its elements are still there. Hand it to what the page begins: listeners,
   * calls, handlers of events, fetches, so that they end with the page.
   */
  signal: AbortSignal
}

type Show = (element: HTMLElement, page: Page) => void

const pages: { selector: string; show: Show }[] = []
let present = new AbortController()

/**
 * Says what to do when a page is shown that has elements like these: on this page, and on every page that this tab
 * shows from now on. Modules run once in a document, and a document outlives many pages: what belongs to a page goes
 * into onPage.
 *
 *     onPage("#clicks", (element, { signal }) => {
 *       events.clicks.moved((n) => { element.textContent = String(n) }, { signal })
 *       element.addEventListener("click", () => server.clicks.add({ by: 1 }, { signal }), { signal })
 *     })
 */
export function onPage(selector: string, show: Show): void {
  pages.push({ selector, show })
  enter(selector, show)
}

function enter(selector: string, show: Show): void {
  for (const element of document.body.querySelectorAll<HTMLElement>(selector)) {
    foreign(() => show(element, { signal: present.signal }))
  }
}

/** Why what a page has begun ends. */
const pageLeft = new DOMException("The page was left.", "AbortError")

/** A call that ended so went as the page did: whoever has not caught that has lost nothing. */
addEventListener("unhandledrejection", (event) => {
  if (event.reason === pageLeft) event.preventDefault()
})

/** The page is about to be left. The server hears of it behind what this page has called, and before what the next one calls. */
export function leavePage(): void {
  present.abort(pageLeft)
  present = new AbortController()
  sayInTurn({ method: "$/page" })
}

/** Another page is shown. */
export function enterPage(): void {
  for (const { selector, show } of [...pages]) enter(selector, show)
}
