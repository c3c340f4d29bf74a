/** Lets the user prove anew who he is, and reports whether he has; it never rejects. A site gives it to start. */
export type Prove = () => Promise<boolean>

/** Undefined where the site has none: then calls fail, and forms are answered with a page that asks. */
export let prove: Prove | undefined

export function proveWith(how: Prove | undefined): void {
  prove = how
}
