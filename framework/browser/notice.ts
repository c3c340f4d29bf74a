import { own } from "./own"
import { words } from "./words"

/** One thing that a person may do about a notice. */
export interface Offer {
  label: string
  act(): void
}

/**
 * Says something that a person should know, and offers something to do about it. It stays until it is used or closed,
 * or another page is shown.
 */
export function notify(text: string, offer: Offer, closable = true): HTMLElement {
  const notice = document.createElement("div")
  notice.className = "notice"
  notice.setAttribute("role", "alert")
  const said = document.createElement("span")
  said.textContent = text
  notice.append(said, button(offer.label, () => (notice.remove(), offer.act())))
  if (closable) notice.append(button(words.close, () => notice.remove()))
  notice.toggleAttribute("data-closable", closable)
  own("notices").append(notice)
  return notice
}

function button(label: string, act: () => void): HTMLButtonElement {
  const made = document.createElement("button")
  made.type = "button"
  made.className = "small"
  made.textContent = label
  made.addEventListener("click", act)
  return made
}

/** Another page is shown: what was said was about the one before. What cannot be closed is about the document. */
export function clearNotices(): void {
  for (const notice of [...own("notices").children]) if (notice.hasAttribute("data-closable")) notice.remove()
}
