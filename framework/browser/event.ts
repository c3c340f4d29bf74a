import type { Params } from "./message"

type Handler = (event: never) => void

const handlers = new Map<string, Set<Handler>>()

/** Calls the handler for every event of this name, until the function that it returns is called. */
export function listen<Event>(name: string, handler: (event: Event) => void): () => void {
  const all = handlers.get(name) ?? new Set<Handler>()
  handlers.set(name, all.add(handler))
  return () => void all.delete(handler)
}

/** Hands an event to its handlers. One that throws keeps it from no other. */
export function deliver(name: string, params: Params): void {
  const event = (Array.isArray(params) ? params[0] : params) as never
  for (const handler of [...(handlers.get(name) ?? [])]) {
    try {
      handler(event)
    } catch (error) {
      reportError(error)
    }
  }
}
