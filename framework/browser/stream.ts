import { breakOff, request, unasked } from "./call"
import { say } from "./line"

/** What a stream may be told beside its input. */
export interface StreamOptions {
  /** Breaks the stream off: its loop fails with the signal's reason, and the Go context ends. */
  signal?: AbortSignal
}

/**
 * Reads the stream of a server function; the generated client gives it its types:
 *
 *     for await (const line of server.report.lines({ year: 2026 })) show(line)
 *
 * A loop that begins is a call: it waits and fails like one, after the values that came before. Leaving the loop breaks
 * the call off, and a loop that is slow makes the server wait. Another loop over the same stream is another call.
 */
export function stream<Out>(method: string, input: unknown, { signal }: StreamOptions = {}): AsyncIterable<Out> {
  return { [Symbol.asyncIterator]: () => read<Out>(method, input, signal) }
}

function read<Out>(method: string, input: unknown, signal?: AbortSignal): AsyncIterator<Out> {
  const values: Out[] = [] // that came, and were not taken yet
  let id = 0
  let over = false
  let left = false
  let wake = (): void => {}

  /** Nothing is asked before the first value is wanted. */
  async function* all(): AsyncGenerator<Out, undefined> {
    const asked = request(method, input, { ...(signal && { signal }) }, (value) => {
      values.push(value as Out)
      wake()
    })
    const end = (): void => {
      over = true
      wake()
    }
    asked.answer.then(end, end)
    id = asked.id
    for (let used = 1; ; used++) {
      while (!over && values.length === 0) await new Promise<void>((resolve) => (wake = resolve))
      if (left) return
      signal?.throwIfAborted()
      if (values.length === 0) return void (await asked.answer)
      yield values.shift() as Out
      const more = Math.ceil(unasked / 2) // it need not wait for what is on its way
      if (used % more === 0 && !over) say({ method: "$/credit", params: { id, more } })
    }
  }

  const iterator = all()
  return {
    next: () => iterator.next(),
    return: () => {
      left = true
      breakOff(id, undefined) // who waits for a value meanwhile is told that there is none
      return iterator.return(undefined)
    },
  }
}
