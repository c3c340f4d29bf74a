/** All that the runtime says to people. A site in another language, or with another voice, gives its own to start. */
export const words = {
  lost: "The server does not answer. This page goes on as soon as it does.",
  restarting: "One moment: this page is loaded again.",
  cookies: "This site needs cookies. Allow them for this site, then load the page again.",
  restarts:
    "This page was loaded several times and could not be started. Check that cookies are allowed and that the " +
    "computer's clock is right, then load the page again.",
  loadFailed: "The page could not be loaded.",
  sendFailed: "The form was not answered as it should be. It may have been done: look before you send it again.",
  tryAgain: "Try again",
  sendAgain: "Send it again",
  outdated: "This page is out of date. What you have typed is kept while it is loaded again.",
  loadAgain: "Load again",
  draft: "You had begun to fill in this form.",
  putBack: "Put it back",
  close: "Close",
}

/** Each of them may be replaced. */
export type Words = typeof words
