import { own } from "./own"
import { words } from "./words"

/** One thing that a person may do about a notice. */
export interface Offer {
  label: string
  act(): void
}

/** What a notice is about: a request that failed, the page that is shown, or the document with all its pages. */
export type About = "request" | "page" | "document"

/** What had the focus before a notice took it. */
let before: HTMLElement | null = null

/** Where the focus is since a person has left a notice in a way that may bring another one: that takes the focus. */
let waiting: Element | null = null

/**
 * Says something that a person should know, and offers something to do about it. It stays until it is used or closed,
 * or what it is about is over. One about the document gives room when it is closed, and leaves its offer.
 */
export function notify(text: string, offer: Offer, about: About = "request"): HTMLElement {
  const notice = document.createElement("div")
  notice.className = "notice"
  notice.dataset.about = about
  notice.setAttribute("role", "alert")
  const said = document.createElement("span")
  said.textContent = text
  const use = button(offer.label, () => {
    leave(notice, () => notice.remove())
    waiting = document.activeElement
    offer.act()
  })
  const close = button(words.close, () =>
    leave(notice, () => {
      if (about === "document") said.hidden = close.hidden = true
      else notice.remove()
    }),
  )
  notice.append(said, use, close)
  add(notice, use)
  return notice
}

/** Says something else there, and all of it again if it was closed. */
export function reword(notice: HTMLElement, text: string): void {
  const [said, ...buttons] = notice.children as Iterable<HTMLElement>
  if (!said || said.textContent === text) return
  said.textContent = text
  for (const element of [said, ...buttons]) element.hidden = false
}

function button(label: string, act: () => void): HTMLButtonElement {
  const made = document.createElement("button")
  made.type = "button"
  made.className = "small"
  made.textContent = label
  made.addEventListener("click", act)
  return made
}

function add(notice: HTMLElement, first: HTMLElement): void {
  const notices = own("notices")
  notice.addEventListener("focusin", ({ relatedTarget }) => {
    if (relatedTarget && !notices.contains(relatedTarget as Node)) before = relatedTarget as HTMLElement
  })
  notices.append(notice)
  if (waiting && (document.activeElement === waiting || document.activeElement === document.body)) first.focus()
  waiting = null
}

/** Takes a notice away, or its words. The focus goes back to where it was, or else to what is left. */
function leave(notice: HTMLElement, takeAway: () => void): void {
  const had = notice.contains(document.activeElement)
  takeAway()
  if (had) (before?.isConnected ? before : own("notices").querySelector("button"))?.focus({ preventScroll: true })
  before = null
}

/** Takes away what is said about these: when another page is shown, all that was about the one before. */
export function clearNotices(...over: About[]): void {
  const notices = own("notices")
  if (notices.contains(document.activeElement)) waiting = document.body
  const gone = over.length > 0 ? over : ["request", "page"]
  for (const notice of [...notices.children]) if (gone.includes((notice as HTMLElement).dataset.about ?? "")) notice.remove()
  queueMicrotask(() => (waiting = null)) // what there is to say instead is said at once
}
