/**
 * Who this tab is to the server: its process, the number of its identity, and what its page says about the visitor.
 */

const metaTag = 'meta[name="ocsigo-process"]'

/** What the page that is shown says of its process. A page without it starts none. */
function meta(): HTMLMetaElement | null {
  return document.head.querySelector(metaTag)
}

/** What the first hello of this document says; undefined where it starts no process. */
export function token(): string | undefined {
  return meta()?.content || undefined
}

/** Where the tabs' websocket is. */
export function socketURL(): URL {
  const url = new URL(meta()?.dataset.socket ?? "/process", location.href)
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:"
  return url
}

/** Says for whom the page was made, without saying who that is: equal for the same user in the same browser. */
export function pageIdentity(): string {
  return meta()?.dataset.identity ?? ""
}

/** Reports whether the page was made for somebody who is connected. */
export function pageConnected(): boolean {
  return meta()?.dataset.connected !== undefined
}

/** Which program made this document. It stays what it was: pages of another build are loaded as new documents. */
const build = meta()?.dataset.build ?? ""

export function sameBuild(other: string | null): boolean {
  return other === build
}

let process: string | undefined
let number = 0
let announce: ((number: number) => void) | undefined

/** The process id, a secret that this tab and the server share; undefined until the hello is answered. */
export function processID(): string | undefined {
  return process
}

/** Counts the log-ins that this process has made, as far as the tab knows. */
export function identityNumber(): number {
  return number
}

export function named(id: string | undefined): void {
  process = id
}

/** Says who tells the server of a new number. */
export function onRaised(tell: (number: number) => void): void {
  announce = tell
}

/** This tab has logged somebody in: what it does from now on, it does as that user. */
export function raised(to: number): void {
  number = to
  announce?.(to)
}

/** The headers of a request in place: which process asks, and who it believes to be. */
export function inPlace(more: Record<string, string> = {}): Record<string, string> {
  return { Accept: "text/html", "Ocsigo-Process": process ?? "", "Ocsigo-Identity": String(number), ...more }
}
