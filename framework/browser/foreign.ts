/** Does something of the site's: what goes wrong there is reported, and nothing else suffers from it. */
export function foreign(does: () => void): void {
  try {
    does()
  } catch (error) {
    reportError(error)
  }
}
