import { offerDrafts } from "./drafts"
import { done, underWay } from "./forms"
import { clearNotices } from "./notice"
import { enterPage, leavePage } from "./page"
import { here, settle } from "./place"
import { announce } from "./status"
import { inTransition, swap } from "./swap"
import { load } from "./travel"

/** A page that is ready to be shown, and where. */
export interface NextPage {
  url: string
  next: Document
}

/**
 * Shows a page in place of the one before, which ends with all that it has begun. Its URL is shown already, so nothing
 * calls this off: a page and its URL belong together, even if the person is on the way to another one.
 */
export async function show(event: NavigateEvent, { url, next }: NextPage, focus?: () => void): Promise<void> {
  const place = here()
  const change = (): void => {
    leavePage()
    clearNotices()
    done(underWay())
    swap(next)
    settle(place)
    announce(document.title)
    enterPage()
    if (!event.signal.aborted) event.scroll()
    focus?.()
    offerDrafts()
  }
  try {
    await inTransition(change, event.hasUAVisualTransition)
  } catch (error) {
    reportError(error)
    load(url, "replace") // half a page is none
  }
}
