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
export function failed(event: NavigateEvent, sent?: Sent): void {
  clearNotices()
  if (sent) notify(words.sendFailed, { label: words.sendAgain, act: () => sendAgain(sent) })
  else notify(words.loadFailed, { label: words.tryAgain, act: () => again(event) })
}

function again({ destination, navigationType }: NavigateEvent): void {
  if (navigationType === "traverse") traverse(destination.key)
  else travel(destination.url, { history: navigationType === "replace" ? "replace" : "auto" })
}

function sendAgain({ form, submitter }: Sent): void {
  form?.requestSubmit(submitter?.isConnected ? submitter : undefined)
}
