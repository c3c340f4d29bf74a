import { halfFilled, keepDrafts, lossy } from "./drafts"
import { pageConnected } from "./identity"
import { attempt, countRestart } from "./memory"
import { clearNotices, notify, reword } from "./notice"
import { show } from "./state"
import { stop } from "./stop"
import { rouse, watch } from "./watch"
import { words } from "./words"

/** How often in a row a document may be replaced without an answered hello. */
const restartsAtMost = 3

/** How long a document that is being left has for it, and a request of its own for its answer. */
const leavingTime = 5_000

let begun = false
let leaving = -Infinity
let asking: Promise<unknown> | undefined

let end = (): void => {}

/** Says what ends the process of a document that is to be replaced. */
export function onRestart(ends: () => void): void {
  end = ends
}

/** Notices that the document is being left, before the request for the next one goes out. */
export function watchLeaving(): void {
  addEventListener("beforeunload", leave)
  addEventListener("pageshow", () => {
    leaving = -Infinity // it is shown once more
  })
}

/** The document is being left. */
export function leave(): void {
  leaving = performance.now() // no clock that jumps
}

/** A request of this page is under way: its answer comes before any restart. The promise is settled when it is done with. */
export function awaitAnswer(answer: Promise<unknown>): void {
  const all = (asking = Promise.allSettled([asking, answer]))
  void all.then(() => {
    if (asking === all) asking = undefined
  })
}

/** Reports whether such a request is under way. */
export function answerAwaited(): boolean {
  return asking !== undefined
}

/**
 * Replaces the document: by the one at `to`, or by itself. Its process is over. A second restart does nothing.
 *
 * "now": it may be another user's by now, so it is covered at once, and nothing of it is kept. "ask": its user stays,
 * or somebody has come where nobody was. Then a half filled form is not taken away without a word, and its text is
 * offered again afterwards.
 */
export function restart(how: "now" | "ask", to = ""): void {
  if (begun) return
  begun = true
  end()
  if (how === "now") {
    rouse()
    return void replace(to)
  }
  show("outdated")
  void settled()
    .then(shown)
    .then(() => (halfFilled() ? ask() : replace(to)))
}

/** What came of a navigation in place is said first, if one is under way: then what is to be asked is newer. */
function shown(): Promise<unknown> {
  return Promise.race([window.navigation?.transition?.finished.catch(() => {}), after(leavingTime)])
}

function ask(): void {
  addEventListener("pagehide", keepDrafts)
  clearNotices("request")
  const text = (): string => words[lossy() ? "outdatedLossy" : "outdated"]
  const notice = notify(text(), { label: words.loadAgain, act: () => replace("") }, "document")
  for (const event of ["input", "change"]) addEventListener(event, () => reword(notice, text()))
  if (!pageConnected()) return // everybody may see it
  watch((to) => {
    removeEventListener("pagehide", keepDrafts)
    void replace(to)
  })
}

async function replace(to: string): Promise<void> {
  show("restarting")
  await settled()
  if (countRestart() <= restartsAtMost) return reload(to)
  document.body.replaceChildren() // it may be another user's page
  stop("restarts")
}

/**
 * A document that is being left is let go, and so is one that waits for an answer: a restart now would cut off what
 * brings the new document and its cookies. If it is still there after a while, nothing came.
 */
async function settled(): Promise<void> {
  for (let left; (left = leaving + leavingTime - performance.now()) > 0 || asking; ) {
    await (left > 0 ? after(left) : Promise.race([asking, after(leavingTime)]))
    if (left <= 0) asking = undefined
  }
}

/** Waits for some milliseconds. */
export function after(time: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, time))
}

/**
 * Loads a document with a GET, without the fragment: a form that was sent is not sent again. The URL is taken
 * whole: a path that begins with two slashes alone would be another site. The server hears in the Referer that nobody has
 * asked for this document: what it has to say may be for another tab. Where no document comes, this one's URL is still good
 * to be loaded by hand.
 */
export function reload(to: string): void {
  const url = new URL(to || location.href, location.origin)
  url.hash = ""
  attempt(() => history.replaceState(null, "", (location.search || "?") + "&ocsigo-restart"))
  location.replace(url)
}
