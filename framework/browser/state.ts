/**
 * What the process of this tab is doing:
 * - starting: its hello is not answered yet; calls wait
 * - ready: calls go out
 * - lost: the socket is gone; the tab loads its document again when the server answers
 * - restarting: the document is being replaced, and covered because it may be another user's
 * - stopped: nothing more will happen; the page says why
 */
export type State = "starting" | "ready" | "lost" | "restarting" | "stopped"

/** Shows the state on the document, for stylesheets and tests. */
export function show(state: State): void {
  document.documentElement.dataset.process = state
}
