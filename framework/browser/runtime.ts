/**
 * The tab's half of a client process: what a site's own TypeScript imports.
 *
 *     import { start } from ".../framework/browser/runtime"
 *     start()
 *
 * # A voice
 *
 * start says hello for the document. From then on the tab has server functions and events, through the typed
 * client that is generated from the Go code (call and listen are what it is made of):
 *
 *     import { events, server } from "./server.gen"
 *
 *     const stop = events.clicks.moved((clicks) => show(clicks))   // stop() hears no more of them
 *     show(await server.clicks.add({ by: 1 }))
 *
 * A call waits until the process is ready, and while its connection is lost. It fails with a CallError; switch on its
 * kind. "interrupted" means that the socket was lost while the call was open: nobody knows whether it was done. Give it
 * a timeout in milliseconds, and it fails as "timed_out"; give it an AbortSignal, and one that you break off fails with
 * the signal's reason. In both cases the Go function's context ends.
 *
 * # Pages
 *
 * Links and forms inside the site are answered in place: the document and its process stay, and its page changes.
 * So a module runs once, and a page that it is about may come and go. The scripts in the head of a page that is shown
 * in place run when they are new to the document; those in its body do not. What belongs to a page goes into onPage:
 *
 *     onPage("#clicks", (element, { signal }) => {
 *       events.clicks.moved((n) => { element.textContent = String(n) }, { signal })
 *     })
 *
 * The signal aborts when the page is left. In the markup,
 *
 *     data-navigate="document"   on a link or form, or around it: load a document
 *     data-prefetch="off"        the same: do not ask for the page when a pointer rests on the link
 *     data-keep                  on an element with an id: it stays alive when the next page has it too
 *     data-draft="off"           on a form or a field: do not keep what was typed there through a restart
 *
 * # What a person sees
 *
 * The state of the process stands on the document, for stylesheets and tests: <html data-process="ready">; state.ts
 * has the others. <html data-loading> says that a page takes more than half a second. A form that is under way has
 * aria-busy="true", its button aria-disabled="true"; who presses it again when no page has come for 20 seconds is asked. The runtime's own elements stand at the end of the body:
 * .process-status, .notices with a .notice for each thing to say, and a .visually-hidden that tells screen readers the
 * title of a new page. A page that has stopped says so at the start of its body, in a .message. All the words are in
 * words.ts, those of failed calls too that the tab itself breaks off; start takes others.
 *
 * # The files
 *
 * process.ts is the life of the socket, with heartbeat.ts and retry.ts; call.ts and event.ts are what goes over it, and
 * message.ts how. navigate.ts is the life of a page: load.ts and prefetch.ts ask for it, show.ts shows it with head.ts
 * and swap.ts, outcome.ts says what else may come of it, place.ts and travel.ts know the history, page.ts, focus.ts and
 * forms.ts go with it. restart.ts and stop.ts are the ends; drafts.ts is what is kept through them, watch.ts looks after
 * a page that waits for its end. identity.ts knows who the tab is, memory.ts what it keeps between documents. state.ts,
 * status.ts, notice.ts, progress.ts and words.ts are what people see, in elements of own.ts. trusted.ts is the one place
 * that makes elements of text. No file of a site, and nothing of a third party, is needed.
 */
import { offerDrafts } from "./drafts"
import { watchForms } from "./forms"
import { watchNavigation } from "./navigate"
import { startProcess } from "./process"
import { watchLeaving } from "./restart"
import { words, type Words } from "./words"

export { call, CallError, type CallOptions } from "./call"
export { listen, type ListenOptions } from "./event"
export { onPage, type Page } from "./page"
export type { Words }

/** What start may be told. */
export interface Options {
  /** What to say instead of the runtime's own words. */
  words?: Partial<Words>
}

let started = false

/** Starts the process of this document, if it may have one. A second start does nothing. */
export function start(options: Options = {}): void {
  if (started) return
  started = true
  Object.assign(words, options.words)
  watchNavigation() // without a process too: this document may stand in the history of one that had it
  watchForms()
  if (!startProcess()) return
  watchLeaving()
  offerDrafts()
}
