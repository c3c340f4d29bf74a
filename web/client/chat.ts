// The script of the demo "Chat".
import { CallError, onPage, type Page } from "../../framework/browser/runtime"
import { events, server, type Here, type Message, type Room } from "./server.gen"
import { find } from "./shared/find"

/** As many as the page shows by itself. */
const messagesAtMost = 50
const namesAtMost = 12

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
  const before = [...list.children].findLast((line) => idOf(line) <= message.id)
  if (before && idOf(before) === message.id) return
  if (before) before.after(made(message))
  else list.prepend(made(message))
  while (list.childElementCount > messagesAtMost) list.firstElementChild?.remove()
}

/** Keeps the log at its end when it grows and when its size changes, unless somebody looks at what was said before. */
function keepAtEnd(log: HTMLElement, { signal }: Page): void {
  let atEnd = true
  let height = 0 // of what is out of sight when the log is at its end
  const observer = new ResizeObserver(() => {
    height = log.scrollHeight - log.clientHeight
    if (atEnd) log.scrollTop = height
  })
  for (const element of [log, ...log.children]) observer.observe(element)
  log.addEventListener("scroll", () => {
    const now = log.scrollHeight - log.clientHeight
    if (now === height) atEnd = now - log.scrollTop < 40 // else it is the size that has changed, and nobody has scrolled
  }, { signal })
  signal.addEventListener("abort", () => observer.disconnect())
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

function problem(what: string): void {
  const message = find("problem")
  message.textContent = what
  message.hidden = false
}

/** Enters the room with the version that the page shows. Where something has come since then, it listens first and reads then. */
async function enter(log: HTMLElement, room: Room, version: string, page: Page): Promise<void> {
  const error: unknown = await server.chat.enter({ room, version }, page).then(() => undefined, (error) => error)
  if (!error) return
  if (!(error instanceof CallError && error.kind === "stale")) throw error
  await server.chat.enter({ room, version: "" }, page) // whatever has come: in a busy room there is always something
  const now = await server.chat.read(room, page)
  const oldest = now.messages[0]?.id ?? 0
  for (const line of log.querySelectorAll("li")) if (idOf(line) < oldest) line.remove()
  now.messages.forEach((message) => show(log, message))
}

/** What somebody says in a room. It goes on when the page of the room is left. */
interface Speech {
  /** How many messages are not answered yet. */
  underWay: number
  /** What could not be said, the oldest first, until the page of the room shows it. */
  unsaid: string[]
  why: string
  /** Shows how it goes, where the page of the room is there. */
  show(): void
}

/** By room and user. */
const speeches = new Map<string, Speech>()

function speechOf(room: Room, me: string): Speech {
  const key = `${room} ${me}`
  const speech = speeches.get(key) ?? { underWay: 0, unsaid: [], why: "", show: () => {} }
  speeches.set(key, speech)
  return speech
}

/** Says a text, behind those that are under way already: the server takes them in their order. */
async function say(speech: Speech, room: Room, text: string): Promise<void> {
  speech.underWay++
  speech.show()
  try {
    await server.chat.say({ room, text })
  } catch (error) {
    speech.unsaid.push(text)
    speech.why = (error as Error).message
  }
  speech.underWay--
  speech.show()
}

/** Shows how much is under way. When all is answered, what could not be said stands in the form again. */
function showSpeech(speech: Speech, input: HTMLInputElement): void {
  const sending = find("sending")
  sending.hidden = speech.underWay === 0
  sending.textContent = speech.underWay > 1 ? `Sending ${speech.underWay}…` : "Sending…"
  if (speech.underWay > 0 || speech.unsaid.length === 0) return
  input.value = [...speech.unsaid.splice(0), input.value].join(" ").trim()
  problem(speech.why)
}

/** Says what is sent with the form, and keeps the cursor in it. */
function speak(form: HTMLFormElement, speech: Speech, room: Room, { signal }: Page): void {
  const input = form.elements.namedItem("text") as HTMLInputElement
  speech.show = () => showSpeech(speech, input)
  signal.addEventListener("abort", () => (speech.show = () => {}))
  speech.show()
  form.addEventListener("submit", (event) => {
    event.preventDefault()
    find("problem").hidden = true
    void say(speech, room, input.value)
    input.value = ""
    input.focus()
  }, { signal })
}

onPage("#chat", (chat, page) => {
  const { room, version = "", me = "" } = chat.dataset as { room: Room; version?: string; me?: string }
  const log = find("chat-log")
  log.querySelectorAll("time").forEach(inMyTime)
  keepAtEnd(log, page)
  events.chat.said(({ key, value }) => key === room && show(log, value), page)
  events.chat.here(({ key, value }) => key === room && showHere(value.here, me), page)
  enter(log, room, version, page).then(
    () => (chat.dataset.filled = "yes"),
    (error: Error) => page.signal.aborted || problem(error.message),
  )
  const form = chat.querySelector("form")
  if (form) speak(form, speechOf(room, me), room, page)
})
