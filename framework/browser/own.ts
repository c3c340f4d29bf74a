/** The runtime's own elements stand at the end of the body, by their class, and outlive the pages. */
const elements = new Map<string, HTMLElement>()

/** Finds or makes the runtime's element with this class. */
export function own(name: string, attributes: Record<string, string> = {}): HTMLElement {
  const known = elements.get(name)
  if (known) {
    if (!known.isConnected) document.body.append(known)
    return known
  }
  const made = document.createElement("div")
  made.className = name
  for (const attribute in attributes) made.setAttribute(attribute, attributes[attribute] ?? "")
  elements.set(name, made)
  document.body.append(made)
  return made
}

/** Reports whether an element is the runtime's. */
export function isOwn(node: Node): boolean {
  return [...elements.values()].includes(node as HTMLElement)
}
