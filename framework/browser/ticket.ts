import { inPlace, processURL } from "./identity"
import { follow } from "./load"
import { Interrupted, type Failure } from "./message"
import { awaitAnswer, restart } from "./restart"

/** Milliseconds that the answer may take: the server gives itself 30 seconds, and then says that it has failed. */
const within = 35_000

/**
 * Redeems the ticket of a call that logs in: a socket can set no cookie, so the tab asks for it as for a page in place.
 * done settles the call, which fails if it is given a failure. When nobody answers it is as with a socket that is
 * lost: whether it was done, nobody knows.
 */
export function redeem(ticket: string, done: (failure?: Failure) => void): void {
  awaitAnswer(ask(ticket, done).catch(() => done(Interrupted)))
}

async function ask(ticket: string, done: (failure?: Failure) => void): Promise<void> {
  const headers = inPlace({ Accept: "application/json", "Content-Type": "application/json" })
  const response = await fetch(processURL(), {
    method: "POST", headers, body: JSON.stringify({ ticket }), redirect: "manual", signal: AbortSignal.timeout(within),
  })
  const answer = follow(response, location.href)
  const { kind, url } = (answer ?? {}) as { kind?: string; url?: string }
  if (kind === "refused") return restart("ask") // it interrupts the call
  done(response.status === 204 ? undefined : ((await response.json()) as Failure))
  if (kind === "document") restart("now", url)
}
