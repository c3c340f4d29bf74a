// The script of the demo "Safe".
import { onPage } from "../../framework/browser/runtime"
import { server } from "./server.gen"

/** Opens the safe without leaving the page. Should its user have to prove first who he is, the call waits for that. */
onPage("#safe-show", (link, { signal }) => {
  const note = document.getElementById("safe-note") as HTMLElement
  link.addEventListener("click", (event) => {
    event.preventDefault()
    server.safe.open({ signal }).then(
      (text) => (note.textContent = text || "It is empty."),
      (error: Error) => signal.aborted || (note.textContent = error.message),
    )
  }, { signal })
  link.dataset.filled = "yes"
})
