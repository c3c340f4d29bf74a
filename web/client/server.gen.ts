// Code generated from the Go code of the site. DO NOT EDIT.

import { call, listen, stream, type CallOptions, type ListenOptions, type StreamOptions } from "../../framework/browser/runtime"

/** Departure is a user who has left, and why: the reason of the last of his tabs. */
export interface Departure {
  user: UserID
  why: Leaving
}

/** DisconnectAll is what the browser says to session.disconnectAll; see session.DisconnectAll. */
export interface DisconnectAll {
  /** the user-independent state of the browsers goes too */
  userIndep: boolean
  /** the tabs are told to restart */
  withRestart: boolean
}

/** Enter says which room a tab enters, and the version of what its page shows of it. */
export interface Enter {
  room: Room
  version: Version
}

/** Fired is a hook that has run. */
export interface Fired {
  hook: string
  user?: UserID
  /** milliseconds since 1970 */
  at: number
}

/** Here is who is somewhere. */
export interface Here {
  tabs: number
  browsers: number
  /** users, and browsers with nobody connected */
  people: number
  /** each once, sorted */
  users: UserID[]
}

/**
 * Leaving is why something has ended that lasts as long as a page or a tab:
 *
 * 	page       the tab shows another page
 * 	unlisten   the site ended it
 * 	closed     the document is gone
 * 	lost       the network went, and the tab did not come back in time
 * 	reload     the tab was told to load its document again, though its user stays
 * 	ended      the tab may not show its document any more, or has to stop: after a log-out, for instance
 */
export type Leaving = "page" | "unlisten" | "closed" | "lost" | "reload" | "ended"

/** Level says what kind of message it is. */
export type Level = "info" | "success" | "warning" | "problem"

/** Mail is a message in the mailbox's list. */
export interface Mail {
  id: number
  to: string
  subject: string
  at: Time
}

/** Message is what somebody has said, as it is for one who hears it. */
export interface Message {
  /** a later one is larger */
  id: number
  author: UserID
  text: string
  said: Time
  /** who hears it has said it himself */
  mine: boolean
}

/** Moved is a counter with its new value. */
export interface Moved {
  counter: string
  value: number
}

/** OfUser says whose sessions are meant. */
export interface OfUser {
  user: UserID
}

/** OpenTabs says how many tabs of a session are open, in words. */
export interface OpenTabs {
  session: number
  tabs: string
}

/**
 * PresenceChange is what is told: how things are, and which users came and left since that was told last. What a tab hears
 * first is only how things are: nobody has come for it, and so not itself. Only one that listened before it entered, or
 * in which somebody logs in, hears its own user come.
 */
export interface PresenceChange {
  here: Here
  came: UserID[]
  left: Departure[]
}

/** Progress is how far a job is. */
export interface Progress {
  step: number
  of: number
}

/** Proof is what the dialog asks for. */
export interface Proof {
  password: string
}

/** Raise names the counter to raise. */
export interface Raise {
  counter: string
}

/** Room is a room by its name in the URL. */
export type Room = "kitchen" | "garden" | "library"

/** Say is a text that somebody says in a room. */
export interface Say {
  room: Room
  text: string
}

/** Shown is what a page shows of a room, and of when that is. */
export interface Shown {
  version: Version
  /** the latest 50, all that are kept, the oldest first */
  messages: Message[]
}

/** Team is the form as it was filled in, well or not. */
export interface Team {
  name: string
  email: string
  players: string
  day: string
}

/** A moment, as RFC 3339 writes it: 2006-01-02T15:04:05Z. new Date(time) reads it, date.toISOString() writes it. */
export type Time = string

/** Told is a message as an open tab hears it. */
export interface Told {
  level: Level
  text: string
}

/** UserID is the number of a user's row. It is never 0. */
export type UserID = number

/**
 * Version says how far a topic has come. A page carries the one of the moment before it read what it shows, and its script
 * brings it along when it listens. It crosses the wire as a string that says nothing to anybody else. The zero Version is no
 * moment: with it nothing is compared.
 */
export type Version = string

/**
 * Who says who and what the asking tab is. The process id is a secret, and the browser's hash is long: only
 * their beginnings are shown.
 */
export interface Who {
  process: string
  browser: string
  user?: UserID
}

