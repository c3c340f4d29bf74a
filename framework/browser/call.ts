import { identityNumber } from "./identity"
import { isOpen, say, sayText } from "./line"
import {
  encode, identityChanged, Interrupted, messageAtMost, notRecent, Outdated, TimedOut, TooLarge, TooLate,
  type Failure, type Limits, type Params,
} from "./message"
import { due, limit } from "./pace"
import { clearPrefetched } from "./prefetch"
import { prove } from "./prove"
import { answerAwaited, restart } from "./restart"
import { redeem } from "./ticket"

/** What a call may be told beside its input. */
export interface CallOptions {
  /**
   * Breaks the call off: its promise fails with the signal's reason, and the Go context ends. Not that of a call that
   * has logged somebody in already, and waits for the cookies only.
   */
  signal?: AbortSignal
  /** Milliseconds until the call is broken off so, as timed_out, waiting included. Default: none; the server has its own. */
  timeout?: number
}

/** What the framework itself lets calls fail with. docs/protocol.md says when. */
export type Kind =
  | "not_connected" | "identity_changed" | "permission_denied" | "reauthenticate" | "no_ticket" | "stale" | "too_many_stays"
  | "unavailable" | "invalid_input" | "too_many_calls" | "too_fast" | "timed_out" | "interrupted" | "server_stops"
  | "unknown_function" | "internal"

/** A failed call. Switch on its kind; its message is meant for people. */
export class CallError extends Error {
  /** One of the framework's, or the site's own: any other text. */
  readonly kind: Kind | (string & {})
  /** Of an internal error: it stands in the server's log too. */
  readonly id: string | undefined
  /** What is wrong with which part of the input, by its path: { "items[2].by": "must be a number" }. Else it is empty. */
  readonly fields: Record<string, string>

  constructor(failure: Failure) {
    super(failure.message)
    this.name = "CallError"
    this.kind = failure.data?.kind ?? "internal"
    this.id = failure.data?.id
    this.fields = failure.data?.fields ?? {}
  }
}

/** What has its turn to go out, as a rule a call. */
interface Waiting {
  text: string
}

interface Pending extends Waiting {
  /** It waits until its user has proved who he is. */
  held?: boolean
  /** A value of its stream has come. */
  begun?: boolean
  /** The identity number under which it went out. */
  number: number
  /** Takes the values of a stream. */
  take: ((value: unknown) => void) | undefined
  /** To be redeemed when the call has ended well. */
  ticket?: string
  /** It is being redeemed: what it does cannot be called off any more. */
  redeems?: boolean
  resolve(result: unknown): void
  reject(reason: unknown): void
}

/** Timers know no longer time. */
const longest = 2 ** 31 - 1

/** As many as the server runs at once; the others wait here. */
let atOnce = 0

/** How many values of a stream it sends without being asked. */
export let unasked = 0

let over = false
let last = 0
let turn: ReturnType<typeof setTimeout> | undefined
const waiting = new Map<number, Waiting | Pending>()
const open = new Map<number, Pending>()

/**
 * Calls a server function. It waits for the process to start, and while the connection is lost; the generated client
 * gives it its types. Rejects with a CallError, or with the signal's reason.
 */
export function call<Out>(method: string, input: unknown, options?: CallOptions): Promise<Out> {
  return request<Out>(method, input, options).answer
}

/** A call with its id. The values of a stream are taken as they come, before the answer. */
export function request<Out>(
  method: string,
  input: unknown,
  { signal, timeout }: CallOptions = {},
  take?: (value: unknown) => void,
): { id: number; answer: Promise<Out> } {
  const id = ++last
  const answer = new Promise<Out>((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    if (over) return reject(new CallError(Outdated))
    const text = encode({ id, method, params: asParams(input) }) // now: the input may change while the call waits
    if (new Blob([text]).size > messageAtMost) return reject(new CallError(TooLarge))
    const abort = (): void => breakOff(id, signal?.reason)
    const late = (): void => breakOff(id, new CallError(open.has(id) ? TimedOut : TooLate))
    const timer = timeout === undefined || timeout > longest ? undefined : setTimeout(late, timeout)
    const settled = (): void => {
      clearPrefetched() // as a form does: it may have changed what they show
      signal?.removeEventListener("abort", abort)
      clearTimeout(timer)
    }
    signal?.addEventListener("abort", abort)
    const pending: Pending = {
      text,
      number: 0,
      take,
      resolve: (result) => (settled(), resolve(result as Out)),
      reject: (reason) => (settled(), reject(reason)),
    }
    inTurn(pending, id)
  })
  return { id, answer }
}

