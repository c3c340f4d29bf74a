import { answered, connect, end as endCalls, progress, ticketed } from "./call"
import { deliver } from "./event"
import { Heartbeat } from "./heartbeat"
import { comingBack, named, pageConnected, pageIdentity, processID, socketURL, token } from "./identity"
import { acknowledged, begin, count, pause, receipt, resume } from "./line"
import { forgetRestarts, leave, takePrevious } from "./memory"
import { Code, encode, hello, ping, startFailed, type Message, type Params, type Welcome } from "./message"
import { onRestart, reload, restart } from "./restart"
import { Retry } from "./retry"
import { show, state } from "./state"
import { stop } from "./stop"
import { rouse } from "./watch"

/** Codes of a socket on which something was said that no server takes: it must not be said again on the next. */
const refused = [1002, 1003, 1007, 1009]

/** How long a socket may take to open, and the hello's answer to come: start hooks have 10 seconds. */
const openWithin = 10_000
const answerWithin = 15_000

/** How long a socket has to last after that until a loss is the first again: a server may close it for what it hears. */
const goodAfter = 5_000

/** The parameters of what the server itself says, whichever it is. */
interface FromServer {
  id: number
  received: number
  ticket: string
  token: number
  value: unknown
}

/** The sockets of this tab's process: its hellos, its losses and its ends. */
class Connection {
  readonly #url = socketURL()
  readonly #token: string
  readonly #previous = takePrevious()
  /** The page was taken out of the browser's cache, and the tab may have had another document meanwhile. */
  #woken = false
  readonly #retry = new Retry(() => this.#again())
  readonly #heartbeat = new Heartbeat(
    () => this.#send({ ...ping, params: receipt() }),
    () => this.#lost(),
  )
  #socket: WebSocket | undefined
  /** When it is over, the socket is given up, or has proved good. */
  #deadline: ReturnType<typeof setTimeout> | undefined
  /** A first hello went out: there may be a process for this document, and it cannot have another. */
  #helloSaid = false
  /** What the server believes about whether anybody can see the tab; undefined while it cannot be told. */
  #visible: boolean | undefined
  #ended = false

  constructor(token: string) {
    this.#token = token
  }

  start(): void {
    show("starting")
    onRestart(() => this.#end())
    addEventListener("pagehide", (event) => this.#hide(event.persisted))
    addEventListener("pageshow", (event) => event.persisted && this.#wake())
    addEventListener("online", () => this.#hurry())
    document.addEventListener("resume", () => this.#hurry()) // it was frozen
    document.addEventListener("visibilitychange", () => {
      this.#look()
      if (!document.hidden) this.#hurry()
    })
    this.#open()
  }

  #open(): void {
    const socket = new WebSocket(this.#url, "ocsigo.v1")
    this.#socket = socket
    this.#within(openWithin)
    if (!processID()) begin()
    socket.onopen = () => {
      if (this.#socket === socket) this.#hello()
    }
    socket.onmessage = ({ data }) => {
      if (this.#socket !== socket) return // the frame will come again
      const message = JSON.parse(data as string) as Message | Message[]
      count(message, (data as string).length)
      this.#receive(message)
    }
    socket.onclose = (event) => {
      if (this.#socket === socket) this.#closed(event.code, event.reason)
    }
  }

  #within(time: number, then = () => this.#lost()): void {
    clearTimeout(this.#deadline)
    this.#deadline = setTimeout(then, time)
  }

  #hello(): void {
    this.#within(answerWithin)
    if (processID()) {
      this.#send({ ...hello, params: comingBack() })
    } else if (this.#helloSaid) {
      restart("ask") // whether the first hello was heard, nobody knows
    } else {
      this.#helloSaid = true
      const previous = this.#previous && { previous: this.#previous }
      this.#send({ ...hello, params: { token: this.#token, identity: pageIdentity(), counted: true, ...previous } })
    }
  }

  /** Tries once more what did not work: a socket, or a hello on an open one whose start hooks failed. */
  #again(): void {
    if (this.#socket?.readyState !== WebSocket.OPEN) return this.#open()
    this.#helloSaid = false
    this.#hello()
  }

  #receive(message: Message | Message[]): void {
    this.#heartbeat.heard()
    if (Array.isArray(message)) {
      message.forEach((one) => this.#receive(one))
    } else if (message.method !== undefined) {
      this.#hears(message.method, message.params)
    } else if (message.id === hello.id) {
      this.#welcomed(message)
    } else if (message.id === ping.id) {
      this.#hears("$/ack", message.result as Params)
    } else if (typeof message.id === "number") {
      answered(message.id, message.result, message.error)
    }
  }

  /** What begins with $/ is said by the server itself. All else are events. */
  #hears(method: string, params: Params): void {
    const { id, received, ticket, token, value } = (params ?? {}) as FromServer
    if (method === "$/ack") acknowledged(received)
    else if (method === "$/progress") progress(token, value)
    else if (method === "$/ticket") ticketed(id, ticket)
    else deliver(method, params)
  }

  /** A start hook may fail for a while; any other refusal means that the document is out of date. */
  #welcomed({ result, error }: Message): void {
    clearTimeout(this.#deadline)
    if (error?.code === startFailed) return this.#retry.later()
    if (!result) return restart("now")
    const { process, received = 0, limits } = result as Welcome
    named(process)
    if (this.#woken) takePrevious() // this page has left it; a copy of this tab must not find it
    this.#woken = false
    this.#within(goodAfter, () => this.#retry.reset())
    this.#heartbeat.start()
    forgetRestarts()
    show("ready")
    this.#visible = true // so every socket begins
    this.#look()
    if (resume(received, (text) => this.#write(text))) connect(limits)
    else restart("ask")
  }

  /** Tells the server whether anybody can see the tab, where it believes otherwise. */
  #look(): void {
    if (this.#visible !== document.hidden) return
    this.#visible = !document.hidden
    this.#send({ method: "$/visibility", params: { visible: this.#visible } })
  }

  /** The other side does not answer. The browser has not noticed yet, and need not be waited for. */
  #lost(): void {
    const socket = this.#socket
    this.#closed(1006, "")
    socket?.close()
  }

  #closed(code: number, reason: string): void {
    if (this.#ended) return
    this.#socket = undefined
    this.#quiet()
    if (code === Code.restart || code === Code.reload) {
      restart(code === Code.reload ? "ask" : "now", reason)
    } else if ((code >= Code.stop && code < 5000) || refused.includes(code)) {
      this.#end()
      stop(reason)
    } else {
      if (code === Code.noHello || code === Code.unavailable) this.#helloSaid = false
      show(state() === "restarting" ? "restarting" : "lost", "lost") // one that was woken stays covered
      this.#retry.later()
    }
  }

  /** There is no socket: what is said waits for the next one. */
  #quiet(): void {
    clearTimeout(this.#deadline)
    this.#heartbeat.stop()
    this.#visible = undefined
    pause()
  }

  /** There is hope, or doubt: tries at once what is planned, and asks a socket that may be dead. */
  #hurry(): void {
    this.#retry.hurry()
    this.#heartbeat.check()
  }

  /** The document goes: for good, or into the browser's cache. There a user's is covered until it is known again. */
  #hide(persisted: boolean): void {
    const process = processID() ?? this.#previous
    if (process && !this.#woken) leave(process) // what the document in between has left is newer
    if (persisted && pageConnected()) show("restarting")
    if (this.#ended) return
    this.#ended = !persisted
    this.#leave(persisted ? Code.goneForNow : Code.goneForGood)
  }

  /** The page is shown again: its process may still wait for it. */
  #wake(): void {
    if (this.#ended || !processID()) return reload("")
    this.#woken = true
    if (!pageConnected()) show("lost")
    this.#open()
  }

  /** Nothing more goes through this document's socket. */
  #end(): void {
    this.#ended = true
    endCalls()
    this.#leave(Code.goneForGood)
  }

  #leave(code: number): void {
    const socket = this.#socket
    this.#socket = undefined // what it still says is not heard
    this.#retry.cancel()
    this.#quiet()
    socket?.close(code)
  }

  #send(message: object): void {
    this.#write(encode(message))
  }

  /** A socket that is closing swallows all without a word. */
  #write(text: string): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(text)
  }
}

/** Opens the connection of this document. A document without a token has none. */
export function startProcess(): boolean {
  rouse() // who was here before may have logged out
  const ours = token()
  if (ours) new Connection(ours).start()
  else endCalls() // there is nobody to answer them
  return ours !== undefined
}