/** The site's server functions, each by its name. */
export const server = {
  account: {
    /** Renews the session of a user whose password this is. not_proved: the message says why it was not. */
    reauthenticate: (input: Proof, options?: CallOptions): Promise<void> => call("account.reauthenticate", input, options),
  },
  admin: {
    /** Counts the open tabs of each session of a user. */
    tabs: (input: OfUser, options?: CallOptions): Promise<OpenTabs[]> => call("admin.tabs", input, options),
  },
  chat: {
    /** Lets the tab be in a room, and hear what is said there, until it shows another page. stale: read the room, and try again. */
    enter: (input: Enter, options?: CallOptions): Promise<void> => call("chat.enter", input, options),
    /** Reads what was said in a room last. */
    read: (input: Room, options?: CallOptions): Promise<Shown> => call("chat.read", input, options),
    /**
     * Says something in a room. Who is there hears it, and so does the tab that says it. bad_text: it cannot be said;
     * too_soon: not yet, for the user has said much in a short time.
     */
    say: (input: Say, options?: CallOptions): Promise<void> => call("chat.say", input, options),
  },
  counters: {
    /** Answers all counters, as this tab sees them. */
    all: (options?: CallOptions): Promise<Moved[]> => call("counters.all", undefined, options),
    /** Adds one to a counter, and tells every tab that shares it. */
    raise: (input: Raise, options?: CallOptions): Promise<number> => call("counters.raise", input, options),
  },
  hooks: {
    /** Answers which hooks have run, the last ones. */
    log: (options?: CallOptions): Promise<Fired[]> => call("hooks.log", undefined, options),
  },
  job: {
    /** Does the job, and says how far it is. It ends when the tab breaks it off. */
    run: (options?: StreamOptions): AsyncIterable<Progress> => stream("job.run", undefined, options),
  },
  mailbox: {
    /** summaries returns the list, the newest first, to a tab that shows the mailbox, and lets it hear of what arrives. */
    all: (options?: CallOptions): Promise<Mail[]> => call("mailbox.all", undefined, options),
  },
  safe: {
    /** Tells what is in the safe. */
    open: (options?: CallOptions): Promise<string> => call("safe.open", undefined, options),
  },
  session: {
    /** Logs the visitor out in this browser. */
    disconnect: (options?: CallOptions): Promise<void> => call("session.disconnect", undefined, options),
    /** Closes all the sessions of the user, in every browser. */
    disconnectAll: (input: DisconnectAll, options?: CallOptions): Promise<void> => call("session.disconnectAll", input, options),
  },
  sessions: {
    /** Counts the open tabs of each session of the user. */
    tabs: (options?: CallOptions): Promise<OpenTabs[]> => call("sessions.tabs", undefined, options),
  },
  tab: {
    /** Says who and what the tab is. */
    who: (options?: CallOptions): Promise<Who> => call("tab.who", undefined, options),
  },
  team: {
    /** Looks at a team while it is filled in. bad_team: its fields say what is wrong. */
    check: (input: Team, options?: CallOptions): Promise<void> => call("team.check", input, options),
  },
}

/** The site's events, each by its name. A handler is called for every event until its signal aborts or the function that it got back is called. */
export const events = {
  chat: {
    here: (handler: (event: { key: Room; value: PresenceChange }) => void, options?: ListenOptions): (() => void) => listen("chat.here", handler, options),
    said: (handler: (event: { key: Room; value: Message }) => void, options?: ListenOptions): (() => void) => listen("chat.said", handler, options),
  },
  counters: {
    moved: (handler: (event: Moved) => void, options?: ListenOptions): (() => void) => listen("counters.moved", handler, options),
  },
  hooks: {
    fired: (handler: (event: Fired) => void, options?: ListenOptions): (() => void) => listen("hooks.fired", handler, options),
  },
  job: {
    noted: (handler: (event: string) => void, options?: ListenOptions): (() => void) => listen("job.noted", handler, options),
  },
  mailbox: {
    arrived: (handler: (event: { key: string; value: number }) => void, options?: ListenOptions): (() => void) => listen("mailbox.arrived", handler, options),
  },
  messages: {
    told: (handler: (event: Told) => void, options?: ListenOptions): (() => void) => listen("messages.told", handler, options),
  },
}
