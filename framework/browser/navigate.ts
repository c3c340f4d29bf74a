import { focusBefore, rememberFocus } from "./focus"
import { done, posted, submission, target, underWay } from "./forms"
import { addStyles, watchScripts } from "./head"
import { processID } from "./identity"
import { ask, type Answer } from "./load"
import { failed, save } from "./outcome"
import { isElsewhere, isItself, onThisPage, placeURL, stayHere, watchPlace } from "./place"
import { watchPointer } from "./prefetch"
import { progress } from "./progress"
import { after, awaitAnswer, restart } from "./restart"
import { show, type NextPage } from "./show"
import { state } from "./state"
import { announce } from "./status"
import { asDocument, isFragment, load, travel } from "./travel"
import { parse } from "./trusted"

/** A navigation that was given up: nothing is shown, and nothing is to be said. */
const givenUp = new DOMException("The navigation was given up.", "AbortError")

/** Whether the browser lets a page be fetched before its URL is shown. Else the URL comes first. */
const precommits = "NavigationPrecommitController" in window

/** Answers links and forms inside the site in place, where the browser has the Navigation API. */
export function watchNavigation(): void {
  if (!("navigation" in window)) return
  watchPlace()
  watchScripts()
  announce("") // screen readers listen to what is there before it changes
  navigation.addEventListener("navigate", (event) => {
    if (!mayIntercept(event)) return
    if (event.info instanceof Redirected) return redirected(event, event.info.page)
    if (alive()) return begin(event, target(event, placeURL()))
    // A browser would go back to another page of this document by changing the URL alone.
    if (event.destination.sameDocument) event.intercept({ handler: async () => load(event.destination.url, "replace") })
  })
  watchPointer(mayAskAhead)
}

/** A link may be asked for ahead when a click on it would be answered in place, by another page. */
function mayAskAhead(link: HTMLAnchorElement): boolean {
  if (!alive() || placeURL() !== location.href || optedOut(link)) return false
  if (link.hasAttribute("download") || !/^(_self)?$/.test(link.target) || link.origin !== location.origin) return false
  return link.pathname + link.search !== location.pathname + location.search
}

/** Only a process that is there goes on with the next page. */
function alive(): boolean {
  return processID() !== undefined && (state() === "ready" || state() === "lost")
}

/** What stays on the page, and what is to be a document, is the browser's to do. */
function mayIntercept(event: NavigateEvent): boolean {
  const { destination, info, navigationType } = event
  if (!event.canIntercept || event.downloadRequest !== null || info === asDocument) return false
  if (info instanceof Redirected) return true
  if (navigationType === "reload" || optedOut(event.sourceElement)) return false
  if (event.sourceElement && placeURL() !== location.href) return true // the browser goes by the URL of another page
  if (event.hashChange) return false
  if (navigationType === "traverse") return !onThisPage(destination.key)
  return !destination.sameDocument // a script's own pushState
}

/** data-navigate="document" on a link or form, or around it, loads a document. */
function optedOut(source: Element | null | undefined): boolean {
  return source?.closest('[data-navigate="document"]') != null
}

/** What a redirect of a URL that is shown already hands to the navigation that replaces it. */
class Redirected {
  readonly page: NextPage

  constructor(page: NextPage) {
    this.page = page
  }
}

function redirected(event: NavigateEvent, page: NextPage): void {
  event.intercept({ scroll: "manual", handler: () => show(event, page) })
}

/** The URL is where the navigation is meant to lead: the browser may have taken it for another one. */
function begin(event: NavigateEvent, url: string): void {
  if (url !== event.destination.url && isFragment(url, placeURL())) {
    event.preventDefault()
    return void stayHere().then(() => travel(url))
  }
  rememberFocus()
  const traverse = event.navigationType === "traverse"
  const focus = traverse ? focusBefore(event.destination.key) : undefined
  const options = { focusReset: focus ? "manual" : "after-transition", scroll: "manual" } as const
  if (!precommits || !event.cancelable) {
    event.intercept({ ...options, handler: async () => arrive(event, await bring(event, url, true), focus) })
    return
  }
  let brought: Brought
  event.intercept({
    ...options,
    precommitHandler: async (controller) => {
      brought = await bring(event, url, false)
      if (traverse || (brought.url === event.destination.url && !brought.again)) return
      controller.redirect(brought.url, { history: brought.again ? "replace" : "auto" })
    },
    handler: () => arrive(event, brought, focus),
  })
}

/**
 * Where a navigation ends: with a page to be shown, or with a document to be loaded. The page that is shown may come
 * again, as it is now or with what is wrong in its form: that is no step in the history.
 */
type Brought = (NextPage & { again: boolean }) | { url: string; next?: undefined; again?: undefined }

/**
 * Brings what a navigation leads to, with its stylesheets. What is no page gives the navigation up, and a document is
 * loaded from the page that is left. Only an entry of the history that there was before becomes the document's.
 */
async function bring(event: NavigateEvent, url: string, shown: boolean): Promise<Brought> {
  const { navigationType, signal } = event
  const traverse = navigationType === "traverse"
  const replace = navigationType === "replace"
  const end = progress()
  const sent = underWay()
  const form = posted(event)
  try {
    const answer = await answered(event, url, form)
    if (answer.kind === "page" && (alive() || answer.posted)) {
      const next = parse(answer.html)
      await addStyles(next.head, answer.url, signal)
      return { url: answer.url, next, again: !traverse && isItself(answer.url, answer.posted) }
    }
    const document = documentFor(url, answer, form)
    if (document !== undefined && (traverse || (shown && replace))) return { url: document }
    if (shown) await stayHere()
    if (document !== undefined) load(document, replace ? "replace" : "auto")
    else act(answer)
  } catch (error) {
    const off = signal.aborted // for staying here does it too
    if (shown && (!off || (await stopped()))) await stayHere()
    if (!off) failed(event, url, form && (sent ?? submission(event)))
    done(sent)
    throw error
  } finally {
    end()
  }
  done(sent)
  throw givenUp
}

async function answered({ signal }: NavigateEvent, url: string, form?: FormData): Promise<Answer> {
  const asked = ask({ url, form, signal })
  awaitAnswer(asked.catch(() => {}))
  const answer = await asked
  signal.throwIfAborted() // nobody waits for it any more
  return answer
}

/** Reports whether a navigation ended because it was stopped, and not because of another one. */
async function stopped(): Promise<boolean> {
  await after(0)
  return navigation.transition === null
}

/** The URL of the document that the answer leads to, if it leads to one. */
function documentFor(url: string, answer: Answer, form?: FormData): string | undefined {
  if (answer.kind === "document" || answer.kind === "page") return answer.url // the process has ended meanwhile
  return answer.kind === "refused" && !form ? url : undefined
}

/** Does what an answer wants that leads to no other page. */
function act(answer: Answer): void {
  if (answer.kind === "refused") restart("ask")
  else if (answer.kind === "file") save(answer.content, answer.name)
}

/** The URL is that of the navigation now: shows its page there, or at the URL to which it was redirected. */
async function arrive(event: NavigateEvent, brought: Brought, focus?: () => void): Promise<void> {
  if (!brought.next) return load(brought.url, "replace")
  if (brought.again && isElsewhere()) {
    await stayHere()
    if (navigation.transition) return // the person is on the way to another page
  } else if (brought.url === location.href) {
    return show(event, brought, focus)
  }
  travel(brought.url, { history: "replace", info: new Redirected(brought) })
}
