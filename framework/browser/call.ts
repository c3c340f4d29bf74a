import { Interrupted, type Failure, type Params } from "./message"

/** What a call may be told beside its input. */
export interface CallOptions {
  /** Breaks the call off: its promise fails with the signal's reason, and the Go context ends. */
  signal?: AbortSignal
}

/**
 * A failed call. Switch on kind: the site's own, or one of not_connected, permission_denied, invalid_input,
 * too_many_calls, timed_out, interrupted, unknown_function, internal. The message is meant for people.
 */
export class CallError extends Error {
  readonly kind: string
  /** Of an internal error: it stands in the server's log too. */
  readonly id: string | undefined

  constructor(failure: Failure) {
    super(failure.message)
    this.name = "CallError"
    this.kind = failure.data?.kind ?? "internal"
    this.id = failure.data?.id
  }
}

interface Pending {
  method: string
  params: Params
  resolve(result: unknown): void
  reject(reason: unknown): void
}

/** How calls reach the server; undefined while they have to wait. */
export type Sender = (message: { id?: number; method: string; params?: Params }) => void

/** As many as the server runs at once; the others wait here. */
const atOnce = 8

let send: Sender | undefined
let last = 0
const waiting = new Map<number, Pending>()
const open = new Map<number, Pending>()

/**
 * Calls a server function. It waits for the process to start; the generated client gives it its types.
 * Rejects with a CallError, or with the signal's reason.
 */
export function call<Out>(method: string, input: unknown, options: CallOptions = {}): Promise<Out> {
  const { signal } = options
  const id = ++last
  return new Promise<Out>((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason)
      return
    }
    const abort = (): void => {
      if (open.delete(id)) send?.({ method: "$/cancelRequest", params: { id } })
      waiting.delete(id)
      reject(signal?.reason)
      flush()
    }
    signal?.addEventListener("abort", abort, { once: true })
    const done = (): void => signal?.removeEventListener("abort", abort)
    waiting.set(id, {
      method,
      params: asParams(input),
      resolve: (result) => (done(), resolve(result as Out)),
      reject: (reason) => (done(), reject(reason)),
    })
    flush()
  })
}

/** JSON-RPC wants an object or a list: what is no object goes as the one element of a list. */
function asParams(input: unknown): Params {
  if (input === undefined) return undefined
  return typeof input === "object" && input !== null && !Array.isArray(input) ? input : [input]
}

/** Lets calls go out, or with undefined makes them wait. */
export function connect(sender: Sender | undefined): void {
  send = sender
  flush()
}

function flush(): void {
  for (const [id, pending] of waiting) {
    if (!send || open.size >= atOnce) return
    waiting.delete(id)
    open.set(id, pending)
    send({ id, method: pending.method, params: pending.params })
  }
}

/** Takes the answer of a call. */
export function settle(id: number, result: unknown, failure: Failure | undefined): void {
  const pending = open.get(id)
  if (!pending) return // it was broken off
  open.delete(id)
  if (failure) pending.reject(new CallError(failure))
  else pending.resolve(result)
  flush()
}

/** The socket is gone: nobody knows whether the open calls were done. */
export function interrupt(): void {
  const broken = [...open.values()]
  open.clear()
  for (const pending of broken) pending.reject(new CallError(Interrupted))
}
