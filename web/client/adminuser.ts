// The script of a user's page, for administrators.
import { onPage } from "../../framework/browser/runtime"
import { server } from "./server.gen"

/**
 * Counts the user's open tabs when the page is shown, and again whenever the administrator looks at it. What the page said
 * before stands when nobody answers.
 */
onPage("#user-sessions", (list, { signal }) => {
  const count = async (): Promise<void> => {
    for (const { session, tabs } of await server.admin.tabs({ user: Number(list.dataset.user) }, { signal })) {
      const shown = list.querySelector(`[data-session="${session}"]`)
      if (shown) shown.textContent = tabs
    }
  }
  const look = (): void => void (document.hidden || count().catch(() => {}))
  document.addEventListener("visibilitychange", look, { signal })
  look()
})
