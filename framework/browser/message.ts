/** JSON-RPC 2.0, as docs/protocol.md describes it. */

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
  id?: number | null
  method?: string
  params?: Params
  result?: unknown
  error?: Failure
}

/** What an open call gets when its socket is lost. */
export const Interrupted: Failure = {
  code: -32007,
  message: "The connection was lost. It may have been done.",
  data: { kind: "interrupted" },
}

/** Why a socket was closed. From 4000 to 4499 the tab comes back, from 4500 to 4999 it does not. */
export const Code = {
  /** Said by the tab: its document is gone. */
  goneForGood: 1000,
  /** Said by the tab: its page may come back from the browser's cache. */
  goneForNow: 3000,
  /** The hello was not taken, and nothing has happened: the server did not hear it, or could not look. */
  noHello: 4002,
  unavailable: 4003,
  /** The tab loads the document that the reason names; its own when the reason is empty. */
  restart: 4501,
  /** From here to 4999: nothing can be done; the reason says why. */
  stop: 4502,
} as const
