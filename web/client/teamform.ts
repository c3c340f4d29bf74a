// The script of the demo "Team form".
import { CallError, onPage, type Page } from "../../framework/browser/runtime"
import { server, type Team } from "./server.gen"

/** How long nobody has typed or gone on before the server is asked, in milliseconds. */
const pause = 250

/** Says what is wrong with a field, as templates/fields.templ does; nothing when the message is empty. */
function mark(input: HTMLInputElement, message: string): void {
  const id = `${input.id}-error`
  document.getElementById(id)?.remove()
  if (message) {
    const error = document.createElement("p")
    error.className = "error"
    error.id = id
    error.textContent = message
    input.after(error)
  }
  const words = [id, `${input.id}-help`].filter((id) => document.getElementById(id))
  set(input, "aria-invalid", message && "true")
  set(input, "aria-describedby", words.join(" "))
}

function set(element: Element, name: string, value: string): void {
  if (value) element.setAttribute(name, value)
  else element.removeAttribute(name)
}

/** What is wrong with the form as it is filled in now. */
async function problems(form: HTMLFormElement, signal: AbortSignal): Promise<Record<string, string>> {
  const value = (name: keyof Team): string => (form.elements.namedItem(name) as HTMLInputElement).value
  const team: Team = { name: value("name"), email: value("email"), players: value("players"), day: value("day") }
  try {
    await server.team.check(team, { signal })
    return {}
  } catch (error) {
    if (error instanceof CallError && error.kind === "bad_team") return error.fields
    throw error
  }
}

/** Waits, unless the signal aborts: then it fails with its reason. */
function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds)
    signal.addEventListener("abort", () => {
      clearTimeout(timer)
      reject(signal.reason)
    })
  })
}

/** Whether somebody is still at a field with which nothing was wrong: what is half typed is nothing to complain of. */
function unfinished(input: HTMLInputElement): boolean {
  return input === document.activeElement && !input.hasAttribute("aria-invalid")
}

/** Asks in a while, and marks the fields in which somebody has typed. What screen readers say is about the last of them. */
async function look(form: HTMLFormElement, typed: Set<HTMLInputElement>, last: HTMLInputElement, { signal }: Page): Promise<void> {
  await wait(pause, signal)
  const wrong = await problems(form, signal)
  const shown = [...typed].filter((input) => !unfinished(input))
  for (const input of shown) mark(input, wrong[input.name] ?? "")
  const status = document.getElementById("team-status")
  if (status) status.textContent = (shown.includes(last) && wrong[last.name]) || ""
}

onPage("#team", (element, { signal: left }: Page) => {
  const form = element as HTMLFormElement
  const typed = new Set(form.querySelectorAll<HTMLInputElement>("[aria-invalid]")) // as they came back with the page
  let newer = new AbortController()
  const lookAgain = (input: HTMLInputElement): void => {
    newer.abort()
    newer = new AbortController()
    // When the server cannot say, the form says it when it is sent.
    look(form, typed, input, { signal: AbortSignal.any([left, newer.signal]) }).catch(() => {})
  }
  form.addEventListener("input", ({ target }) => {
    typed.add(target as HTMLInputElement)
    lookAgain(target as HTMLInputElement)
  }, { signal: left })
  form.addEventListener("focusout", ({ target }) => {
    if (typed.has(target as HTMLInputElement)) lookAgain(target as HTMLInputElement)
  }, { signal: left })
  form.addEventListener("submit", () => newer.abort(), { signal: left })
  form.dataset.filled = "yes"
})
