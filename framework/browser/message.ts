/** JSON-RPC 2.0, as docs/protocol.md describes it. */
import { words } from "./words"

/** The parameters of a call or an event. */
export type Params = object | unknown[] | undefined

/** A failed call as it crosses the wire. */
export interface Failure {
  code: number
  message: string
  data?: { kind: string; id?: string }
}

/** What the server sends: the answer of a call, or an event. */
export interface Message {
  id?: number | string | null
  method?: string
  params?: Params
  result?: unknown
  error?: Failure
}

/** What an open call gets when its socket is lost. */
export const Interrupted: Failure = {
  code: -32007,
  get message() {
    return words.interrupted
  },
  data: { kind: "interrupted" },
}

/** What a call gets whose time is over. The server has the same for its own limit. */
export const TimedOut: Failure = {
  code: -32006,
  get message() {
    return words.timedOut
  },
  data: { kind: "timed_out" },
}

/** What a call gets that was made when the page could not call any more. */
export const Outdated: Failure = {
  code: -32001,
  get message() {
    return words.notConnected
  },
  data: { kind: "not_connected" },
}

/** The text of a message. */
export function encode(message: object): string {
  return JSON.stringify({ jsonrpc: "2.0", ...message })
}

/** The first request of every socket, and its id: calls count from 1. */
export const hello = { id: 0, method: "$/hello" }

/** Why a socket was closed. From 4000 to 4499 the tab comes back, from 4500 to 4999 it does not. */
export const Code = {
  /** Said by the tab: its document is gone. */
  goneForGood: 1000,
  /** Said by the tab: its page may come back from the browser's cache. */
  goneForNow: 3000,
  /** The hello was not taken, and nothing has happened: the server did not hear it, or could not look. */
  noHello: 4002,
  unavailable: 4003,
  /** The tab loads the document that the reason names, at once; its own when the reason is empty. */
  restart: 4501,
  /** The document is out of date, but nobody else's: the tab may ask before it loads it again. */
  reload: 4504,
  /** From here to 4999, but for reload: nothing can be done; the reason says why. */
  stop: 4502,
} as const
