import { show } from "./state"

/** What a page says when its process cannot go on, by the reason. */
const explanations: Record<string, string> = {
  cookies: "This site needs cookies. Allow them for this site, then load the page again.",
  restarts:
    "This page was loaded several times and could not be started. Check that cookies are allowed and that the " +
    "computer's clock is right, then load the page again.",
}

/** Ends the process of this document for good. */
export function stop(reason: string): void {
  show("stopped")
  const text = explanations[reason]
  if (!text) return
  const message = document.createElement("p")
  message.className = "message error"
  message.setAttribute("role", "alert")
  message.textContent = text
  document.body.prepend(message)
}
