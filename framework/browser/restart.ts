import { countRestart } from "./memory"
import { show } from "./state"
import { stop } from "./stop"

/** How often in a row a document may be replaced without an answered hello. */
const restartsAtMost = 3

/** How long a document that is being left has for it. */
const leavingTime = 5_000

let leaving = 0

/** Notices that the document is being left, before the request for the next one goes out. */
export function watchLeaving(): void {
  addEventListener("beforeunload", () => {
    leaving = Date.now()
  })
}

/**
 * Replaces the document: by the one at `to`, or by itself. It is covered at once: it may be another user's.
 *
 * A document that is being left is let go: a restart now would cut off the answer that brings the new
 * document and its cookies. If it is still there after a while, nothing came.
 */
export function restart(to: string): void {
  show("restarting")
  const left = leaving + leavingTime - Date.now()
  if (left > 0) {
    setTimeout(() => restart(to), left)
    return
  }
  if (countRestart() > restartsAtMost) {
    document.body.replaceChildren() // it may be another user's page
    stop("restarts")
    return
  }
  reload(to)
}

/**
 * Loads a document with a GET, without the fragment: a form that was sent is not sent again. The URL is taken
 * whole: a path that begins with two slashes alone would be another site.
 */
export function reload(to: string): void {
  const url = new URL(to || location.href, location.origin)
  url.hash = ""
  location.replace(url)
}
