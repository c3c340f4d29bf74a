// The script of the pages on which somebody types a password.
import { onPage, type Page } from "../../framework/browser/runtime"

/** How long nobody has typed before the hint changes, in milliseconds: it is read aloud. */
const pause = 400

const rows = ["abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiopasdfghjklzxcvbnm", "qwertzuiopasdfghjklyxcvbnm", "azertyuiopqsdfghjklmwxcvbn"]
const lines = [...rows, ...rows.map((row) => [...row].reverse().join(""))]

/** How many characters follow the one before them in a line, such as 2 after 1. */
function inARow(text: string): number {
  let n = 0
  for (let i = 1; i < text.length; i++) if (lines.some((line) => line.includes(text.slice(i - 1, i + 1)))) n++
  return n
}

/** What can be said of a new password at once. The server knows more, and decides: accounts/guess.go says how. */
function hint(password: string, least: number): string {
  const text = password.normalize("NFC")
  const length = [...text].length
  if (length === 0) return ""
  if (length < least) return `${length} of at least ${least} characters.`
  const small = text.toLowerCase()
  if (/^(.{1,6}?)\1+.?$/su.test(small)) return "It says the same again and again: that is soon guessed."
  if (inARow(small) > length / 2) return "It follows the alphabet or the keyboard: that is soon guessed."
  return `${length} characters: long enough.`
}

/** Says under a field for a new password how it comes on. */
onPage('input[autocomplete="new-password"][data-least]', (element, { signal }) => {
  const input = element as HTMLInputElement
  const words = document.createElement("p")
  words.className = "help strength"
  words.setAttribute("aria-live", "polite")
  input.after(words)
  let timer = 0
  input.addEventListener("input", () => {
    clearTimeout(timer)
    timer = setTimeout(() => (words.textContent = hint(input.value, Number(input.dataset.least))), pause)
  }, { signal })
  signal.addEventListener("abort", () => clearTimeout(timer))
})

/** Lets people see what they type. It is hidden again when it is sent, so that browsers take it for a password. */
function showable(element: HTMLElement, { signal }: Page): void {
  const input = element as HTMLInputElement
  const box = document.createElement("input")
  box.type = "checkbox"
  const label = document.createElement("label")
  label.className = "option"
  label.append(box, "Show the password")
  input.parentElement?.append(label) // below what is wrong with it
  const show = (shown: boolean): void => {
    box.checked = shown
    input.type = shown ? "text" : "password"
  }
  const hide = (): void => show(false)
  box.addEventListener("change", () => show(box.checked), { signal })
  input.form?.addEventListener("submit", hide, { signal })
  signal.addEventListener("abort", hide)
}

onPage('input[type="password"]', showable)
