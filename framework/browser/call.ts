import { identityNumber } from "./identity"
import { encode, Interrupted, Outdated, TimedOut, type Failure, type Params } from "./message"
import { clearPrefetched } from "./prefetch"
import { answerAwaited, restart } from "./restart"

/** What a call may be told beside its input. */
export interface CallOptions {
  /** Breaks the call off: its promise fails with the signal's reason, and the Go context ends. */
  signal?: AbortSignal
  /** Milliseconds until the call fails as timed_out, waiting included. Default: none here; the server has its own. */
  timeout?: number
}

/**
 * A failed call. Switch on kind: the site's own, or one of not_connected, identity_changed, permission_denied,
 * not_recent, unavailable, invalid_input, too_many_calls, timed_out, interrupted, unknown_function, internal. The
 * message is meant for people.
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
  text: string
  /** The identity number under which it went out. */
  number: number
  resolve(result: unknown): void
  reject(reason: unknown): void
}

/** How calls reach the server; it reports whether one could go out. undefined while they have to wait. */
export type Sender = (text: string) => boolean

/** Timers know no longer time. */
const longest = 2 ** 31 - 1

/** As many as the server runs at once; the others wait here. */
const atOnce = 8

let send: Sender | undefined
let over = false
let last = 0
const waiting = new Map<number, Pending>()
const open = new Map<number, Pending>()

/**
 * Calls a server function. It waits for the process to start, and while the connection is lost; the generated client
 * gives it its types. Rejects with a CallError, or with the signal's reason.
 */
export function call<Out>(method: string, input: unknown, { signal, timeout }: CallOptions = {}): Promise<Out> {
  const id = ++last
  return new Promise<Out>((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    if (over) return reject(new CallError(Outdated))
    const text = encode({ id, method, params: asParams(input) }) // now: the input may change while the call waits
    const abort = (): void => breakOff(id, signal?.reason)
    const timer = timeout === undefined || timeout > longest ? undefined : setTimeout(() => breakOff(id, new CallError(TimedOut)), timeout)
    const settled = (): void => {
      clearPrefetched() // as a form does: it may have changed what they show
      signal?.removeEventListener("abort", abort)
      clearTimeout(timer)
    }
    signal?.addEventListener("abort", abort)
    waiting.set(id, {
      text,
      number: 0,
      resolve: (result) => (settled(), resolve(result as Out)),
      reject: (reason) => (settled(), reject(reason)),
    })
    flush()
  })
}

/** JSON-RPC wants an object or a list: what is no object goes as the one element of a list. */
function asParams(input: unknown): Params {
  if (input === undefined) return undefined
  return typeof input === "object" && input !== null && !Array.isArray(input) ? input : [input]
}

function breakOff(id: number, reason: unknown): void {
  const pending = open.get(id) ?? waiting.get(id)
  if (open.delete(id)) send?.(encode({ method: "$/cancelRequest", params: { id } }))
  waiting.delete(id)
  pending?.reject(reason)
  flush()
}

/** Lets calls go out, or with undefined makes them wait. */
export function connect(sender: Sender | undefined): void {
  send = sender
  flush()
}

function flush(): void {
  for (const [id, pending] of waiting) {
    if (open.size >= atOnce || !send?.(pending.text)) return
    waiting.delete(id)
    open.set(id, pending)
    pending.number = identityNumber()
    clearPrefetched()
  }
}

/** Takes the answer of a call. */
export function settle(id: number, result: unknown, failure: Failure | undefined): void {
  const pending = open.get(id)
  if (!pending) return // it was broken off
  open.delete(id)
  if (failure) pending.reject(new CallError(failure))
  else pending.resolve(result)
  if (failure?.data?.kind === "identity_changed") missed(pending.number)
  flush()
}

/**
 * This tab has logged somebody in, and does not know: the answer was lost. One that is under way may still tell it,
 * and one that came meanwhile has.
 */
function missed(number: number): void {
  if (number === identityNumber() && !answerAwaited()) restart("ask")
}

/** The socket is gone: nobody knows whether the open calls were done. */
export function interrupt(): void {
  rejectAll(open, Interrupted)
}

/** No call goes out of this document any more. */
export function end(): void {
  over = true
  send = undefined
  interrupt()
  rejectAll(waiting, Outdated)
}

function rejectAll(calls: Map<number, Pending>, failure: Failure): void {
  const all = [...calls.values()]
  calls.clear()
  for (const pending of all) pending.reject(new CallError(failure))
}
