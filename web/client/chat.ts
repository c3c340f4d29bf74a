// The script of the demo "Chat".
import { onPage, type Page } from "../../framework/browser/runtime"
import { events, server, type Message, type Room, type UserID } from "./server.gen"

/** As many as the page shows by itself. */
const messagesAtMost = 50
const namesAtMost = 12

const find = <E extends HTMLElement>(id: string): E => document.getElementById(id) as E

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" })

/** Makes an element of a message, as the server makes them. */
function made(message: Message): HTMLElement {
  const line = find<HTMLTemplateElement>("chat-message").content.firstElementChild?.cloneNode(true) as HTMLElement
  const part = <E extends HTMLElement>(selector: string): E => line.querySelector<E>(selector) as E
  line.dataset.id = String(message.id)
  line.classList.toggle("mine", message.mine)
  part("strong").textContent = message.mine ? "You" : `User ${message.author}`
  part(".text").textContent = message.text
  part<HTMLTimeElement>("time").dateTime = message.said
  inMyTime(part("time"))
  return line
}

/** The server cannot know which time it is where the page is read. */
function inMyTime(time: HTMLTimeElement): void {
  time.textContent = moment.format(new Date(time.dateTime))
}

const idOf = (line: Element): number => Number((line as HTMLElement).dataset.id)

/** Shows a message in its place among the others. A notice may tell what the page shows already. */
function show(log: HTMLElement, message: Message): void {
  const list = log.querySelector("ol") as HTMLOListElement
  const reading = log.scrollHeight - log.scrollTop - log.clientHeight > 40 // somebody looks at what was said before
  const before = [...list.children].findLast((line) => idOf(line) <= message.id)
  if (before && idOf(before) === message.id) return
  if (before) before.after(made(message))
  else list.prepend(made(message))
  while (list.childElementCount > messagesAtMost) list.firstElementChild?.remove()
  if (!reading) log.scrollTop = log.scrollHeight
}

/** Who is in a room. */
interface Here {
  tabs: number
  people: number
  users: UserID[]
}

/** Says who is here: how many, in how many tabs, and who. Who has not logged in is a guest. */
function showHere({ tabs, people, users }: Here, me: string): void {
  const others = users.filter((user) => String(user) !== me).map((user) => `User ${user}`)
  const guests = people - users.length - (me ? 0 : 1)
  if (guests > 0) others.push(guests === 1 ? "A guest" : `${guests} guests`)
  const names = ["You", ...others]
  if (names.length > namesAtMost) names.splice(namesAtMost, names.length, `${names.length - namesAtMost} more`)
  const count = document.createElement("li")
  count.textContent = `${counted(people, "person", "people")} here, in ${counted(tabs, "tab", "tabs")}`
  find("chat-here").replaceChildren(count, ...names.map(badge))
}

const counted = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`

function badge(name: string): HTMLElement {
  const label = document.createElement("span")
  label.className = "badge success"
  label.textContent = name
  const item = document.createElement("li")
  item.append(label)
  return item
}

/** Shows what went wrong. A call that ended with its page is nothing to tell. */
function problem(error: Error): void {
  const message = find("problem")
  if (error.name === "AbortError" || !message) return
  message.textContent = error.message
  message.hidden = false
}

/** Enters the room with the version that the page shows. Where something has come since then, it listens first and reads then. */
async function enter(log: HTMLElement, room: Room, version: string, page: Page): Promise<void> {
  const error = await server.chat.enter({ room, version }, page).then(() => undefined, (error) => error)
  if (!error) return
  if (error.kind !== "stale") throw error
  await server.chat.enter({ room, version: "" }, page) // whatever has come: in a busy room there is always something
  const now = await server.chat.read(room, page)
  const oldest = now.messages[0]?.id ?? 0
  for (const line of log.querySelectorAll("li")) if (idOf(line) < oldest) line.remove()
  now.messages.forEach((message) => show(log, message))
}

/** Says what stands in the form, and keeps the cursor in it. What could not be said stands there again. */
async function say(form: HTMLFormElement, room: Room): Promise<void> {
  const input = form.elements.namedItem("text") as HTMLInputElement
  const button = form.querySelector("button")
  const text = input.value
  input.value = ""
  input.focus()
  find("problem").hidden = true
  form.ariaBusy = "true"
  button?.setAttribute("aria-disabled", "true")
  try {
    await server.chat.say({ room, text })
  } catch (error) {
    input.value = [text, input.value].join(" ").trim()
    problem(error as Error)
  } finally {
    form.ariaBusy = null
    button?.removeAttribute("aria-disabled")
  }
}

onPage("#chat", (chat, page) => {
  const { room, version = "", me = "" } = chat.dataset as { room: Room; version?: string; me?: string }
  const log = find("chat-log")
  log.querySelectorAll("time").forEach(inMyTime)
  log.scrollTop = log.scrollHeight
  events.chat.said(({ key, value }) => key === room && show(log, value), page)
  events.chat.here(({ key, value }) => key === room && showHere(value.here, me), page)
  enter(log, room, version, page).then(() => (chat.dataset.filled = "yes"), problem)
  chat.querySelector("form")?.addEventListener("submit", (event) => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    if (form.ariaBusy !== "true") void say(form, room)
  }, { signal: page.signal })
})
