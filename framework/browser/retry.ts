// Milliseconds between tries. They are spread at random, so that the tabs of a server that came back do not
// come all at once.
const shortest = 500
const longest = location.hostname === "localhost" ? 2_000 : 20_000 // a developer waits for one server alone

/** Tries again later, or at once when there is hope. */
export class Retry {
  #tries = 0
  #plan: MessageChannel | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #again: () => void

  constructor(again: () => void) {
    this.#again = again
  }

  /**
   * Plans the next try. A message sets its timer: where nobody looks browsers wake a timer that was set by a timer that
   * was set by a timer, and so on, once a minute.
   */
  later(): void {
    const jitter = Math.random() * Math.min(longest, shortest * 2 ** this.#tries++)
    this.cancel()
    const { port1, port2 } = (this.#plan = new MessageChannel())
    port1.onmessage = () => (this.#timer = setTimeout(() => this.#go(), Math.min(longest, shortest + jitter)))
    port2.postMessage("")
  }

  /** Does at once what is planned, if anything is. */
  hurry(): void {
    if (this.#plan) this.#go()
  }

  /** Plans none. */
  cancel(): void {
    this.#plan?.port1.close() // and what is on its way does not come
    this.#plan = undefined
    clearTimeout(this.#timer)
  }

  /** It worked: the next wait is a short one again. */
  reset(): void {
    this.#tries = 0
    this.cancel()
  }

  #go(): void {
    this.cancel()
    this.#again()
  }
}
