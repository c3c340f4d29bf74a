import { inPlace, processID } from "./identity"

/** How long a pointer rests on a link before its page is asked for, and how long that answer is good. */
const rest = 100
const life = 10_000

/** The page of the link that was pointed at last. */
let kept: { url: string; answer: Promise<Response>; until: number; stop: AbortController } | undefined
let timer: ReturnType<typeof setTimeout> | undefined

/**
 * Asks for a page when a pointer rests on its link: as a rule it is there when the link is clicked.
 * data-prefetch="off" on a link, or around it, says no.
 */
export function watchPointer(mayVisit: (link: HTMLAnchorElement) => boolean): void {
  document.addEventListener("pointerover", ({ target, pointerType }) => {
    clearTimeout(timer)
    const link = (target as Element).closest<HTMLAnchorElement>("a[href]")
    if (!link || pointerType === "touch" || !mayVisit(link) || link.closest('[data-prefetch="off"]')) return
    if (!saveData() && !fresh(link.href)) timer = setTimeout(() => prefetch(link.href), rest)
  })
}

/** Reports whether the answer for a URL is kept, and still good. */
function fresh(url: string): boolean {
  return kept?.url === url && Date.now() < kept.until
}

/** A browser may be asked to spare data. */
function saveData(): boolean | undefined {
  return (navigator as { connection?: { saveData?: boolean } }).connection?.saveData
}

function prefetch(url: string): void {
  if (!processID()) return
  clearPrefetched()
  const stop = new AbortController()
  const headers = inPlace({ "Ocsigo-Purpose": "prefetch" })
  const answer = fetch(url, { headers, redirect: "manual", signal: stop.signal })
  answer.catch(() => {
    if (kept?.answer === answer) kept = undefined
  })
  kept = { url, answer, until: Date.now() + life, stop }
}

/**
 * Takes the answer for a URL, if it was asked for and is still fresh; the signal breaks it off. Any other one is of no
 * use any more.
 */
export function takePrefetched(url: string, signal?: AbortSignal): Promise<Response> | undefined {
  clearTimeout(timer)
  const found = fresh(url) ? kept : undefined
  if (!found) kept?.stop.abort()
  kept = undefined
  signal?.addEventListener("abort", () => found?.stop.abort(signal.reason))
  return found?.answer
}

/** What was asked for may not be true any more. */
export function clearPrefetched(): void {
  kept?.stop.abort()
  kept = undefined
}
