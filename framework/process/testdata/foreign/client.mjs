// A client of the protocol made of two libraries that are not ours: vscode-jsonrpc, which speaks JSON-RPC as editors
// do, and ws. The test starts it with the socket's URL, the site's origin, the cookies and a page's token, and reads
// what it prints: one line for each thing that it has tried.
import rpc from "vscode-jsonrpc/node"
import WebSocket from "ws"

const [url, origin, cookie, token] = process.argv.slice(2)
const show = (what, value) => console.log(`${what}: ${JSON.stringify(value)}`)

// A frame is a message: no headers around it, as there are on an editor's pipe.
class Reader extends rpc.AbstractMessageReader {
  constructor(socket) {
    super()
    this.socket = socket
  }
  listen(hear) {
    this.socket.on("message", text => hear(JSON.parse(text)))
    this.socket.on("close", () => this.fireClose())
    return { dispose() {} }
  }
}

class Writer extends rpc.AbstractMessageWriter {
  constructor(socket) {
    super()
    this.socket = socket
  }
  async write(message) {
    if (message.id !== undefined) this.last = message.id
    this.socket.send(JSON.stringify(message))
  }
  end() {}
}

const socket = new WebSocket(url, "ocsigo.v1", { origin, headers: { cookie }, perMessageDeflate: true })
await new Promise((open, fail) => socket.once("open", open).once("error", fail))
show("extensions", socket.extensions)

const writer = new Writer(socket)
const server = rpc.createMessageConnection(new Reader(socket), writer)
const { byPosition, byName } = rpc.ParameterStructures
server.listen()

const events = []
let enough
server.onNotification("told", n => {
  events.push(n)
  if (events.length === 3) enough()
})

const failed = async call => {
  try {
    return await call
  } catch (error) {
    return { code: error.code, message: error.message, kind: error.data?.kind }
  }
}

// The hello, and calls by name and by position.
const hello = await server.sendRequest("$/hello", byName, { token })
show("limits", hello.limits)
show("by name", await server.sendRequest("add", byName, { a: 1, b: 2 }))
show("by position", await server.sendRequest("echo", byPosition, "hi"))
show("nothing", await server.sendRequest("nothing"))
show("at once", await Promise.all(["a", "b", "c"].map(text => server.sendRequest("echo", byPosition, text))))

// Errors.
show("unknown", await failed(server.sendRequest("gone")))
show("input", await failed(server.sendRequest("add", byName, { a: 1, b: "2" })))
show("own", await failed(server.sendRequest("fail", byPosition, "meant")))

// Events, and what is not answered.
const three = new Promise(resolve => { enough = resolve })
for (const number of [1, 2, 3]) await server.sendNotification("tell", byName, { scope: "tab", number })
await three
show("events", events)

// A call that is broken off: the library says $/cancelRequest by itself.
const source = new rpc.CancellationTokenSource()
const waits = failed(server.sendRequest("wait", byPosition, "for ever", source.token))
await server.sendRequest("nothing")
source.cancel()
show("cancelled", await waits)

// A stream: its values come as $/progress, so many ahead, and more of them when they are asked for.
const values = []
const stream = server.sendRequest("values", byPosition, 100)
const id = writer.last
const more = () => server.sendNotification("$/credit", byName, { id, more: 4 })
await new Promise(resolve => server.onProgress(new rpc.ProgressType(), id, value => {
  values.push(value)
  if (values.length === 32) resolve()
  if (values.length > 32 && values.length % 4 === 0) more()
}))
await server.sendRequest("nothing")
show("ahead", values.length)
await more()
show("end", await stream)
show("values", [values.length, values.every((value, i) => value === i)])

show("ping", await server.sendRequest("$/ping", byName, { received: 0 }))
socket.close(1000)
