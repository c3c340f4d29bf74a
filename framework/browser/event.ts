import { foreign } from "./foreign"
import type { Params } from "./message"
import { clearPrefetched } from "./prefetch"

type Handler = (event: never) => void

/** What a listener may be told beside its handler. */
export interface ListenOptions {
  /** Ends the listening, as the function that listen returns does. */
  signal?: AbortSignal
}

const handlers = new Map<string, Set<Handler>>()

/** Calls the handler for every event of this name, until the signal aborts or the function that it returns is called. */
export function listen<Event>(name: string, handler: (event: Event) => void, { signal }: ListenOptions = {}): () => void {
  if (signal?.aborted) return () => {}
  const all = handlers.get(name) ?? new Set<Handler>()
  const own: Handler = (event) => handler(event) // one function may listen twice
  handlers.set(name, all.add(own))
  const stop = (): void => {
    all.delete(own)
    signal?.removeEventListener("abort", stop)
  }
  signal?.addEventListener("abort", stop, { once: true })
  return stop
}

/** Hands an event to its handlers. One that throws keeps it from no other. */
export function deliver(name: string, params: Params): void {
  clearPrefetched() // something has changed
  const event = (Array.isArray(params) ? params[0] : params) as never
  const all = handlers.get(name)
  for (const handler of [...(all ?? [])]) {
    if (all?.has(handler)) foreign(() => handler(event)) // else one before it has ended it
  }
}
