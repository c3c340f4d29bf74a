import { comingBack, socketURL } from "./identity"
import { attempt } from "./memory"
import { Code, encode, hello } from "./message"

/** Milliseconds between two questions, and how long an answer may take. */
const every = 15_000
const answerWithin = 10_000

/** Where the documents of a browser hear of each other. */
const channel = (): BroadcastChannel | undefined => attempt(() => new BroadcastChannel("ocsigo"))

/**
 * Watches over a page that is out of date and still shown, because a form in it is half filled. It has no process any
 * more, so nobody tells it when its user is logged out: it asks, at first and now and then, and at once when somebody
 * looks at it or it is roused. A server that does not answer says nothing. foreign is called when the page must go.
 */
export function watch(foreign: (to: string) => void): void {
  let last: WebSocket | undefined
  const ask = (): void => {
    last?.close() // its answer may be true no longer
    const socket = (last = new WebSocket(socketURL(), "ocsigo.v1"))
    socket.onopen = () => socket.send(encode({ ...hello, params: comingBack() })) // a process that is over
    socket.onmessage = () => socket.close() // it may stay, for all that anybody knows
    socket.onclose = ({ code, reason }) => socket === last && code === Code.restart && end(reason)
    setTimeout(() => socket.close(), answerWithin)
  }
  const look = (): void => {
    if (!document.hidden) ask()
  }
  const end = (to: string): void => {
    clearInterval(timer)
    document.removeEventListener("visibilitychange", look)
    ears?.close()
    foreign(to)
  }
  const timer = setInterval(look, every)
  document.addEventListener("visibilitychange", look)
  const ears = channel()
  if (ears) ears.onmessage = ask
  ask()
}

/** Somebody has come or gone in this browser: its pages that are out of date ask at once whether they may stay. */
export function rouse(): void {
  const mouth = channel()
  mouth?.postMessage("")
  mouth?.close()
}
