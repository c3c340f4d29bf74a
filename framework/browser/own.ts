/** The runtime's own elements stand at the end of the body, by their class, and outlive the pages. */
const elements = new Map<string, HTMLElement>()

/** Finds or makes the runtime's element with this class. */
export function own(name: string, attributes: Record<string, string> = {}): HTMLElement {
  let element = elements.get(name)
  if (!element) {
    element = document.createElement("div")
    element.className = name
    for (const attribute in attributes) element.setAttribute(attribute, attributes[attribute] ?? "")
    elements.set(name, element)
  }
  if (!element.isConnected) document.body.append(element)
  return element
}

/** Reports whether an element is the runtime's. */
export function isOwn(node: Node): boolean {
  return [...elements.values()].includes(node as HTMLElement)
}
