/**
 * The tab's half of a client process: what a site's own TypeScript imports.
 *
 *     import { start } from ".../framework/browser/runtime"
 *     start()
 *
 * start says hello for the document; call and listen are what the generated client is made of. The state
 * of the process stands on the document, for stylesheets and tests: <html data-process="ready">.
 */
export { call, CallError, type CallOptions } from "./call"
export { listen } from "./event"
export { start } from "./process"
