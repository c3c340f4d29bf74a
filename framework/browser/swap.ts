import { mergeHead } from "./head"
import { isOwn } from "./own"

/** How to move an element without taking it out: what it plays goes on, what it shows stays. Not all browsers can. */
type Mover = ParentNode & { moveBefore?(node: Node, before: Node | null): void }

/** Makes the page that is shown the next one. Elements with data-keep and an id that both pages have stay alive. */
export function swap(next: Document): void {
  mergeHead(next.head)
  attributes(document.documentElement, next.documentElement, (name) => name.startsWith("data-") || name === "aria-busy")
  attributes(document.body, next.body)
  for (const script of next.body.querySelectorAll("script")) script.remove() // those of a body do not run in place
  const old = [...document.body.childNodes].filter((node) => !isOwn(node))
  const places = reserve(next.body)
  document.body.prepend(...document.adoptNode(next.body).childNodes)
  for (const [living, place] of places) move(living, place)
  const moved = new Set<Node>(places.keys())
  for (const node of old) if (!moved.has(node)) (node as ChildNode).remove()
}

/** Finds what outlives its page, and holds its place in the next one: there is never a second one of it. */
function reserve(next: HTMLElement): Map<Element, Element> {
  const places = new Map<Element, Element>()
  for (const living of document.body.querySelectorAll("[data-keep][id]")) {
    const double = next.querySelector(`[data-keep][id="${CSS.escape(living.id)}"]`)
    if (!double || [...places.keys()].some((kept) => kept.contains(living))) continue // it goes with what it is in
    const place = document.createElement("span")
    double.replaceWith(place)
    places.set(living, place)
  }
  return places
}

/** Puts a living element into its place. */
function move(living: Element, place: Element): void {
  const parent = place.parentNode as Mover
  if (parent.moveBefore) parent.moveBefore(living, place)
  else parent.insertBefore(living, place)
  place.remove()
}

/** Makes the attributes of an element those of another, but for its own ones. */
function attributes(element: Element, like: Element, own: (name: string) => boolean = () => false): void {
  for (const { name } of [...element.attributes]) {
    if (!like.hasAttribute(name) && !own(name)) element.removeAttribute(name)
  }
  for (const { name, value } of like.attributes) {
    if (!name.startsWith("on")) element.setAttribute(name, value) // handlers in the markup are not allowed, and would throw
  }
}

/** Does a change in a view transition, where the browser has them and the person likes motion. */
export async function inTransition(change: () => void, plain: boolean): Promise<void> {
  if (plain || !document.startViewTransition || matchMedia("(prefers-reduced-motion: reduce)").matches) return change()
  const transition = document.startViewTransition(change)
  transition.ready.catch(() => {}) // another one has begun, or nobody looks
  transition.finished.catch(() => {})
  await transition.updateCallbackDone
}
