import { unanswered } from "./outcome"

/** A form that is under way. A submitter that is null is none: the form was sent by a key or by a script. */
export interface Sent {
  form: HTMLFormElement | null
  submitter: HTMLButtonElement | HTMLInputElement | null
}

let busy: Sent | undefined

/** How long a form that loads a document is shown as being on its way. */
const shownFor = 20_000

/**
 * Shows that a form is on its way, and keeps it from being sent twice: <form aria-busy="true">, and on the button that
 * was pressed aria-disabled="true". Forms that are sent by loading a document are shown so too, for a while: what came
 * may be a file that was saved, and nobody says that it did. Or it is still to come: who presses once more is asked.
 */
export function watchForms(): void {
  addEventListener("submit", (event) => {
    if (!busy || event.target !== busy.form) return
    event.preventDefault()
    event.stopImmediatePropagation()
    if (!late) return
    done(busy)
    unanswered(sentBy(event))
  }, true)
  addEventListener("submit", (event) => {
    const sent = sentBy(event)
    const posts = /^post$/i.test(setting(sent, "method"))
    const sameTab = /^(_self)?$/i.test(setting(sent, "target"))
    if (!event.defaultPrevented && posts && sameTab) begin(sent)
  })
  addEventListener("pageshow", () => done(busy)) // the page came back from the browser's cache
}

function sentBy({ submitter, target }: SubmitEvent): Sent {
  return { form: target as HTMLFormElement, submitter: submitter as Sent["submitter"] }
}

/** How a form is sent, which its button may decide. A property would do, were there not fields with these names. */
function setting({ form, submitter }: Sent, name: string): string {
  return submitter?.getAttribute(`form${name}`) ?? form?.getAttribute(name) ?? ""
}

let timer: ReturnType<typeof setTimeout> | undefined
let late = false

function begin(sent: Sent): void {
  done(busy)
  busy = sent
  sent.form?.setAttribute("aria-busy", "true")
  sent.submitter?.setAttribute("aria-disabled", "true")
  timer = setTimeout(() => {
    late = true
    free(sent)
  }, shownFor)
}

function free({ form, submitter }: Sent): void {
  form?.removeAttribute("aria-busy")
  submitter?.removeAttribute("aria-disabled")
}

/** The form for which an answer is asked in place, if it is one: it is held until done is said. */
export function underWay(): Sent | undefined {
  clearTimeout(timer)
  return busy
}

/** The form's answer is here, or it did not come. Another one may be under way meanwhile. */
export function done(sent: Sent | undefined): void {
  if (!sent || sent !== busy) return
  clearTimeout(timer)
  if (!late) free(sent)
  late = false
  busy = undefined
}

/** What a navigation posts. Chromium goes by the form's method for it, and forgets that a button may have another. */
export function posted({ formData, sourceElement }: NavigateEvent): FormData | undefined {
  const button = sourceElement as HTMLButtonElement | null | undefined
  const method = button?.getAttribute("formmethod")
  if (!button || !method) return formData ?? undefined
  if (!/^post$/i.test(method)) return undefined
  return formData ?? new FormData(button.form ?? undefined, button)
}

/**
 * Where a link or a form leads, if it stands on the page with this URL: while another page is on its way, the browser
 * may have taken what is relative from that one's.
 */
export function target(event: NavigateEvent, page: string): string {
  const { destination, sourceElement } = event
  if (!sourceElement || page === location.href) return destination.url
  const sent = submission(event)
  const to = sent.form ? setting(sent, "action") || page : sourceElement.getAttribute("href")
  const url = new URL(to ?? destination.url, page)
  if (sent.form && !posted(event)) url.search = new URL(destination.url).search // its fields
  return url.href
}

/** The form that a navigation comes from: one that a script has sent is not under way. */
export function submission({ sourceElement }: NavigateEvent): Sent {
  const element = (sourceElement ?? null) as HTMLFormElement | HTMLButtonElement | null
  if (element instanceof HTMLFormElement) return { form: element, submitter: null }
  return { form: element?.form ?? null, submitter: element }
}
