// The script of the demo "Your tabs".
import { events, server, type Fired, type Moved } from "./server.gen"

const linesAtMost = 50

const find = <E extends HTMLElement>(id: string): E => document.getElementById(id) as E

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

/** Shows what went wrong. A call that was interrupted by the page's own end is nothing to tell. */
function problem(error: Error & { kind?: string }): void {
  if (error.kind === "interrupted") return
  const message = find("problem")
  message.textContent = error.message
  message.hidden = false
}

async function fill(): Promise<void> {
  const [who, counters, log] = await Promise.all([server.tab.who(), server.counters.all(), server.hooks.log()])
  find<HTMLOutputElement>("process").value = who.process
  find<HTMLOutputElement>("browser").value = who.browser
  find<HTMLOutputElement>("user").value = who.user ? String(who.user) : "nobody"
  counters.forEach(showCounter)
  find("log").replaceChildren()
  log.forEach(showFired)
  document.documentElement.dataset.filled = "yes"
}

events.counters.moved(showCounter)
events.hooks.fired(showFired)
fill().catch(problem)

for (const button of document.querySelectorAll<HTMLButtonElement>("[data-counter]")) {
  button.addEventListener("click", () => {
    server.counters.raise({ counter: button.dataset.counter ?? "" }).catch(problem)
  })
}
document.getElementById("log-out")?.addEventListener("click", () => {
  server.session.disconnect().catch(problem)
})
document.getElementById("log-out-everywhere")?.addEventListener("click", () => {
  server.session.disconnectAll({ userIndep: false, withRestart: true }).catch(problem)
})
