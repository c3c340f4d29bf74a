// The script of the demo "Long job".
import { onPage } from "../../framework/browser/runtime"
import { events, server } from "./server.gen"
import { find } from "./shared/find"

const linesAtMost = 50

/** Runs the job to its end, or until the signal says that it is no longer wanted. */
async function run(signal: AbortSignal): Promise<string> {
  const bar = find<HTMLProgressElement>("job-progress")
  bar.value = 0
  try {
    for await (const { step, of } of server.job.run({ signal })) {
      bar.value = step
      bar.textContent = `${step} of ${of}`
    }
    return "Done."
  } catch (error) {
    if (signal.aborted) return `Cancelled at step ${bar.value} of ${bar.max}.`
    return (error as Error).message
  }
}

/** One of the two buttons can be pressed, and whoever was at the other is there next. */
function offer(button: HTMLButtonElement, instead: HTMLButtonElement): void {
  const there = document.activeElement === instead
  button.disabled = false
  if (there) button.focus()
  instead.disabled = true
}

function note(what: string): void {
  const time = document.createElement("time")
  time.dateTime = new Date().toISOString()
  time.textContent = new Date().toLocaleTimeString()
  const line = document.createElement("li")
  line.append(time, ` ${what}`)
  const log = find("job-log")
  log.prepend(line)
  while (log.childElementCount > linesAtMost) log.lastElementChild?.remove()
}

onPage("#job", (form, { signal: left }) => {
  const [start, cancel] = [find<HTMLButtonElement>("job-start"), find<HTMLButtonElement>("job-cancel")]
  let wanted = new AbortController()
  cancel.hidden = false
  cancel.disabled = true
  events.job.noted(note, { signal: left })
  cancel.addEventListener("click", () => wanted.abort(), { signal: left })
  form.addEventListener("submit", async (event) => {
    event.preventDefault()
    if (start.disabled) return
    wanted = new AbortController()
    find("job-status").textContent = "It runs."
    offer(cancel, start)
    const end = await run(AbortSignal.any([left, wanted.signal]))
    if (left.aborted) return
    find("job-status").textContent = end
    offer(start, cancel)
  }, { signal: left })
  form.dataset.filled = "yes"
})
