/**
 * The tab's half of a client process: what a site's own TypeScript imports.
 *
 *     import { start } from ".../framework/browser/runtime"
 *     start()
 *
 * start says hello for the document. From then on the tab has server functions and events, through the typed
 * client that is generated from the Go code (call and listen are what it is made of):
 *
 *     import { events, server } from "./server.gen"
 *
 *     const stop = events.clicks.moved((clicks) => show(clicks))   // stop() hears no more of them
 *     show(await server.clicks.add({ by: 1 }))
 *
 * A call waits until the process is ready. It fails with a CallError; switch on its kind. "interrupted" means
 * that the socket was lost while the call was open: nobody knows whether it was done, and the tab is about to
 * load its document again. Give a call an AbortSignal to break it off; the Go function's context ends then.
 *
 * The state of the process stands on the document, for stylesheets and tests: <html data-process="ready">. See
 * state.ts for the others. The files: process.ts is the life of the socket, call.ts and event.ts what goes over
 * it, restart.ts and stop.ts its ends, retry.ts its patience, memory.ts what the tab keeps between documents.
 */
export { call, CallError, type CallOptions } from "./call"
export { listen } from "./event"
export { start } from "./process"
