// Milliseconds between tries. They are spread at random, so that the tabs of a server that came back do not
// come all at once.
const shortest = 500
const longest = 20_000

/** Tries again later, or at once when there is hope. */
export class Retry {
  #tries = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #again: () => void

  constructor(again: () => void) {
    this.#again = again
  }

  /** Plans the next try. */
  later(): void {
    const jitter = Math.random() * Math.min(longest, shortest * 2 ** this.#tries++)
    this.cancel()
    this.#timer = setTimeout(() => this.#go(), Math.min(longest, shortest + jitter))
  }

  /** Does at once what is planned, if anything is. */
  hurry(): void {
    if (this.#timer !== undefined) this.#go()
  }

  /** Plans none. */
  cancel(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
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
