import { inPlace, raised, sameBuild } from "./identity"
import { attempt } from "./memory"
import { clearPrefetched, takePrefetched } from "./prefetch"
import { prove } from "./prove"

/** What a navigation asks for. */
export interface Wanted {
  url: string
  /** Of a form that posts. */
  form?: FormData | undefined
  signal: AbortSignal
}

/**
 * What came of it:
 * - page: a page of this site and build, to be shown in place at this URL
 * - document: the tab goes on by loading a document from this URL
 * - refused: the server does not know this process any more; nothing was done
 * - file: a form was answered with something to be saved
 * - nothing: there is nothing to show
 */
export type Answer =
  | { kind: "page"; url: string; html: string; posted: boolean }
  | { kind: "document"; url: string }
  | { kind: "refused" }
  | { kind: "file"; content: Blob; name: string }
  | { kind: "nothing" }

/** How many redirects are followed: as many as browsers follow. */
const hopsAtMost = 20

/**
 * Asks the server, and follows where it leads. Rejects when no answer comes, or one that is not this site's. A form that
 * wants its user to have proved lately who he is is sent again when he has; else the page stays as it is.
 */
export async function ask(wanted: Wanted): Promise<Answer> {
  const { signal } = wanted
  let { url, form } = wanted
  for (let hop = 0; hop < hopsAtMost; hop++) {
    const response = form ? await send(url, form, signal) : await get(url, signal)
    if (prove && response.status === 403 && response.headers.has("Ocsigo-Refused")) {
      if (await prove()) continue
      return { kind: "nothing" }
    }
    if (response.redirected) url = response.url
    const next = follow(response, url) ?? (await read(response, url, form !== undefined))
    if (typeof next !== "string") return next
    url = next
    form = undefined
  }
  throw new Error(`too many redirects: ${url}`)
}

/** A redirect that is not for tabs is left to a document: a script cannot see where it leads. */
async function get(url: string, signal: AbortSignal): Promise<Response> {
  const prefetched = await takePrefetched(url, signal)?.catch(() => undefined) // what failed then may work now
  return prefetched ?? fetch(url, { headers: inPlace(), redirect: "manual", signal })
}

/** A form cannot be sent again by a document, so such a redirect is followed. */
async function send(url: string, form: FormData, signal: AbortSignal): Promise<Response> {
  clearPrefetched() // it may change what they show
  const body = hasFiles(form) ? form : plain(form)
  try {
    return await fetch(url, { method: "POST", headers: inPlace(), body, signal })
  } finally {
    clearPrefetched()
  }
}

function hasFiles(form: FormData): boolean {
  return [...form.values()].some((value) => value instanceof File && (value.name !== "" || value.size > 0))
}

/** Url-encoded, as forms without files are sent; a field for a file that was not chosen has no name to send. */
function plain(form: FormData): URLSearchParams {
  const texts = [...form].filter((field): field is [string, string] => typeof field[1] === "string")
  return new URLSearchParams(texts.map(([name, value]) => [crlf(name), crlf(value)]))
}

/** Lines end as browsers end them in what they send. They do it by themselves where there are files. */
function crlf(text: string): string {
  return text.replace(/\r\n?|\n/g, "\r\n")
}

/** Where the answer leads: a URL of this site, something final, or undefined for an answer that is to be read. */
export function follow(response: Response, url: string): string | Answer | undefined {
  const { headers, status } = response
  const number = headers.get("Ocsigo-Identity")
  if (number !== null) raised(Number(number))
  if (status === 409 && headers.has("Ocsigo-Refused")) return { kind: "refused" }
  const to = headers.get("Ocsigo-Location")
  const next = new URL(to ?? "", url)
  if (!/^https?:$/.test(next.protocol)) throw new Error(`${url} leads to ${next.protocol}`)
  if (headers.has("Ocsigo-Load")) return { kind: "document", url: to === null ? url : next.href }
  if (status === 204 && to === null) return { kind: "nothing" }
  if (to === null) return undefined
  next.hash ||= new URL(url).hash // as browsers do
  return next.origin === location.origin ? next.href : { kind: "document", url: next.href }
}

/** Only pages of this site and build are shown in place. A form's answer cannot be asked for again, so it is taken. */
async function read(response: Response, url: string, posted: boolean): Promise<Answer> {
  const { headers, status } = response
  const isPage = headers.get("Content-Type")?.startsWith("text/html") ?? false
  const alien = status >= 500 && !headers.has("Ocsigo-Build") // of a proxy, say
  if (alien || (posted && !isPage && !response.ok)) throw new Error(`${url}: status ${status}`)
  if (!posted && !(isPage && sameBuild(headers.get("Ocsigo-Build")))) {
    void response.body?.cancel() // it may be large
    return { kind: "document", url }
  }
  if (isPage) return { kind: "page", url, html: await response.text(), posted }
  return { kind: "file", content: await response.blob(), name: fileName(headers.get("Content-Disposition") ?? "") }
}

function fileName(disposition: string): string {
  const [, encoded] = /filename\*=UTF-8''([^;]+)/i.exec(disposition) ?? []
  const [, plain] = /filename="?([^";]+)/i.exec(disposition) ?? []
  return attempt(() => encoded && decodeURIComponent(encoded)) ?? plain ?? ""
}
