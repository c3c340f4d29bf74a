import { identityNumber, pageIdentity, processID, socketURL } from "./identity"
import { Code, encode, hello } from "./message"

/** Milliseconds between two questions. */
const every = 15_000

/**
 * Watches over a page that is out of date and still shown, because a form in it is half filled. It has no process any
 * more, so nobody tells it when its user is logged out: it asks, and at once when somebody looks at it. A server that
 * does not answer says nothing.
 */
export function watch(foreign: () => void): void {
  let socket: WebSocket | undefined
  const ask = (): void => {
    if (socket || document.visibilityState === "hidden") return
    socket = new WebSocket(socketURL(), "ocsigo.v1")
    socket.onopen = () => socket?.send(encode({ ...hello, params: question() }))
    socket.onmessage = () => socket?.close() // it may stay, for all that anybody knows
    socket.onclose = ({ code }) => {
      socket = undefined
      if (code !== Code.restart) return
      clearInterval(timer)
      foreign()
    }
  }
  const timer = setInterval(ask, every)
  document.addEventListener("visibilitychange", ask)
}

/** The hello of a process that is over: the answer says whether the page may stay in sight. */
function question(): object {
  return { process: processID() ?? "", number: identityNumber(), identity: pageIdentity() }
}
