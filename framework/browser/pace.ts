import type { Limits } from "./message"

// A server refuses what comes too fast. Calls wait here, so that it has no reason to: the tab fills a bucket of its own,
// more slowly than the server does, and takes from it whatever it sends. What cannot wait leaves a debt to the calls.

/** The part of what the server allows that a tab uses: their clocks differ, and the network bunches what was apart. */
const margin = 0.9

let perMillisecond = 0
let burst = Infinity
let left = Infinity // it begins full
let looked = 0

/** Takes the limits that the server has said. */
export function limit(limits: Limits): void {
  fill()
  perMillisecond = (limits.rate * margin) / 1000
  burst = Math.max(1, limits.burst * margin) // of less no call would ever go out
}

/** Some messages go out. */
export function pay(messages: number): void {
  fill()
  left -= messages
}

/** Milliseconds until a call may go out: 0 when it may now. */
export function due(): number {
  fill()
  return Math.max(0, (1 - left) / perMillisecond)
}

function fill(): void {
  const now = performance.now()
  left = Math.min(burst, left + (now - looked) * perMillisecond)
  looked = now
}
