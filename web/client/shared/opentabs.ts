import type { Page } from "../../../framework/browser/runtime"
import type { OpenTabs } from "../server.gen"

/**
 * Keeps the number of open tabs true in a list of sessions. They are counted when its page is shown, and again whenever
 * somebody looks at it. What the page said before stands when nobody answers.
 */
export function keepCounted(list: HTMLElement, { signal }: Page, count: () => Promise<OpenTabs[]>): void {
  const show = async (): Promise<void> => {
    for (const { session, tabs } of await count()) {
      const shown = list.querySelector(`[data-session="${session}"]`)
      if (shown) shown.textContent = tabs
    }
  }
  const look = (): void => void (document.hidden || show().catch(() => {}))
  document.addEventListener("visibilitychange", look, { signal })
  look()
}
