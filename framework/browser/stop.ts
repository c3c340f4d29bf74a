import { show } from "./state"
import { words, type Words } from "./words"

/** Ends the process of this document for good. The page says what there are words for, by the reason. */
export function stop(reason: string): void {
  show("stopped")
  const message = document.createElement("p")
  message.className = "message error"
  message.setAttribute("role", "alert")
  message.textContent = words[reason as keyof Words] ?? words.stopped
  document.body.prepend(message)
  message.scrollIntoView() // whatever the page was scrolled to
}
