// The script of the list of sessions in the settings.
import { onPage } from "../../framework/browser/runtime"
import { server } from "./server.gen"

/**
 * Counts the open tabs when the page is shown, this one among them, and again whenever somebody looks at it. What the
 * page said before stands when nobody answers.
 */
onPage("#session-list", (list, { signal }) => {
  const count = async (): Promise<void> => {
    for (const { session, tabs } of await server.sessions.tabs({ signal })) {
      const shown = list.querySelector(`[data-session="${session}"]`)
      if (shown) shown.textContent = tabs
    }
  }
  const look = (): void => void (document.hidden || count().catch(() => {}))
  document.addEventListener("visibilitychange", look, { signal })
  look()
})
