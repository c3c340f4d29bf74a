// The script of the demo "Your tabs".
import { CallError, onPage, type Page } from "../../framework/browser/runtime"
import { events, server, type Fired, type Moved } from "./server.gen"
import { find } from "./shared/find"

const linesAtMost = 50

/** Counters only grow: a value that was overtaken on its way is not shown. */
function showCounter({ counter, value }: Moved): void {
  const output = find<HTMLOutputElement>(`counter-${counter}`)
  if (value > Number(output.value)) output.value = String(value)
}

function showFired({ hook, user, at }: Fired): void {
  const time = document.createElement("time")
  time.dateTime = new Date(at).toISOString()
  time.textContent = new Date(at).toLocaleTimeString()
  const line = document.createElement("li")
  line.append(time, ` ${hook} `, user ? `user ${user}` : "nobody")
  const log = find("log")
  log.prepend(line)
  while (log.childElementCount > linesAtMost) log.lastElementChild?.remove()
}

/** Shows what went wrong. A call that ended with its page, or with the connection, is nothing to tell. */
function problem(error: Error): void {
  const message = document.getElementById("problem") // it is gone with its page
  const ended = error.name === "AbortError" || (error instanceof CallError && error.kind === "interrupted")
  if (!message || ended) return
  message.textContent = error.message
  message.hidden = false
}

async function fill({ signal }: Page): Promise<void> {
  const [who, counters, log] = await Promise.all([
    server.tab.who({ signal }),
    server.counters.all({ signal }),
    server.hooks.log({ signal }),
  ])
  find<HTMLOutputElement>("process").value = who.process
  find<HTMLOutputElement>("browser").value = who.browser
  find<HTMLOutputElement>("user").value = who.user ? String(who.user) : "nobody"
  counters.forEach(showCounter)
  find("log").replaceChildren()
  log.forEach(showFired)
  find("log").dataset.filled = "yes"
}

/** Does something when an element is clicked, as long as the page is shown. */
function onClick(element: Element | null, { signal }: Page, act: () => Promise<unknown>): void {
  element?.addEventListener("click", () => act().catch(problem), { signal })
}

onPage("#log", (_, page) => {
  events.counters.moved(showCounter, page)
  events.hooks.fired(showFired, page)
  fill(page).catch(problem)
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-counter]")) {
    onClick(button, page, () => server.counters.raise({ counter: button.dataset.counter ?? "" }))
  }
  onClick(document.getElementById("log-out"), page, () => server.session.disconnect())
  onClick(document.getElementById("log-out-everywhere"), page, () =>
    server.session.disconnectAll({ userIndep: false, withRestart: true }),
  )
})
