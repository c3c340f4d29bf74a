/**
 * Who this tab is to the server: its process, the number of its identity, and what its page says about the visitor.
 */
import { receipt, say } from "./line"

const metaTag = 'meta[name="ocsigo-process"]'

/** What the page that is shown says of its process. A page without it starts none. */
function meta(): HTMLMetaElement | null {
  return document.head.querySelector(metaTag)
}

/** What the first hello of this document says; undefined where it starts no process. */
export function token(): string | undefined {
  return meta()?.content || undefined
}

/** Where the server's half of the processes is. */
export function processURL(): URL {
  return new URL(meta()?.dataset.socket ?? "/process", location.href)
}

/** The same for the tabs' websocket. */
export function socketURL(): URL {
  const url = processURL()
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

/** This tab has logged somebody in: what it does and says from now on, it does and says as that user. */
export function raised(to: number): void {
  number = to
  say({ method: "$/identity", params: { number } })
}

/** What the hello of a process says that comes back. */
export function comingBack(): object {
  return { process: process ?? "", number, identity: pageIdentity(), ...receipt() }
}

/** The headers of a request in place: which process asks, and who it believes to be. */
export function inPlace(more: Record<string, string> = {}): Record<string, string> {
  return { Accept: "text/html", "Ocsigo-Process": process ?? "", "Ocsigo-Identity": String(number), ...more }
}
