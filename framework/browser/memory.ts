/** What the tab remembers from one of its documents to the next. */
const prefix = "ocsigo."
const named = prefix + "restarts="

/** Keeps a text under a name, and reports whether it could. */
export function keep(name: string, text: string): boolean {
  return attempt(() => (sessionStorage.setItem(prefix + name, text), true)) ?? false
}

/** Takes it out: a copy of the tab must not find it too. */
export function take(name: string): string | undefined {
  return attempt(() => {
    const text = sessionStorage.getItem(prefix + name) ?? undefined
    sessionStorage.removeItem(prefix + name)
    return text
  })
}

/** Reports whether the tab can remember anything. */
export function remembers(): boolean {
  return keep("probe", "") && take("probe") === ""
}

/** Leaves the process id for the tab's next document. */
export function leave(process: string): void {
  keep("previous", process)
}

/** Takes out which process was in this tab before. */
export function takePrevious(): string | undefined {
  return take("previous")
}

/**
 * Counts restarts in a row without an answered hello. Where storage is forbidden the window's name remembers the count:
 * a loop has to end there too.
 */
export function countRestart(): number {
  const count = (Number(take("restarts") ?? window.name.split(named)[1]) || 0) + 1
  if (!keep("restarts", String(count))) window.name = named + count
  return count
}

/** The hello was answered: the next restart is the first again. */
export function forgetRestarts(): void {
  take("restarts")
  if (window.name.startsWith(named)) window.name = ""
}

/** Browsers that forbid storage throw. The site works without: the tab just forgets. */
export function attempt<T>(f: () => T): T | undefined {
  try {
    return f()
  } catch {
    return undefined
  }
}
