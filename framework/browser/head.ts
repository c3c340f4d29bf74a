import { keepDrafts } from "./drafts"
import { foreign } from "./foreign"
import { notify } from "./notice"
import { load } from "./travel"
import { script } from "./trusted"
import { words } from "./words"

/** How long a page waits for its stylesheets. */
const stylesWithin = 3_000

/** The scripts that this document has run: it runs none twice. */
const ran = new Set([...document.scripts].map((script) => script.src))

/** Those of them that the page has which is shown. */
let its = new Set(ran)

/** What says that one of these did not come. */
let said: HTMLElement | undefined

/** Stylesheets of a page that is not shown yet, and what they are in it: they may not touch the page before it. */
const early = new Map<HTMLLinkElement, HTMLLinkElement>()

/** Notices scripts that do not come. Those of another page are no loss: it tries them when it is shown again. */
export function watchScripts(): void {
  document.addEventListener("error", ({ target }) => {
    if (!(target instanceof HTMLScriptElement) || !ran.delete(target.src)) return
    target.remove()
    if (!its.has(target.src) || said?.isConnected) return
    said = notify(words.loadFailed, { label: words.tryAgain, act: loadAgain }, "page")
  }, true)
}

/**
 * A page without its script only looks as if it worked. Browsers ask once in a document for a module, so another
 * document is needed: the person says when, for it costs what is on the page.
 */
function loadAgain(): void {
  keepDrafts()
  load(location.href, "replace")
}

/** Loads the stylesheets of the next page: it is not shown without its looks. They count from mergeHead on. */
export async function addStyles(next: HTMLHeadElement, url: string, signal: AbortSignal): Promise<void> {
  const missing = [...next.querySelectorAll<HTMLLinkElement>('link[rel="stylesheet"]')].filter((link) => !has(link))
  if (missing.length === 0) return
  const links = missing.map((link) => waiting(link, url))
  const loaded = links.map((link) => new Promise((resolve) => (link.onload = link.onerror = resolve)))
  document.head.append(...links)
  const enough = new Promise((resolve) => {
    setTimeout(resolve, stylesWithin)
    signal.addEventListener("abort", resolve)
  })
  await Promise.race([Promise.all(loaded), enough])
  if (signal.aborted) for (const link of links) link.remove(), early.delete(link)
  signal.throwIfAborted()
}

/** A copy that loads and changes nothing. A path that is relative is so to the next page's URL. */
function waiting(link: HTMLLinkElement, url: string): HTMLLinkElement {
  const href = link.getAttribute("href") ?? ""
  if (!href.startsWith("/")) link.href = new URL(href, url).href
  const copy = document.importNode(link)
  copy.media = "not all"
  early.set(copy, link)
  return copy
}

/** Makes the head that of the next page: what both have stays as it is, and scripts that are new run. */
export function mergeHead(next: HTMLHeadElement): void {
  const wanted = new Set([...next.children].map((child) => child.outerHTML))
  for (const [link, original] of early) {
    if (!wanted.has(original.outerHTML)) continue
    if (original.hasAttribute("media")) link.media = original.media
    else link.removeAttribute("media")
  }
  early.clear()
  for (const child of [...document.head.children]) {
    if (!wanted.has(child.outerHTML) && !child.matches("script[src]")) child.remove() // what has run cannot be undone
  }
  its = new Set()
  for (const child of [...next.children]) {
    if (child instanceof HTMLScriptElement && child.hasAttribute("src")) run(child)
    else if (!has(child)) document.head.append(document.importNode(child, true))
  }
}

/** A script that may not run is the site's mistake, and no reason to show half a page. */
function run(from: HTMLScriptElement): void {
  const { href } = new URL(from.getAttribute("src") ?? "", location.href)
  its.add(href)
  if (ran.has(href)) return
  ran.add(href)
  foreign(() => document.head.append(script(from, href)))
}

function has(element: Element): boolean {
  return [...document.head.children].some((child) => child.outerHTML === element.outerHTML)
}
