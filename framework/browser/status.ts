import { own } from "./own"
import type { State } from "./state"
import { words } from "./words"

/** Milliseconds that a trouble has to last before anybody is told: most are over sooner. */
const patience = 500

let timer: ReturnType<typeof setTimeout> | undefined
let said = ""

/** Says what is wrong in a state, when something is wrong for a while, so that screen readers hear it too. */
export function cover(state: State): void {
  const element = own("process-status", { role: "status" })
  said = state === "lost" || state === "restarting" ? words[state] : ""
  if (!said || element.textContent) {
    clearTimeout(timer)
    timer = undefined
    element.textContent = said
  } else {
    timer ??= setTimeout(() => (element.textContent = said), patience)
  }
}

/** Tells screen readers which page is shown now: no document was loaded, so they have not noticed. */
export function announce(title: string): void {
  own("visually-hidden", { "aria-live": "polite", "aria-atomic": "true" }).textContent = title
}
