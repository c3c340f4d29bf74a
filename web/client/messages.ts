// The messages of every page: what the site says to the visitor, with a page or in between. They stand in #messages,
// which outlives the pages: screen readers announce what comes into an element that they know. A message stays until it
// is closed, and one that came with a page goes with it at the latest.
import { onPage } from "../../framework/browser/runtime"
import { events, type Told } from "./server.gen"

/** How many are shown at most. Where there are more, the oldest go: those that are no problem first. */
const shownAtMost = 5

/** Milliseconds in which screen readers come to know a page, before something is said in it. */
const known = 200

/** Makes a message as templates/messages.templ does. */
function made({ level, text }: Told): HTMLElement {
  const message = document.createElement("div")
  const words = document.createElement("p")
  message.className = `message ${level === "problem" ? "error" : level === "info" ? "" : level}`
  message.role = level === "problem" ? "alert" : "status"
  words.textContent = text
  message.append(words)
  furnish(message)
  return message
}

/** Gives a message the button that closes it. */
function furnish(message: HTMLElement): void {
  const close = document.createElement("button")
  const what = document.createElement("span")
  close.type = "button"
  close.className = "small"
  what.className = "visually-hidden"
  what.textContent = " this message"
  close.append("Close", what)
  close.addEventListener("click", () => leave(message))
  message.append(close)
}

/** Puts a message where it is announced: a problem at once, and others when nothing else is said. */
function put(message: HTMLElement): void {
  const region = document.getElementById("messages")
  const status = region?.querySelector('[role="status"]')
  if (!region || !status) return
  const had = message.contains(document.activeElement)
  if (message.role === "alert") {
    region.insertBefore(message, status)
  } else {
    message.removeAttribute("role") // it is in one that has it
    status.append(message)
  }
  if (had) message.querySelector("button")?.focus()
  const shown = [...region.querySelectorAll(".message")]
  if (shown.length > shownAtMost) (status.firstElementChild ?? shown[0])?.remove()
}

/** Takes a message away. Who has closed it is at the next one then, or at the content. */
function leave(message: HTMLElement): void {
  const next = [...document.querySelectorAll<HTMLElement>(".messages button")].find((button) => !message.contains(button))
  message.remove()
  const there = next ?? document.getElementById("main")
  there?.focus({ preventScroll: true })
}

events.messages.told((message) => put(made(message)))

onPage("#said", (said, { signal }) => {
  const all = [...said.children] as HTMLElement[]
  for (const message of all) {
    furnish(message)
    signal.addEventListener("abort", () => message.remove())
  }
  const timer = setTimeout(() => all.filter((message) => message.isConnected).forEach(put), known)
  signal.addEventListener("abort", () => clearTimeout(timer))
})
