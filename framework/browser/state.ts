import { cover } from "./status"

/**
 * What the process of this tab is doing:
 * - starting: its hello is not answered yet; calls wait
 * - ready: calls go out
 * - lost: the socket is gone, and the tab tries to come back; calls wait
 * - outdated: the document must be replaced, and asks first, for a form in it is half filled
 * - restarting: the document is being replaced, or came out of the browser's cache and is not known again yet; it is
 *   covered, because it may be another user's
 * - stopped: nothing more will happen; the page says so, and why if it knows
 */
export type State = "starting" | "ready" | "lost" | "outdated" | "restarting" | "stopped"

/**
 * Shows the state on the document, for stylesheets and tests: <html data-process="ready">. What is said to people may be
 * what is said in another one.
 */
export function show(state: State, said = state): void {
  document.documentElement.dataset.process = state
  cover(said)
}

/** The state as it is. */
export function state(): State | undefined {
  return document.documentElement.dataset.process as State | undefined
}
