import type { Sent } from "./forms"
import { clearNotices, notify } from "./notice"
import { travel, traverse } from "./travel"
import { words } from "./words"

/** Saves a file that was the answer to a form, as the browser does with those that it loads by itself. */
export function save(content: Blob, name: string): void {
  const link = document.createElement("a")
  link.href = URL.createObjectURL(content)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

/** The page stays as it is, and offers to try again: to send the form, if it was one. */
export function failed(event: NavigateEvent, url: string, sent?: Sent): void {
  if (sent) return unanswered(sent)
  clearNotices("request")
  notify(words.loadFailed, { label: words.tryAgain, act: () => again(event, url) })
}

function again({ destination, navigationType }: NavigateEvent, url: string): void {
  if (navigationType === "traverse") traverse(destination.key)
  else travel(url, { history: navigationType === "replace" ? "replace" : "auto" })
}

/** A form is sent once more only by somebody who has read that it may have been done. */
export function unanswered(sent: Sent): void {
  clearNotices("request")
  notify(words.sendFailed, { label: words.sendAgain, act: () => sendAgain(sent) })
}

function sendAgain({ form, submitter }: Sent): void {
  form?.requestSubmit(submitter?.isConnected ? submitter : undefined)
}