/** JSON-RPC wants an object or a list: what is no object goes as the one element of a list. */
function asParams(input: unknown): Params {
  if (input === undefined) return undefined
  return typeof input === "object" && input !== null && !Array.isArray(input) ? input : [input]
}

/** Says something behind the calls that were made before, but for streams that have to wait. */
export function sayInTurn(message: object): void {
  inTurn({ text: encode(message) }, ++last)
}

function inTurn(what: Waiting | Pending, id: number): void {
  waiting.set(id, what)
  flush()
}

/** Lets a call fail, and lets the server know if it has it. One that has ended is left as it is. */
export function breakOff(id: number, reason: unknown): void {
  const pending = open.get(id) ?? (waiting.get(id) as Pending | undefined)
  if (pending?.redeems) return
  if (open.delete(id)) say({ method: "$/cancelRequest", params: { id } })
  waiting.delete(id)
  pending?.reject(reason)
  flush()
}

/** The line is open: calls go out, within these limits. */
export function connect(limits: Limits): void {
  atOnce = limits.calls
  unasked = limits.window
  limit(limits)
  flush()
}

/** Lets those that wait go out whose turn it is. Streams leave a place to the others: they may last as long as the tab. */
function flush(): void {
  clearTimeout(turn)
  for (const [id, call] of waiting) {
    if (!isOpen()) return
    if ("take" in call) {
      if (call.held) continue
      if (open.size >= atOnce) return
      if (call.take && streams() >= Math.max(1, atOnce - 1)) continue
      const time = due()
      if (time > 0) return void (turn = setTimeout(flush, time))
      open.set(id, call)
      call.number = identityNumber()
      clearPrefetched()
    }
    waiting.delete(id)
    sayText(call.text)
  }
}

/** Counts the streams that are open. */
function streams(): number {
  return [...open.values()].filter(({ take }) => take).length
}

/** Takes a value of a stream. */
export function progress(id: number, value: unknown): void {
  const call = open.get(id)
  if (!call?.take) return
  call.begun = true
  call.take(value)
}

/** Keeps the ticket of a call until its answer comes. */
export function ticketed(id: number, ticket: string): void {
  const pending = open.get(id)
  if (pending) pending.ticket = ticket
}

/** Takes the answer of a call. */
export function answered(id: number, result: unknown, failure: Failure | undefined): void {
  const pending = open.get(id)
  if (pending?.ticket === undefined || failure) return settle(id, result, failure)
  pending.redeems = true
  redeem(pending.ticket, (failed) => settle(id, result, failed))
}

function settle(id: number, result: unknown, failure: Failure | undefined): void {
  const pending = open.get(id)
  if (!pending) return // it was broken off
  open.delete(id)
  if (failure?.code === notRecent && !pending.begun) void hold(id, pending, failure)
  else if (failure) pending.reject(new CallError(failure))
  else pending.resolve(result)
  if (failure?.code === identityChanged) missed(pending.number)
  flush()
}

/** Makes the same call again when its user has proved who he is. Else it fails as it has. */
async function hold(id: number, call: Pending, failure: Failure): Promise<void> {
  call.held = true
  waiting.set(id, call)
  call.held = !(await prove?.())
  if (call.held) breakOff(id, new CallError(failure))
  else flush()
}

/**
 * This tab has logged somebody in, and does not know: the answer was lost. One that is under way may still tell it,
 * and one that came meanwhile has.
 */
function missed(number: number): void {
  if (number === identityNumber() && !answerAwaited()) restart("ask")
}

/** The process is over, and no call goes out any more. Whether the open ones were done, nobody knows. */
export function end(): void {
  over = true
  for (const call of open.values()) call.reject(new CallError(Interrupted))
  for (const call of waiting.values()) if ("take" in call) call.reject(new CallError(Outdated))
  open.clear()
  waiting.clear()
}
