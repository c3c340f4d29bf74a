// The script of the mailbox, in development.
import { onPage } from "../../framework/browser/runtime"
import { events, server, type Mail } from "./server.gen"
import { find } from "./shared/find"

/** Makes an entry of a message, as the server makes them. */
function made(mail: Mail): Element {
  const entry = find<HTMLTemplateElement>("mailbox-message").content.firstElementChild?.cloneNode(true) as Element
  const link = entry.querySelector("a") as HTMLAnchorElement
  const time = entry.querySelector("time") as HTMLTimeElement
  link.href = `/dev/mail/${mail.id}`
  link.textContent = mail.subject
  ;(entry.querySelector("[data-to]") as Element).textContent = mail.to
  time.dateTime = mail.at
  time.textContent = new Date(mail.at).toLocaleTimeString(undefined, { timeStyle: "medium" })
  return entry
}

/** Which messages are shown already stays as it is, and so does who is at a link of theirs. */
function show(list: HTMLElement, all: Mail[]): void {
  const shown = new Map([...list.querySelectorAll("a")].map((link) => [link.pathname, link.closest("li") as Element]))
  const wanted = all.map((mail) => shown.get(`/dev/mail/${mail.id}`) ?? made(mail))
  for (const entry of shown.values()) if (!wanted.includes(entry)) entry.remove()
  wanted.forEach((entry, i) => {
    if (list.children[i] !== entry) list.insertBefore(entry, list.children[i] ?? null)
  })
  find("mailbox-empty").hidden = all.length > 0
  list.dataset.filled = "yes"
}

onPage("#mailbox", (list, { signal }) => {
  const look = (): void => void server.mailbox.all({ signal }).then((all) => show(list, all), () => {})
  events.mailbox.arrived(look, { signal })
  look()
})
