/** All that the runtime says to people. A site in another language, or with another voice, gives its own to start. */
export const words = {
  lost: "The server does not answer. This page keeps trying to reach it.",
  restarting: "One moment: the page is on its way.",
  cookies: "This site needs cookies. Allow them for this site, then load the page again.",
  tabs: "Too many tabs of this site are open. Close some, then load the page again.",
  restarts:
    "This page could not be started. Check that cookies are allowed and that the computer's clock is right, then load " +
    "the page again.",
  stopped: "This page has stopped. Load it again to go on.",
  loadFailed: "The page could not be loaded.",
  sendFailed: "The form was not answered as it should be. It may have been done: look before you send it again.",
  tryAgain: "Try again",
  sendAgain: "Send it again",
  outdated: "This page is out of date. What you have typed is kept while it is loaded again.",
  outdatedLossy: "This page is out of date. Loading it again empties some of what you have typed.",
  loadAgain: "Load again",
  draft: "You had begun to fill in this form.",
  putBack: "Put it back",
  close: "Close",
  interrupted: "The connection was lost. It may have been done.",
  timedOut: "That took too long. It may have been done.",
  tooLate: "That took too long. Nothing was done.",
  notConnected: "This page is out of date. Nothing was done.",
  tooLarge: "This is too much to be sent at once. Nothing was done.",
}

/** Each of them may be replaced. */
export type Words = typeof words
