/** How long a socket may be quiet before the other side is asked for a sign of life, and how long that may take. */
const quietAtMost = 20_000
const answerWithin = 5_000

/** How often the clock is looked at, and how late a look may come before the computer must have been asleep. */
const beat = 2_000
const lateAtMost = 10_000

/**
 * Notices that a socket is dead: long before the browser does, which may take minutes when a network goes without a
 * word. A quiet socket is asked for a sign of life now and then, and at once when the computer was asleep.
 *
 * It holds for a page that nobody looks at too. There browsers wake intervals, and timers that were set by timers, once
 * a minute only; but what was heard sets a timer, and that one the deadline, so no chain of them is longer than two.
 */
export class Heartbeat {
  readonly #ask: () => void
  readonly #dead: () => void
  #ticker: ReturnType<typeof setInterval> | undefined
  #quiet: ReturnType<typeof setTimeout> | undefined
  #deadline: ReturnType<typeof setTimeout> | undefined
  #looked = 0

  /** ask sends something that the other side answers; dead is called when no answer came. */
  constructor(ask: () => void, dead: () => void) {
    this.#ask = ask
    this.#dead = dead
  }

  /** A socket has opened, and is alive. */
  start(): void {
    this.stop()
    this.#looked = Date.now()
    this.#ticker = setInterval(() => this.#look(), beat)
    this.heard()
  }

  stop(): void {
    clearInterval(this.#ticker)
    this.#ticker = undefined
    this.heard()
  }

  /** Something came: the socket is alive. */
  heard(): void {
    clearTimeout(this.#quiet)
    clearTimeout(this.#deadline)
    this.#deadline = undefined
    if (this.#ticker !== undefined) this.#quiet = setTimeout(() => this.check(), quietAtMost)
  }

  /** Asks now, if there is a socket to ask: there is a reason to doubt. */
  check(): void {
    if (this.#ticker === undefined || this.#deadline !== undefined) return
    this.#deadline = setTimeout(() => {
      this.#deadline = undefined
      this.#dead()
    }, answerWithin)
    this.#ask()
  }

  /** An interval that nobody looks at is late by itself, and what it sets is late again. */
  #look(): void {
    const now = Date.now()
    const asleep = Math.abs(now - this.#looked - beat) > lateAtMost
    this.#looked = now
    if (asleep && !document.hidden) this.check()
  }
}
