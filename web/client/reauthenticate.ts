// The dialog in which a user proves who he is, when a call or a form wants that it was lately.
import { onPage } from "../../framework/browser/runtime"
import { server } from "./server.gen"

/** The dialog of the page that is shown; nobody's page has none. */
let dialog: HTMLDialogElement | undefined
let asked: Promise<boolean> | undefined
let answer = (_proved: boolean): void => {}

function set(element: Element, name: string, value: string): void {
  if (value) element.setAttribute(name, value)
  else element.removeAttribute(name)
}

/** Asks for the password, and says whether it was right. Who asks while others do is answered with them. */
export function reauthenticate(): Promise<boolean> {
  asked ??= new Promise<boolean>((resolve) => {
    if (!dialog) return resolve(false)
    answer = resolve
    dialog.returnValue = ""
    dialog.showModal()
  }).finally(() => (asked = undefined))
  return asked
}

onPage("#reauthenticate", (element, { signal }) => {
  const shown = (dialog = element as HTMLDialogElement)
  const form = shown.querySelector("form") as HTMLFormElement
  const input = shown.querySelector("[type=password]") as HTMLInputElement
  const error = document.createElement("p")
  error.className = "error"
  error.id = `${input.id}-error`
  error.setAttribute("role", "alert")

  /** Waits for a password, and says next to its field what was wrong with the one before. */
  const begin = (wrong = ""): void => {
    input.value = ""
    error.textContent = wrong
    if (wrong) input.after(error)
    else error.remove()
    set(input, "aria-invalid", wrong && "true")
    set(input, "aria-describedby", wrong && error.id)
    form.removeAttribute("aria-busy")
  }

  let wanted = new AbortController()
  form.addEventListener("submit", (event) => {
    event.preventDefault()
    if (form.hasAttribute("aria-busy")) return
    form.setAttribute("aria-busy", "true")
    wanted = new AbortController()
    server.account.reauthenticate({ password: input.value }, { signal: AbortSignal.any([signal, wanted.signal]) }).then(
      () => shown.close("proved"),
      (failure: Error) => {
        if (wanted.signal.aborted) return
        begin(failure.message)
        input.focus()
      },
    )
  }, { signal })
  shown.querySelector("[data-cancel]")?.addEventListener("click", () => shown.close(), { signal })
  shown.addEventListener("close", () => {
    wanted.abort() // who has cancelled proves nothing later
    begin()
    answer(shown.returnValue === "proved")
  }, { signal })
  signal.addEventListener("abort", () => {
    dialog = undefined
    answer(false)
  })
})
