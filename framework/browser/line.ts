/**
 * The line to the server: one that is never cut, although its sockets are. Each side counts what it hears of the other,
 * and keeps what it has said until it knows that it was heard. On the next socket both say again, in order, what the
 * other has missed. So all that is said here is heard once, or never when the process is over.
 *
 * What says something about its socket alone is neither counted nor kept: hello, ping, visibility and what is said here
 * about the counting itself.
 */
import { encode, hello, ping, type Message } from "./message"
import { pay } from "./pace"

/**
 * How many frames may come, and how many characters, until the server is told of them: it keeps them so long. It counts
 * in bytes, of which a character has three at most.
 */
const framesAtMost = 64
const charactersAtMost = 65_536 / 3

/** Says something on the socket that there is; undefined while there is none. */
let write: ((text: string) => void) | undefined

/** What the server is not known to have heard, the oldest first, and how many frames it has heard before these. */
const kept: string[] = []
let heard = 0

/** How many frames of the server have come, and how much of it has not been acknowledged. */
let received = 0
let openFrames = 0
let openCharacters = 0

/** Says something to the server: now, or when there is a socket again. */
export function say(message: object): void {
  sayText(encode(message))
}

/** Says what is encoded already. */
export function sayText(text: string): void {
  pay(1) // of what is free for the server too: it is so only while it means something, and that this tab cannot know
  kept.push(text)
  write?.(text)
}

/** Reports whether there is a socket to speak on. */
export function isOpen(): boolean {
  return write !== undefined
}

/** A socket opens for a process that is new: what came of one that never started does not count. */
export function begin(): void {
  received = openFrames = openCharacters = 0
}

/**
 * The server takes up the line, and says how much it has heard on it. Reports false when that cannot be: then it is not
 * the process that this tab had.
 */
export function resume(total: number, writer: (text: string) => void): boolean {
  if (!acknowledged(total)) return false
  pay(kept.length)
  kept.forEach(writer)
  write = writer
  return true
}

/** The socket is gone: what is said is kept. */
export function pause(): void {
  write = undefined
}

/** The server has heard so many frames: nobody has to keep them. Reports false when it cannot have. */
export function acknowledged(total: number): boolean {
  const more = total - heard
  if (!(more >= 0 && more <= kept.length)) return false
  kept.splice(0, more)
  heard = total
  return true
}

/** Counts a frame of the server, and says so when the server has waited long enough for it. */
export function count(message: Message | Message[], length: number): void {
  const { id, method } = message as Message // a list has neither
  if (id === hello.id || id === ping.id || method === "$/ack") return
  received++
  openFrames++
  openCharacters += length
  if (openFrames >= framesAtMost || openCharacters >= charactersAtMost) write?.(encode({ method: "$/ack", params: receipt() }))
}

/** What tells the server how much has come. */
export function receipt(): { received: number } {
  openFrames = openCharacters = 0
  return { received }
}
