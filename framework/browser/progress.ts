/** Milliseconds before anything is shown: most pages are there sooner. */
const patience = 500

let under: object | undefined

/** Shows that a page is on its way, when it takes a while: <html data-loading aria-busy="true">. Returns what ends it. */
export function progress(): () => void {
  const mine = {}
  under = mine
  const root = document.documentElement
  const timer = setTimeout(() => {
    root.dataset.loading = ""
    root.ariaBusy = "true"
  }, patience)
  return () => {
    clearTimeout(timer)
    if (under !== mine) return // another one has begun
    delete root.dataset.loading
    root.ariaBusy = null
  }
}
