import { show } from "./state"
import { words } from "./words"

/** Ends the process of this document for good. What the page says about it depends on the reason. */
export function stop(reason: string): void {
  show("stopped")
  const message = document.createElement("p")
  message.className = "message error"
  message.setAttribute("role", "alert")
  message.textContent = words[reason === "cookies" || reason === "tabs" || reason === "restarts" ? reason : "stopped"]
  document.body.prepend(message)
  message.scrollIntoView() // whatever the page was scrolled to
}
