interface Policy {
  createHTML(html: string): string
  createScriptURL(url: string): string
}

interface Factory {
  createPolicy(name: string, rules: Policy): Policy
}

const rules: Policy = {
  createHTML: (html) => html,
  createScriptURL: (url) => {
    if (new URL(url, location.href).origin !== location.origin) throw new TypeError(`a script from elsewhere: ${url}`)
    return url
  },
}

/**
 * The one way from text to elements and scripts (Trusted Types). It takes whole pages of this site, as its own server
 * answered them, and scripts of this site. Site code has no access to it.
 */
const policy = (globalThis as { trustedTypes?: Factory }).trustedTypes?.createPolicy("ocsigo", rules) ?? rules

/** Makes a document of a page. Its scripts do not run; what it says to those who have none is left out. */
export function parse(html: string): Document {
  const made = new DOMParser().parseFromString(policy.createHTML(html), "text/html")
  for (const noscript of made.querySelectorAll("noscript")) noscript.remove()
  return made
}

/** Makes a script element that loads this URL of the site and runs it when it is inserted. */
export function script(from: HTMLScriptElement, url: string): HTMLScriptElement {
  const made = document.createElement("script")
  for (const { name, value } of from.attributes) {
    if (name !== "src") made.setAttribute(name, value)
  }
  made.src = policy.createScriptURL(url)
  return made
}
