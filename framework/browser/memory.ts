/** What the tab remembers from one of its documents to the next. */
const previousKey = "ocsigo.previous"
const restartsKey = "ocsigo.restarts"

/** Leaves the process id for the tab's next document. */
export function leave(process: string): void {
  attempt(() => sessionStorage.setItem(previousKey, process))
}

/** Takes out which process was in this tab before: a copy of the tab must not find it too. */
export function takePrevious(): string | undefined {
  return attempt(() => {
    const process = sessionStorage.getItem(previousKey) ?? undefined
    sessionStorage.removeItem(previousKey)
    return process
  })
}

/** Counts restarts in a row without an answered hello. */
export function countRestart(): number {
  return (
    attempt(() => {
      const count = Number(sessionStorage.getItem(restartsKey)) + 1
      sessionStorage.setItem(restartsKey, String(count))
      return count
    }) ?? 1
  )
}

/** The hello was answered: the next restart is the first again. */
export function forgetRestarts(): void {
  attempt(() => sessionStorage.removeItem(restartsKey))
}

/** Browsers that forbid storage throw. The site works without: the tab just forgets. */
function attempt<T>(f: () => T): T | undefined {
  try {
    return f()
  } catch {
    return undefined
  }
}
