import { pageConnected, pageIdentity } from "./identity"
import { attempt, keep, remembers, take } from "./memory"
import { notify } from "./notice"
import { words } from "./words"

/** What had been typed into the forms of a page that was replaced. */
interface Drafts {
  /** For whom the page was made, and whether that was somebody. */
  identity: string
  connected: boolean
  forms: Forms
}

/** By the id of the form. */
type Forms = [id: string, entries: Entry[]][]
type Entry = [name: string, value: string | boolean | string[]]
type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement

/** What is kept nowhere: secrets, files, and what no person has typed. */
const never = /^(password|file|hidden|submit|button|image|reset)$/
const secret = /one-time-code|passw|cc-/i

/** The controls of a form whose content may be kept. */
function controls(form: HTMLFormElement): Control[] {
  return all(form).filter(keepable)
}

function all(form: HTMLFormElement): Control[] {
  return [...form.elements] as Control[]
}

/** data-draft="off" on a form or a control says no. */
function keepable(control: Control): boolean {
  return (
    /^(INPUT|TEXTAREA|SELECT)$/.test(control.tagName) &&
    control.name !== "" &&
    !never.test(control.type) &&
    !secret.test(`${control.autocomplete} ${control.name}`) && // a password that is shown is a text
    !control.closest('[data-draft="off"]')
  )
}

/** Reports whether a person has begun to fill in a form of this page. */
export function halfFilled(): boolean {
  return [...document.forms].some(begun)
}

/** Reports whether some of what a person has typed would not be kept. */
export function lossy(): boolean {
  const lost = (form: HTMLFormElement): boolean =>
    (begun(form) && !idOf(form)) || all(form).some((control) => edited(control) && !keepable(control))
  return [...document.forms].some(lost) || !remembers()
}

/** A form that has come back with something wrong in it is begun too: what it shows was typed before. */
function begun(form: HTMLFormElement): boolean {
  if (form.closest('[data-draft="off"]')) return false
  return all(form).some(edited) || form.querySelector('[aria-invalid="true"]') !== null
}

/** What the browser has filled in by itself is not counted. */
function edited(control: Control): boolean {
  if (control.matches(":autofill")) return false
  if (control instanceof HTMLSelectElement) return chosen(control, "selected").join() !== chosen(control, "defaultSelected").join()
  if (isTick(control)) return control.checked !== control.defaultChecked
  return /^(INPUT|TEXTAREA)$/.test(control.tagName) && control.type !== "hidden" && control.value !== control.defaultValue
}

function isTick(control: Control): control is HTMLInputElement & { type: "checkbox" | "radio" } {
  return control.type === "checkbox" || control.type === "radio"
}

/** The options that are chosen, or were at first: a list that offers none has its first one. */
function chosen(select: HTMLSelectElement, how: "selected" | "defaultSelected"): string[] {
  const values = [...select.options].filter((option) => option[how]).map((option) => option.value)
  return values.length === 0 && !select.multiple && select.options[0] ? [select.options[0].value] : values
}

/** A field that is called id hides the property of its form. */
function idOf(form: HTMLFormElement): string {
  return form.getAttribute("id") ?? ""
}

/** Keeps what was typed, for the tab's next document. Only forms with an id are found again. */
export function keepDrafts(): void {
  const forms = [...document.forms].filter((form) => idOf(form) && begun(form))
  keepAs(forms.map((form) => [idOf(form), entriesOf(form)]))
}

function keepAs(forms: Forms): void {
  const drafts: Drafts = { identity: pageIdentity(), connected: pageConnected(), forms }
  if (forms.length > 0) keep("drafts", JSON.stringify(drafts))
}

function entriesOf(form: HTMLFormElement): Entry[] {
  return controls(form).map((control) => [control.name, content(control)])
}

function content(control: Control): string | boolean | string[] {
  if (control instanceof HTMLSelectElement) return chosen(control, "selected")
  return isTick(control) ? control.checked : control.value
}

/**
 * Offers back what was kept, where the page has the form; the rest waits for its page. It is the user's whose page it
 * was; what nobody had typed goes on to the first who comes. Anybody else's page makes it go.
 */
export function offerDrafts(): void {
  const drafts = taken()
  if (!drafts || (drafts.connected && drafts.identity !== pageIdentity())) return
  keepAs(drafts.forms.filter(([id, entries]) => !offer(id, entries)))
}

/** Takes what was kept. What is none of ours is nothing. */
function taken(): Drafts | undefined {
  return attempt(() => {
    const drafts = JSON.parse(take("drafts") ?? "null") as Drafts | null
    return drafts?.forms.every(([id, entries]) => id && Array.isArray(entries)) ? drafts : undefined
  })
}

/** Reports whether the page has the form. */
function offer(id: string, entries: Entry[]): boolean {
  const form = [...document.forms].find((one) => idOf(one) === id)
  if (form && JSON.stringify(entriesOf(form)) !== JSON.stringify(entries)) {
    notify(words.draft, { label: words.putBack, act: () => putBack(form, entries) }, "page")
  }
  return form !== undefined
}

function putBack(form: HTMLFormElement, entries: Entry[]): void {
  const left = [...entries]
  let first: Control | undefined
  for (const control of controls(form)) {
    const at = left.findIndex(([name]) => name === control.name)
    const [entry] = at < 0 ? [] : left.splice(at, 1)
    if (!entry || !put(control, entry[1])) continue
    first ??= control
    control.dispatchEvent(new Event("input", { bubbles: true }))
    control.dispatchEvent(new Event("change", { bubbles: true }))
  }
  first?.focus()
}

/** Changes a control, and reports whether there was anything to change. */
function put(control: Control, value: string | boolean | string[]): boolean {
  if (JSON.stringify(content(control)) === JSON.stringify(value)) return false
  if (control instanceof HTMLSelectElement) {
    for (const option of control.options) option.selected = (value as string[]).includes(option.value)
  } else if (isTick(control)) {
    control.checked = value === true
  } else {
    control.value = String(value)
  }
  return true
}
