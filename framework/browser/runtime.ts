/**
 * The tab's half of a client process: what a site's own TypeScript imports.
 *
 *     import { start } from ".../framework/browser/runtime"
 *     start()
 *
 * # A voice
 *
 * start says hello for the document. From then on the tab talks with the server through the typed client that is
 * generated from the Go code (call, stream and listen are what it is made of):
 *
 *     import { events, server } from "./server.gen"
 *
 * A call asks once, and is answered once:
 *
 *     show(await server.clicks.add({ by: 1 }))
 *
 * It waits until the process is ready, and goes on through a lost connection: it is done once or not at all, and its
 * answer comes when the connection is there again. It fails with a CallError, or with the reason of a signal:
 *
 *     catch (error) {
 *       if (!(error instanceof CallError)) throw error
 *       if (error.kind === "invalid_input") mark(error.fields)   // what is wrong, by its path: "items[2].by"
 *       else say(error.message)
 *     }
 *
 * Its kind is the site's own or one of the framework's, which call.ts lists. "interrupted" means that the process ended
 * while the call was open: nobody knows whether it was done. Give a call a timeout in milliseconds, and it fails as
 * "timed_out"; give it an AbortSignal, and one that you break off fails with the signal's reason. In both cases the Go
 * function's context ends. A call that logs somebody in is answered when the browser has its cookies; while it fetches
 * these nothing breaks it off.
 *
 * A call of what wants its user to have proved lately who he is fails as "reauthenticate". Give start a function that asks
 * him, and the same call is made again by itself when he has proved it; so is a stream of which nothing has come, and a
 * form, of which nothing is lost meanwhile:
 *
 *     start({ reauthenticate: async () => (await askForPassword()) === "right" })
 *
 * The server runs some calls of a tab at once; what is more waits here for its turn. So calls go out in the order in
 * which they were made, except that streams, which may last, leave a place to the others and are passed by them.
 *
 * A stream is answered again and again. Each loop is a call, which ends when you leave it:
 *
 *     for await (const line of server.report.lines({ year: 2026 })) print(line)
 *
 * An event comes unasked, and each one once, in order:
 *
 *     const stop = events.clicks.moved((clicks) => show(clicks))   // stop() hears no more of them
 *
 * The events of a topic say which key they are about. A server function of the site begins the listening on the server:
 *
 *     events.rooms.said(({ key, value }) => key === room && print(value), { signal })
 *     await server.rooms.listen({ room }, { signal })
 *
 * What begins so ends with the page, as a rule. Listen first and read then, and nothing slips. A page that was read
 * before says which version it shows: listening fails as "stale" when something came since. Then listen without one, and
 * read again.
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
 * aria-busy="true", its button aria-disabled="true"; who presses it again when no page has come for 20 seconds is asked.
 * The runtime's own elements stand at the end of the body: .process-status, .notices with a .notice for each thing to say,
 * and a .visually-hidden that tells screen readers the title of a new page. A page that has stopped says so at the start
 * of its body, in a .message. All the words are in words.ts, those of failed calls too that the tab itself breaks off;
 * start takes others.
 *
 * # The files
 *
 * process.ts is the life of the sockets, with heartbeat.ts and retry.ts. line.ts makes one line of them that is never
 * cut; call.ts, stream.ts and event.ts are what goes over it, message.ts is how, and pace.ts how fast. ticket.ts ends
 * what only a request can, a log-in. navigate.ts is the life of a page: load.ts and prefetch.ts ask for it, show.ts shows
 * it with head.ts and swap.ts, outcome.ts says what else may come of it, place.ts and travel.ts know the history, page.ts,
 * focus.ts and forms.ts go with it. restart.ts and stop.ts are the ends; drafts.ts is what is kept through them, watch.ts
 * looks after a page that waits for its end. identity.ts knows who the tab is, memory.ts what it keeps between documents.
 * state.ts, status.ts, notice.ts, progress.ts and words.ts are what people see, in elements of own.ts. prove.ts and
 * foreign.ts call what is the site's. trusted.ts is the one place that makes elements of text. No file of a site, and
 * nothing of a third party, is needed.
 */
import { offerDrafts } from "./drafts"
import { watchForms } from "./forms"
import { watchNavigation } from "./navigate"
import { startProcess } from "./process"
import { proveWith, type Prove } from "./prove"
import { watchLeaving } from "./restart"
import { words, type Words } from "./words"

export { call, CallError, type CallOptions, type Kind } from "./call"
export { listen, type ListenOptions } from "./event"
export { onPage, type Page } from "./page"
export { stream, type StreamOptions } from "./stream"
export type { Prove, Words }

/** What start may be told. */
export interface Options {
  /** What to say instead of the runtime's own words. */
  words?: Partial<Words>
  /**
   * Asks the user to prove anew who he is, for a call or a form that wants it: one that failed as "reauthenticate". When
   * he has, it is sent again; else the call fails so, and the form stays as it is. Several may ask at once.
   */
  reauthenticate?: Prove
}

let started = false

/** Starts the process of this document, if it may have one. A second start does nothing. */
export function start(options: Options = {}): void {
  if (started) return
  started = true
  Object.assign(words, options.words)
  proveWith(options.reauthenticate)
  watchNavigation() // without a process too: this document may stand in the history of one that had it
  watchForms()
  if (!startProcess()) return
  watchLeaving()
  offerDrafts()
}
