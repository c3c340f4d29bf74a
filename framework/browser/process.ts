import { connect, interrupt, settle } from "./call"
import { deliver } from "./event"
import { forgetRestarts, leave, takePrevious } from "./memory"
import { Code, type Message } from "./message"
import { reload, restart, watchLeaving } from "./restart"
import { Retry } from "./retry"
import { show } from "./state"
import { stop } from "./stop"

/** The first request of every socket, and its id: calls count from 1. */
const hello = { id: 0, method: "$/hello" }

/** The tab's process: one document, one socket. */
class Process {
  readonly #url: URL
  readonly #token: string
  readonly #previous = takePrevious()
  readonly #retry = new Retry(() => this.#again())
  #socket: WebSocket | undefined
  #id: string | undefined
  /** A hello went out: there may be a process for this document, and it cannot have another. */
  #said = false
  #ended = false

  constructor(token: string, path: string) {
    this.#token = token
    this.#url = new URL(path, location.href)
    this.#url.protocol = location.protocol === "https:" ? "wss:" : "ws:"
  }

  start(): void {
    show("starting")
    watchLeaving()
    addEventListener("pagehide", (event) => this.#hidden(event.persisted))
    addEventListener("pageshow", (event) => {
      if (event.persisted) reload("")
    })
    this.#open()
  }

  #open(): void {
    const socket = new WebSocket(this.#url, "ocsigo.v1")
    this.#socket = socket
    socket.onopen = () => this.#opened()
    socket.onmessage = (event) => this.#receive(JSON.parse(event.data as string) as Message | Message[])
    socket.onclose = (event) => {
      if (this.#socket === socket) this.#closed(event.code, event.reason)
    }
  }

  /** Says hello; but when a socket was lost the server has answered again, and the document starts anew. */
  #opened(): void {
    if (this.#said) {
      this.#end()
      restart("")
      return
    }
    this.#hello()
  }

  #hello(): void {
    this.#said = true
    this.#send({ ...hello, params: { token: this.#token, ...(this.#previous && { previous: this.#previous }) } })
  }

  /** Tries once more what did not work: a socket, or a hello on an open one whose start hooks failed. */
  #again(): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#hello()
    else this.#open()
  }

  #receive(message: Message | Message[]): void {
    if (Array.isArray(message)) {
      message.forEach((one) => this.#receive(one))
    } else if (message.method !== undefined) {
      deliver(message.method, message.params)
    } else if (message.id === hello.id) {
      this.#answered(message)
    } else if (typeof message.id === "number") {
      settle(message.id, message.result, message.error)
    }
  }

  /** A start hook may fail for a while; any other refusal means that the document is out of date. */
  #answered({ result, error }: Message): void {
    if (error?.data?.kind === "start_failed") {
      this.#retry.later()
      return
    }
    if (!result) {
      this.#end()
      restart("")
      return
    }
    this.#id = (result as { process: string }).process
    this.#retry.reset()
    forgetRestarts()
    show("ready")
    connect((call) => this.#send(call))
  }

  #closed(code: number, reason: string): void {
    if (this.#ended) return
    connect(undefined)
    interrupt()
    if (code === Code.restart) {
      this.#end()
      restart(reason)
    } else if (code >= Code.stop && code < 5000) {
      this.#end()
      stop(reason)
    } else {
      if (code === Code.noHello || code === Code.unavailable) this.#said = false
      show(this.#said ? "lost" : "starting")
      this.#retry.later()
    }
  }

  /** The document goes: for good, or into the browser's cache, where it stays covered until it starts anew. */
  #hidden(persisted: boolean): void {
    if (this.#id) leave(this.#id)
    this.#id = undefined // a page that wakes from the cache leaves again: its process is no news then
    this.#end(persisted ? Code.goneForNow : Code.goneForGood)
    if (persisted) show("restarting")
  }

  #end(code: number = Code.goneForGood): void {
    this.#ended = true
    this.#retry.cancel()
    connect(undefined)
    this.#socket?.close(code)
  }

  #send(message: object): void {
    this.#socket?.send(JSON.stringify({ jsonrpc: "2.0", ...message }))
  }
}

let started = false

/** Starts the process of this document. A document without a token, and a second start, do nothing. */
export function start(): void {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="ocsigo-process"]')
  if (!meta || started) return
  started = true
  new Process(meta.content, meta.dataset.socket ?? "/process").start()
}
