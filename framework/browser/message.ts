/** JSON-RPC 2.0, as docs/protocol.md describes it. */
import { words, type Words } from "./words"

/** The parameters of a call or an event. */
export type Params = object | unknown[] | undefined

/** A failed call as it crosses the wire. */
export interface Failure {
  code: number
  message: string
  data?: { kind: string; id?: string; fields?: Record<string, string> }
}

/** What the server sends: the answer of a call, or an event. */
export interface Message {
  id?: number | string | null
  method?: string
  params?: Params
  result?: unknown
  error?: Failure
}

/** What the answer of a hello says. */
export interface Welcome {
  process: string
  /** To a process that comes back: how many of its frames have come. */
  received?: number
  limits: Limits
}

/** What the server takes from a tab: calls at once, messages a second in the long run, messages at once. */
export interface Limits {
  calls: number
  rate: number
  burst: number
  /** How many values of a stream it sends without being asked. */
  window: number
}

/** A failure of the tab's own, with the words that the site has for it. */
function failure(code: number, kind: string, word: keyof Words): Failure {
  return {
    code,
    get message() {
      return words[word]
    },
    data: { kind },
  }
}

/** What an open call gets when its process is over. */
export const Interrupted = failure(-32007, "interrupted", "interrupted")

/** What a call gets whose time is over. The server has the same for its own limit. */
export const TimedOut = failure(-32006, "timed_out", "timedOut")

/** What a call gets whose time is over before it has gone out. */
export const TooLate = failure(-32006, "timed_out", "tooLate")

/** What a server says to a call of somebody who the tab is not any more, and when its start hooks have failed. */
export const identityChanged = -32008
export const startFailed = -32004

/** What it says when the user has to prove anew who he is. */
export const notRecent = -32010

/** What a call gets that was made when the page could not call any more. */
export const Outdated = failure(-32001, "not_connected", "notConnected")

/** What a call gets that no server would read. */
export const TooLarge = failure(-32602, "invalid_input", "tooLarge")

/** How many bytes a server reads of a message. What is larger would come back with every socket, and end it. */
export const messageAtMost = 65_536

/** The text of a message. */
export function encode(message: object): string {
  return JSON.stringify({ jsonrpc: "2.0", ...message })
}

/** The first request of every socket, and its id: calls count from 1. */
export const hello = { id: 0, method: "$/hello" }

/** Asks for a sign of life. */
export const ping = { id: "ping", method: "$/ping" }

/** Why a socket was closed. From 4000 to 4499 the tab comes back, from 4500 to 4999 it does not. */
export enum Code {
  /** Said by the tab: its document is gone. */
  goneForGood = 1000,
  /** Said by the tab: its page may come back from the browser's cache. */
  goneForNow = 3000,
  /** The hello was not taken, and nothing has happened: the server did not hear it, or could not look. */
  noHello = 4002,
  unavailable = 4003,
  /** The tab loads the document that the reason names, at once; its own when the reason is empty. */
  restart = 4501,
  /** The document is out of date, but nobody else's: the tab may ask before it loads it again. */
  reload = 4504,
  /** From here to 4999, but for reload: nothing can be done; the reason says why. */
  stop = 4502,
}
